// Names by DWARF, on the demo's module (testdata/demo/src/courier/courier.c): each instruction of it that could have
// faulted.
#include <string>

#include "catch.hpp"
#include "inspect/inspect.hpp"
#include "own_store.hpp"

namespace {

using namespace unoops;
using namespace unoops::inspect;
using test::OwnStore;

OwnStore demo() {
  SymbolOptions options;
  options.vmlinux = TESTDATA "/demo/vmlinux";
  options.modules = {TESTDATA "/demo"};
  KernelIdentity identity;
  identity.arch = find_arch("x86_64");
  return OwnStore(options, identity);
}

Report fault(std::string_view symbol, std::uint64_t offset, std::uint64_t address, std::vector<Register> registers) {
  Report r;
  r.arch = find_arch("x86_64");
  r.kind = find_kind("null-pointer-dereference");
  r.registers = std::move(registers);
  r.fault.address = address;
  Stack pc;
  pc.role = StackRole::pc;
  pc.frames.emplace_back();
  pc.frames[0].ref.symbol = symbol;
  pc.frames[0].ref.offset = offset;
  pc.frames[0].ref.module = "courier";
  pc.frames[0].ref.pc = PcKind::exact;
  r.stacks.push_back(pc);
  return r;
}

struct Case {
  std::string_view symbol;
  std::uint64_t offset, address;
  const char* reg;
  std::string_view expression, type, member;
};

}  // namespace

TEST_CASE("the bad pointer as the programmer would write it") {
  static constexpr Case cases[] = {
      {"courier_submit", 0x05, 0x10, "RDI", "dev", "struct courier_dev", "queue"},
      {"courier_submit", 0x09, 0x08, "RDI", "dev", "struct courier_dev", "accepted"},
      {"courier_submit", 0x0e, 0x08, "RAX", "dev->queue", "struct courier_queue", "head"},
      {"courier_submit", 0x12, 0x00, "RSI", "parcel", "struct parcel", "next"},
      {"courier_submit", 0x15, 0x10, "RAX", "dev->queue", "struct courier_queue", "depth"},
      {"courier_write", 0x15, 0x18, "RDI", "file", "struct file", "private_data"},
      {"courier_write", 0x35, 0x10, "RAX", "parcel", "struct parcel", "from"},
      {"courier_read", 0x09, 0x10, "RAX", "dev", "struct courier_dev", "queue"},
      {"courier_read", 0x14, 0x08, "RCX", "dev->queue", "struct courier_queue", "head"},
      {"courier_read", 0x22, 0x08, "RAX", "dev->queue->head", "struct parcel", "bytes"},
  };
  OwnStore symbols = demo();
  for (const Case& c : cases) {
    CAPTURE(c.symbol, c.offset);
    Report r = fault(c.symbol, c.offset, c.address, {{c.reg, 0, 64}});
    inspect_fault(r, &symbols);
    REQUIRE(r.site.cause);
    CHECK(r.site.cause->expression == c.expression);
    CHECK(r.site.cause->type == c.type);
    CHECK(r.site.cause->member == c.member);
    CHECK(r.site.cause->offset == static_cast<std::int64_t>(c.address));
    CHECK(r.site.cause->value == 0u);
  }
}

TEST_CASE("an operand that is not where the fault was has no name") {
  OwnStore symbols = demo();
  Report r = fault("courier_submit", 0x0e, 0x5000, {{"RAX", 0, 64}});
  inspect_fault(r, &symbols);
  CHECK_FALSE(r.site.cause);
  CHECK_FALSE(r.site.doubts.empty());
}

TEST_CASE("a chain through loads in a straight line is certain, and its values are told") {
  OwnStore symbols = demo();
  Report r = fault("courier_submit", 0x0e, 0x08, {{"RAX", 0, 64}});
  inspect_fault(r, &symbols);
  REQUIRE(r.site.cause);
  CHECK(r.site.cause->confidence == Confidence::certain);
  std::string notes;
  for (const auto& i : r.site.instructions) notes += i.note + ";";
  CHECK(notes.find("rax = dev->queue = 0;") != std::string::npos);
  CHECK(notes.find("dev->queue->head;") != std::string::npos);
}

TEST_CASE("kinds without a bad pointer get no cause") {
  OwnStore symbols = demo();
  for (const char* kind : {"soft-lockup", "rcu-stall", "warning"}) {
    Report r = fault("courier_submit", 0x0e, 0x08, {{"RAX", 0, 64}});
    r.kind = find_kind(kind);
    r.fault = {};
    inspect_fault(r, &symbols);
    CHECK_FALSE(r.site.cause);
  }
}
