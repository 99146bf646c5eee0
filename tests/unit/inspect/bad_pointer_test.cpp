// The class of the bad pointer, and the register that held it.
#include "../explain/reports.hpp"
#include "catch.hpp"
#include "report/fact_names.hpp"

namespace unoops::test {
namespace {

Report load(std::uint64_t base, std::int64_t displacement) {
  auto r = report_of("page-fault");
  set_registers(r, {{"RAX", base}});
  set_operand(r, "RAX", displacement);
  r.fault.address = *r.site.effective_address;
  r.fault.access = Access::read;
  judge(r);
  return r;
}

}  // namespace

TEST_CASE("the base register tells the class, not the sum") {
  CHECK(load(0, 0).site.bad_pointer.address_class == AddressClass::null);
  CHECK(load(0, 8).site.bad_pointer.address_class == AddressClass::null_offset);
  const auto err = load(static_cast<std::uint64_t>(-12), 0x30);  // wraps to 0x24, which the kernel calls a NULL pointer
  CHECK(err.fault.address == 0x24u);
  CHECK(err.site.bad_pointer.address_class == AddressClass::err_ptr);
  CHECK(err.site.bad_pointer.held_in == "RAX");
  CHECK(says(err, "ENOMEM"));
  CHECK(load(0x00000000fffffff4, 0x10).site.bad_pointer.address_class == AddressClass::err_ptr);  // cut to 32 bits
  CHECK(load(0x6b6b6b6b6b6b6b6b, 0x18).site.bad_pointer.address_class == AddressClass::poison);
  CHECK(load(0x7f0012345678, 0).site.bad_pointer.address_class == AddressClass::user);
  CHECK(load(0xffff888012345678, 0).site.bad_pointer.address_class == AddressClass::kernel);
  CHECK(load(0x6566656665666566, 0).site.bad_pointer.address_class == AddressClass::ascii);
}

TEST_CASE("an index off NULL is an array") {
  auto r = report_of("null-pointer-dereference");
  set_registers(r, {{"RAX", 0}, {"RCX", 0x40}});
  set_operand(r, "RAX", 0, "RCX");
  r.fault.address = 0x40;
  judge(r);
  CHECK(r.site.bad_pointer.address_class == AddressClass::null_array);
}

TEST_CASE("non-canonical: flipped bits, foreign bits, and neither") {
  auto bad = [](std::uint64_t value) {
    auto r = report_of("general-protection-fault");
    set_registers(r, {{"RBX", value}});
    set_operand(r, "RBX", 0);
    judge(r);
    return r;
  };
  const auto flipped = bad(0xfffb888012345678);
  CHECK(flipped.site.bad_pointer.address_class == AddressClass::non_canonical);
  CHECK(says(flipped, "bit 50 flipped"));
  CHECK(advises(flipped, "memory"));
  CHECK(says(bad(0x000f888200000070), "foreign to the kernel address 0xffff888200000070"));
  CHECK(says(bad(0x1ffff100334a3e4f), "shifted right by 3"));
  const auto random = bad(0x26f1e8c689c389ff);
  CHECK(random.site.bad_pointer.address_class == AddressClass::non_canonical);
  CHECK_FALSE(says(random, "foreign"));
}

TEST_CASE("an operand that is in order is not what the CPU refused") {
  auto r = report_of("general-protection-fault");
  set_registers(r, {{"RBX", 0xffff888012345678}});
  set_operand(r, "RBX", 0);
  judge(r);
  CHECK(r.site.bad_pointer.address_class == AddressClass::none);
  CHECK(r.site.bad_pointer.held_in.empty());
}

TEST_CASE("KASAN's shadow leads back to the register that held the pointer") {
  auto r = report_of("general-protection-fault");
  r.site.shadow = ShadowOrigin{0x40, "RBX", 0};
  judge(r);
  CHECK(r.site.bad_pointer.address_class == AddressClass::null_offset);
  CHECK(r.site.bad_pointer.note == "NULL plus 0x40");
  CHECK(r.site.bad_pointer.held_in == "RBX");
  SECTION("without a register the address alone tells, which may be one of eight") {
    r.site.shadow = ShadowOrigin{0x6b6b6b6b6b6b6b68, {}, std::nullopt};
    judge(r);
    CHECK(r.site.bad_pointer.address_class == AddressClass::poison);
    CHECK(r.site.bad_pointer.note == "slab poison 0x6b: the object was freed before (use after free)");
    CHECK(r.site.bad_pointer.held_in.empty());
  }
}

TEST_CASE("what was executed") {
  auto run = [](std::uint64_t pc) {
    auto r = report_of("page-fault");
    r.stacks.push_back(stack("pc", {""}));
    r.stacks[0].frames[0].ref.address = pc;
    r.fault.address = pc;
    r.fault.access = Access::execute;
    judge(r);
    return r;
  };
  CHECK(run(0).site.bad_pointer.address_class == AddressClass::null);
  CHECK(run(0).site.bad_pointer.held_in == "RIP");
  CHECK(run(0xffff888012345678).site.bad_pointer.address_class == AddressClass::execute_data);
  CHECK(run(0x55aa12345678).site.bad_pointer.address_class == AddressClass::user);
}

TEST_CASE("guard pages are by the report's words") {
  auto r = report_of("stack-guard");
  set_registers(r, {{"RSP", 0xffffc90000ca8000}});
  r.site.operation = Operation::call;
  judge(r);
  CHECK(r.site.bad_pointer.address_class == AddressClass::guard_page);
  CHECK(r.site.bad_pointer.held_in == "RSP");
}

TEST_CASE("32-bit kernels split the address space by configuration") {
  auto r = report_of("page-fault", "arm");
  set_registers(r, {{"sp", 0xab388000}});
  r.stacks.push_back(stack("pc", {""}));
  r.stacks[0].frames[0].ref.address = 0x80b0f484;
  r.fault.access = Access::execute;
  judge(r);
  CHECK(r.site.bad_pointer.address_class == AddressClass::execute_data);
}

TEST_CASE("an operand that disagrees with the fault address holds nothing") {
  auto r = report_of("page-fault");
  set_registers(r, {{"RAX", 0}});
  set_operand(r, "RAX", 8);
  r.fault.address = 0xffff888012345678;
  r.site.agrees_with_fault_address = false;
  judge(r);
  CHECK(r.site.bad_pointer.held_in.empty());
  CHECK(r.site.bad_pointer.address_class == AddressClass::kernel);
}

TEST_CASE("a double fault at the end of a page is a stack that ran over") {
  auto r = report_of("double-fault");
  set_registers(r, {{"RSP", 0xffff888216f8c000}, {"CR2", 0xffff888216f8bff8}});
  judge(r);
  CHECK(r.site.bad_pointer.address_class == AddressClass::guard_page);
  CHECK(r.site.bad_pointer.held_in == "RSP");
  SECTION("within the page it is the stack's own page that has gone") {
    r.registers[0].value = 0xffffc90001c53918;
    r.registers[1].value = 0xffffc90001c53908;
    judge(r);
    CHECK(r.site.bad_pointer.address_class == AddressClass::kernel);
    CHECK(r.site.bad_pointer.held_in.empty());
  }
  SECTION("an old CR2 says nothing") {
    r.registers[1].value = 0x7f0012345678;
    judge(r);
    CHECK(r.site.bad_pointer.address_class == AddressClass::none);
  }
}

TEST_CASE("a mark that programmers write is no address") {
  auto r = report_of("internal-error", "arm64");
  r.stacks.push_back(stack("pc", {""}));
  r.stacks[0].frames[0].ref.address = 0xffffffffdeadbeef;
  judge(r);
  CHECK(r.site.bad_pointer.address_class == AddressClass::poison);
  CHECK(r.site.bad_pointer.held_in == "pc");
}

TEST_CASE("a call through a register is refused before it goes there") {
  auto r = report_of("general-protection-fault");
  r.site.callee = Operand{"RAX", 0xdead000000000100};
  judge(r);
  CHECK(r.site.bad_pointer.held_in == "RAX");
  CHECK(r.site.bad_pointer.address_class == AddressClass::poison);
}

TEST_CASE("KASAN's own words tell the address where the Code bytes are missing") {
  auto r = report_of("general-protection-fault");
  r.fault.address = 0xdffffc0002c3fefa;
  r.set_fact(report::fact::kasan_range, "probably user-memory-access in range [0x00000000161ff7d0-0x00000000161ff7d7]");
  judge(r);
  CHECK(r.site.bad_pointer.address_class == AddressClass::user);
  CHECK(r.site.bad_pointer.held_in.empty());
}

TEST_CASE("an index into a table is no pointer") {
  auto r = report_of("page-fault");
  set_registers(r, {{"RDX", 0x1000000}});
  set_operand(r, "RDX", -0x7edfefa0);
  r.site.effective_address = r.fault.address = 0xffffffff89201060;
  judge(r);
  CHECK(r.site.bad_pointer.address_class == AddressClass::text);
  CHECK(r.site.bad_pointer.held_in == "RDX");
}

TEST_CASE("magic numbers and poisons of all kinds") {
  const auto class_of = [](std::uint64_t value) { return load(value, 0).site.bad_pointer.address_class; };
  for (const std::uint64_t value :
       {0xffffffffdead4eadULL, 0xdeadbeefULL, 0xdeadbeefdeadbeefULL, 0x0000000000100100ULL, 0xa7a7a7a7a7a7a7a7ULL,
        0xbdbdbdbdbdbdbdbdULL, 0xdead000000000122ULL, 0x5deadbeef0000100ULL}) {
    CAPTURE(value);
    CHECK(class_of(value) == AddressClass::poison);
  }
  CHECK(class_of(0x0000000000101100) == AddressClass::user);
  CHECK(class_of(0xffff8880deadbeef) == AddressClass::kernel);
}

TEST_CASE("a member before NULL is told as such") { CHECK(load(0, -8).site.bad_pointer.note == "NULL minus 0x8"); }

}  // namespace unoops::test
