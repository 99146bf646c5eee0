// The class of the bad pointer, and the register that held it.
#include "catch.hpp"
#include "report/fact_names.hpp"
#include "reports.hpp"

namespace unoops::test {
namespace {

Report load(std::uint64_t base, std::int64_t displacement) {
  auto r = report_of("page-fault");
  set_registers(r, {{"RAX", base}});
  set_operand(r, "RAX", displacement);
  r.fault.address = *r.site.effective_address;
  r.fault.access = Access::read;
  explain_report(r);
  return r;
}

}  // namespace

TEST_CASE("the base register tells the class, not the sum") {
  CHECK(load(0, 0).fault.address_class == AddressClass::null);
  CHECK(load(0, 8).fault.address_class == AddressClass::null_offset);
  const auto err = load(static_cast<std::uint64_t>(-12), 0x30);  // wraps to 0x24, which the kernel calls a NULL pointer
  CHECK(err.fault.address == 0x24u);
  CHECK(err.fault.address_class == AddressClass::err_ptr);
  CHECK(err.fault.held_in == "RAX");
  CHECK(says(err, "ENOMEM"));
  CHECK(load(0x00000000fffffff4, 0x10).fault.address_class == AddressClass::err_ptr);  // cut to 32 bits
  CHECK(load(0x6b6b6b6b6b6b6b6b, 0x18).fault.address_class == AddressClass::poison);
  CHECK(load(0x7f0012345678, 0).fault.address_class == AddressClass::user);
  CHECK(load(0xffff888012345678, 0).fault.address_class == AddressClass::kernel);
  CHECK(load(0x6566656665666566, 0).fault.address_class == AddressClass::ascii);
}

TEST_CASE("an index off NULL is an array") {
  auto r = report_of("null-pointer-dereference");
  set_registers(r, {{"RAX", 0}, {"RCX", 0x40}});
  set_operand(r, "RAX", 0, "RCX");
  r.fault.address = 0x40;
  explain_report(r);
  CHECK(r.fault.address_class == AddressClass::null_array);
}

TEST_CASE("non-canonical: flipped bits, foreign bits, and neither") {
  auto bad = [](std::uint64_t value) {
    auto r = report_of("general-protection-fault");
    set_registers(r, {{"RBX", value}});
    set_operand(r, "RBX", 0);
    explain_report(r);
    return r;
  };
  const auto flipped = bad(0xfffb888012345678);
  CHECK(flipped.fault.address_class == AddressClass::non_canonical);
  CHECK(says(flipped, "bit 50 flipped"));
  CHECK(advises(flipped, "memory"));
  CHECK(says(bad(0x000f888200000070), "foreign to the kernel address 0xffff888200000070"));
  CHECK(says(bad(0x1ffff100334a3e4f), "shifted right by 3"));
  const auto random = bad(0x26f1e8c689c389ff);
  CHECK(random.fault.address_class == AddressClass::non_canonical);
  CHECK_FALSE(says(random, "foreign"));
}

TEST_CASE("an operand that is in order is not what the CPU refused") {
  auto r = report_of("general-protection-fault");
  set_registers(r, {{"RBX", 0xffff888012345678}});
  set_operand(r, "RBX", 0);
  explain_report(r);
  CHECK(r.fault.address_class == AddressClass::none);
  CHECK(r.fault.held_in.empty());
}

TEST_CASE("KASAN's shadow leads back to the register that held the pointer") {
  auto r = report_of("general-protection-fault");
  set_registers(r, {{"RAX", 0xdffffc0000000000}, {"RBX", 0}, {"RDI", 0x40}, {"RDX", 8}});
  set_operand(r, "RDX", 0, "RAX");
  set_code(r, {"lea 0x40(%rbx),%rdi", "movabs $0xdffffc0000000000,%rax", "mov %rdi,%rdx", "shr $0x3,%rdx",
               "cmpb $0x0,(%rdx,%rax,1)"});
  explain_report(r);
  CHECK(r.fault.address_class == AddressClass::null_offset);
  CHECK(r.fault.held_in == "RBX");
  SECTION("but not past a register that was written since") {
    r.registers[1].value = 0x1234;
    explain_report(r);
    CHECK(r.fault.held_in == "RDI");
  }
}

TEST_CASE("what was executed") {
  auto run = [](std::uint64_t pc) {
    auto r = report_of("page-fault");
    r.stacks.push_back(stack("pc", {""}));
    r.stacks[0].frames[0].ref.address = pc;
    r.fault.address = pc;
    r.fault.access = Access::execute;
    explain_report(r);
    return r;
  };
  CHECK(run(0).fault.address_class == AddressClass::null);
  CHECK(run(0).fault.held_in == "RIP");
  CHECK(run(0xffff888012345678).fault.address_class == AddressClass::execute_data);
  CHECK(run(0x55aa12345678).fault.address_class == AddressClass::user);
}

TEST_CASE("a retpoline's name tells the register") {
  auto r = report_of("general-protection-fault");
  r.stacks.push_back(stack("pc", {"__x86_indirect_thunk_rax"}));
  set_registers(r, {{"RAX", 0xdead4ead00000000}});
  explain_report(r);
  CHECK(r.fault.address_class == AddressClass::poison);
  CHECK(r.fault.held_in == "RAX");
}

TEST_CASE("guard pages are by the report's words") {
  auto r = report_of("stack-guard");
  set_registers(r, {{"RSP", 0xffffc90000ca8000}});
  r.site.operation = Operation::call;
  explain_report(r);
  CHECK(r.fault.address_class == AddressClass::guard_page);
  CHECK(r.fault.held_in == "RSP");
}

TEST_CASE("32-bit kernels split the address space by configuration") {
  auto r = report_of("page-fault", "arm");
  set_registers(r, {{"sp", 0xab388000}});
  r.stacks.push_back(stack("pc", {""}));
  r.stacks[0].frames[0].ref.address = 0x80b0f484;
  r.fault.access = Access::execute;
  explain_report(r);
  CHECK(r.fault.address_class == AddressClass::execute_data);
}

TEST_CASE("an operand that disagrees with the fault address holds nothing") {
  auto r = report_of("page-fault");
  set_registers(r, {{"RAX", 0}});
  set_operand(r, "RAX", 8);
  r.fault.address = 0xffff888012345678;
  r.site.agrees_with_fault_address = false;
  explain_report(r);
  CHECK(r.fault.held_in.empty());
  CHECK(r.fault.address_class == AddressClass::kernel);
}

TEST_CASE("an offset that was added in place is taken off again") {
  auto r = report_of("general-protection-fault");
  set_registers(r, {{"RAX", 0xdffffc0000000000}, {"RBX", 0xdead4ead00000000}, {"RDI", 0xdead4ead0000001c}, {"RDX", 0}});
  r.registers.back().value = 0xdead4ead0000001c >> 3;
  set_operand(r, "RDX", 0, "RAX");
  set_code(r, {"mov %rdi,%rbx", "add $0x1c,%rdi", "mov %rdi,%rdx", "shr $0x3,%rdx", "movzbl (%rdx,%rax,1),%edx"});
  explain_report(r);
  CHECK(r.fault.held_in == "RBX");
  CHECK(r.fault.address_class == AddressClass::poison);
}

TEST_CASE("a double fault at the end of a page is a stack that ran over") {
  auto r = report_of("double-fault");
  set_registers(r, {{"RSP", 0xffff888216f8c000}, {"CR2", 0xffff888216f8bff8}});
  explain_report(r);
  CHECK(r.fault.address_class == AddressClass::guard_page);
  CHECK(r.fault.held_in == "RSP");
  SECTION("within the page it is the stack's own page that has gone") {
    r.registers[0].value = 0xffffc90001c53918;
    r.registers[1].value = 0xffffc90001c53908;
    explain_report(r);
    CHECK(r.fault.address_class == AddressClass::kernel);
    CHECK(r.fault.held_in.empty());
  }
  SECTION("an old CR2 says nothing") {
    r.fault.address_class = AddressClass::none, r.fault.held_in.clear();
    r.registers[1].value = 0x7f0012345678;
    explain_report(r);
    CHECK(r.fault.address_class == AddressClass::none);
  }
}

TEST_CASE("a mark that programmers write is no address") {
  auto r = report_of("internal-error", "arm64");
  r.stacks.push_back(stack("pc", {""}));
  r.stacks[0].frames[0].ref.address = 0xffffffffdeadbeef;
  explain_report(r);
  CHECK(r.fault.address_class == AddressClass::poison);
  CHECK(r.fault.held_in == "pc");
}

TEST_CASE("a call through a register is refused before it goes there") {
  auto r = report_of("general-protection-fault");
  set_registers(r, {{"RAX", 0xdead000000000100}});
  set_code(r, {"push %rbx", "call *%rax"});
  explain_report(r);
  CHECK(r.fault.held_in == "RAX");
  CHECK(r.fault.address_class == AddressClass::poison);
}

TEST_CASE("KASAN's own words tell the address where the Code bytes are missing") {
  auto r = report_of("general-protection-fault");
  r.fault.address = 0xdffffc0002c3fefa;
  r.set_fact(report::fact::kasan_range, "probably user-memory-access in range [0x00000000161ff7d0-0x00000000161ff7d7]");
  explain_report(r);
  CHECK(r.fault.address_class == AddressClass::user);
  CHECK(r.fault.held_in.empty());
}

TEST_CASE("an index into a table is no pointer") {
  auto r = report_of("page-fault");
  set_registers(r, {{"RDX", 0x1000000}});
  set_operand(r, "RDX", -0x7edfefa0);
  r.site.effective_address = r.fault.address = 0xffffffff89201060;
  explain_report(r);
  CHECK(r.fault.address_class == AddressClass::text);
  CHECK(r.fault.held_in == "RDX");
}

TEST_CASE("magic numbers and poisons of all kinds") {
  const auto class_of = [](std::uint64_t value) { return load(value, 0).fault.address_class; };
  for (const std::uint64_t value :
       {0xffffffffdead4eadULL, 0xdeadbeefULL, 0xdeadbeefdeadbeefULL, 0x0000000000100100ULL, 0xa7a7a7a7a7a7a7a7ULL,
        0xbdbdbdbdbdbdbdbdULL, 0xdead000000000122ULL, 0x5deadbeef0000100ULL}) {
    CAPTURE(value);
    CHECK(class_of(value) == AddressClass::poison);
  }
  CHECK(class_of(0x0000000000101100) == AddressClass::user);
  CHECK(class_of(0xffff8880deadbeef) == AddressClass::kernel);
}

TEST_CASE("a member before NULL is told as such") { CHECK(load(0, -8).fault.address_note == "NULL minus 0x8"); }

}  // namespace unoops::test
