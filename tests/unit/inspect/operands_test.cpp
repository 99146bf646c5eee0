// Callees, divisors and KASAN's shadow: what the instructions around a fault tell of its registers.
#include "catch.hpp"
#include "reports.hpp"

namespace unoops::test {
namespace {

using inspect::inspect_fault;
using Bytes = std::vector<std::uint8_t>;

// The last instruction, which begins at `fault`, faults.
Report inspected(std::string_view arch, std::string_view kind, Bytes bytes, std::size_t fault,
                 std::vector<Register> registers) {
  auto r = oops(arch, kind, "f", 0x40, std::move(bytes), fault);
  r.registers = std::move(registers);
  inspect_fault(r, nullptr);
  return r;
}

Operand divisor_of(std::string_view arch, Bytes bytes, std::vector<Register> registers) {
  return inspected(arch, "divide-error", std::move(bytes), 0, std::move(registers))
      .site.divisor.value_or(Operand{"?", 0});
}

Operand callee_of(std::string_view arch, Bytes bytes, std::vector<Register> registers) {
  return inspected(arch, "page-fault", std::move(bytes), 0, std::move(registers)).site.callee.value_or(Operand{"?", 0});
}

}  // namespace

TEST_CASE("a divisor in a register: as much of it as is divided by") {
  const std::vector<Register> registers = {{"RCX", 0xffffffff00000105, 64}, {"R08", 7, 64}};
  const auto ecx = divisor_of("x86_64", {0xf7, 0xf9}, registers);  // idiv %ecx
  CHECK(ecx.reg == "RCX");
  CHECK(ecx.value == 0x105u);
  CHECK(divisor_of("x86_64", {0x48, 0xf7, 0xf9}, registers).value == 0xffffffff00000105u);  // idiv %rcx
  CHECK(divisor_of("x86_64", {0xf6, 0xf1}, registers).value == 5u);                         // div %cl
  const auto r8d = divisor_of("x86_64", {0x41, 0xf7, 0xf0}, registers);                     // div %r8d
  CHECK(r8d.reg == "R08");
  CHECK(r8d.value == 7u);
  const auto i386 = divisor_of("i386", {0xf7, 0xf9}, {{"ECX", 0, 32}});
  CHECK(i386.reg == "ECX");
  CHECK(i386.value == 0u);
  const auto arm64 = divisor_of("arm64", {0x20, 0x08, 0xc2, 0x9a}, {{"x2", 3, 64}});  // udiv x0, x1, x2
  CHECK(arm64.reg == "x2");
  CHECK(arm64.value == 3u);
}

TEST_CASE("a divisor that no register tells") {
  const std::vector<Register> registers = {{"RBX", 0xffff888012345678, 64}, {"RCX", 0x100, 64}};
  const auto memory = divisor_of("x86_64", {0x48, 0xf7, 0x73, 0x08}, registers);  // divq 0x8(%rbx)
  CHECK(memory.reg.empty());
  CHECK_FALSE(memory.value);
  CHECK(divisor_of("x86_64", {0xf6, 0xf5}, registers).reg == "?");  // div %ch: a byte in the middle of RCX
  const auto lost = divisor_of("x86_64", {0xf7, 0xfa}, registers);  // idiv %edx, which the log does not have
  CHECK_FALSE(lost.value);
}

TEST_CASE("a callee in a register or in memory") {
  const std::vector<Register> registers = {{"RAX", 0xdead000000000100, 64}};
  const auto reg = callee_of("x86_64", {0xff, 0xd0}, registers);  // call *%rax
  CHECK(reg.reg == "RAX");
  CHECK(reg.value == 0xdead000000000100u);
  CHECK(callee_of("x86_64", {0xff, 0xe0}, registers).reg == "RAX");                  // jmp *%rax
  CHECK(callee_of("x86_64", {0xff, 0x50, 0x18}, registers).reg.empty());             // call *0x18(%rax)
  CHECK(callee_of("x86_64", {0xe8, 0, 0, 0, 0}, registers).reg == "?");              // call .+5
  CHECK(callee_of("arm64", {0x60, 0x00, 0x3f, 0xd6}, {{"x3", 0, 64}}).reg == "x3");  // blr x3
}

TEST_CASE("a retpoline's name tells the callee") {
  auto r = oops("x86_64", "general-protection-fault", "__x86_indirect_thunk_rax", 5, {0xc3}, 0);  // ret
  r.registers = {{"RAX", 0xdead4ead00000000, 64}};
  inspect_fault(r, nullptr);
  REQUIRE(r.site.callee);
  CHECK(r.site.callee->reg == "RAX");
  CHECK(r.site.bad_pointer.held_in == "RAX");
  CHECK(r.site.bad_pointer.address_class == AddressClass::poison);
}

TEST_CASE("what is undefined on purpose is a trap") {
  CHECK(inspected("x86_64", "invalid-opcode", {0x0f, 0x0b}, 0, {}).site.operation == Operation::trap);
  CHECK(inspected("arm64", "bug-trap", {0x00, 0x00, 0x21, 0xd4}, 0, {}).site.operation ==
        Operation::trap);  // brk #0x800
}

TEST_CASE("KASAN's shadow check: the address, and the register that it was made from") {
  // lea 0x40(%rbx),%rdi; movabs $0xdffffc0000000000,%rax; mov %rdi,%rdx; shr $0x3,%rdx; cmpb $0x0,(%rdx,%rax,1)
  const Bytes code = {0x48, 0x8d, 0x7b, 0x40, 0x48, 0xb8, 0x00, 0x00, 0x00, 0x00, 0x00, 0xfc, 0xff,
                      0xdf, 0x48, 0x89, 0xfa, 0x48, 0xc1, 0xea, 0x03, 0x80, 0x3c, 0x02, 0x00};
  const auto with = [&](std::vector<Register> registers) {
    registers.push_back({"RAX", 0xdffffc0000000000, 64});
    return inspected("x86_64", "general-protection-fault", code, 21, std::move(registers));
  };
  const auto r = with({{"RBX", 0, 64}, {"RDI", 0x40, 64}, {"RDX", 8, 64}});
  REQUIRE(r.site.shadow);
  CHECK(r.site.shadow->address == 0x40);
  CHECK(r.site.shadow->reg == "RBX");
  CHECK(r.site.shadow->value == 0u);
  CHECK(r.site.bad_pointer.held_in == "RBX");
  CHECK(r.site.bad_pointer.address_class == AddressClass::null_offset);
  // Not past a register that was written since.
  CHECK(with({{"RBX", 0x1234, 64}, {"RDI", 0x40, 64}, {"RDX", 8, 64}}).site.shadow->reg == "RDI");
  CHECK(with({{"RBX", 0, 64}, {"RDI", 0x1234, 64}, {"RDX", 8, 64}}).site.shadow->reg == "RBX");
  CHECK(with({{"RDX", 8, 64}}).site.shadow->reg.empty());
  // Without the index the printed address tells, where there is one.
  CHECK_FALSE(with({{"RBX", 0, 64}}).site.shadow);
}

TEST_CASE("an offset that was added in place is taken off again") {
  // mov %rdi,%rbx; add $0x1c,%rdi; mov %rdi,%rdx; shr $0x3,%rdx; movzbl (%rdx,%rax,1),%edx
  const Bytes code = {0x48, 0x89, 0xfb, 0x48, 0x83, 0xc7, 0x1c, 0x48, 0x89,
                      0xfa, 0x48, 0xc1, 0xea, 0x03, 0x0f, 0xb6, 0x14, 0x02};
  const auto r = inspected("x86_64", "general-protection-fault", code, 14,
                           {{"RAX", 0xdffffc0000000000, 64},
                            {"RBX", 0xdead4ead00000000, 64},
                            {"RDI", 0xdead4ead0000001c, 64},
                            {"RDX", 0xdead4ead0000001c >> 3, 64}});
  REQUIRE(r.site.shadow);
  CHECK(r.site.shadow->reg == "RBX");
  CHECK(r.site.bad_pointer.address_class == AddressClass::poison);
}

TEST_CASE("the trail of an address ends where its register was loaded, or by a call") {
  const auto origin = [](Bytes before, std::vector<Register> registers) {
    const auto fault = before.size() + 4;
    before.insert(before.end(), {0x48, 0xc1, 0xea, 0x03, 0x80, 0x3c, 0x02, 0x00});  // shr; cmpb $0x0,(%rdx,%rax,1)
    registers.push_back({"RAX", 0xdffffc0000000000, 64});
    registers.push_back({"RDX", 0, 64});
    const auto r = inspected("x86_64", "general-protection-fault", std::move(before), fault, std::move(registers));
    return r.site.shadow ? r.site.shadow->reg : "?";
  };
  CHECK(origin({0x48, 0x89, 0xda}, {{"RBX", 0, 64}}) == "RBX");                                // mov %rbx,%rdx
  CHECK(origin({0x48, 0x89, 0xda, 0x48, 0x8b, 0x57, 0x08}, {{"RBX", 0, 64}}).empty());         // mov 0x8(%rdi),%rdx
  CHECK(origin({0x48, 0x89, 0xda, 0xe8, 0, 0, 0, 0}, {{"RBX", 0, 64}}).empty());               // call .+5
  CHECK(origin({0x48, 0x8d, 0x53, 0x08, 0x48, 0x83, 0xea, 0x08}, {{"RBX", 0, 64}}) == "RBX");  // lea, sub
}

TEST_CASE("KASAN's shadow check on arm64: generic, and by tags") {
  // add x0, x19, #0x18; lsr x2, x0, #3; ldrsb w2, [x2, x1]
  const auto generic =
      inspected("arm64", "page-fault", {0x60, 0x62, 0x00, 0x91, 0x02, 0xfc, 0x43, 0xd3, 0x42, 0x68, 0xe1, 0x38}, 8,
                {{"x0", 0x18, 64}, {"x1", 0xdfff800000000000, 64}, {"x2", 3, 64}, {"x19", 0, 64}});
  REQUIRE(generic.site.shadow);
  CHECK(generic.site.shadow->address == 0x18);
  CHECK(generic.site.shadow->reg == "x19");
  // sbfx x16, x0, #4, #52; ldrb w16, [x20, x16]
  const auto tagged = inspected("arm64", "page-fault", {0x10, 0xdc, 0x44, 0x93, 0x90, 0x6a, 0x70, 0x38}, 4,
                                {{"x0", 0xf2ff000012345670, 64},
                                 {"x16", 0xffff000012345670 >> 4 | 0xf000000000000000, 64},
                                 {"x20", 0xefff800000000000, 64}});
  REQUIRE(tagged.site.shadow);
  CHECK(tagged.site.shadow->address == 0xffff000012345670);
  CHECK(tagged.site.shadow->reg == "x0");
}

TEST_CASE("a general protection fault: the part of the sum that makes it no address") {
  // mov 0x8(%rax,%rcx,8),%rdx
  const auto fault = [](std::uint64_t rax, std::uint64_t rcx) {
    return inspected("x86_64", "general-protection-fault", {0x48, 0x8b, 0x54, 0xc8, 0x08}, 0,
                     {{"RAX", rax, 64}, {"RCX", rcx, 64}});
  };
  const auto base = fault(0x6b6b6b6b6b6b6b6b, 1), index = fault(0xffff888012345678, 0x1000000000000);
  CHECK(base.site.bad_pointer.held_in == "RAX");
  CHECK(base.site.bad_pointer.value == 0x6b6b6b6b6b6b6b6b);
  CHECK(base.site.bad_pointer.address_class == AddressClass::poison);
  CHECK(index.site.bad_pointer.held_in == "RCX");
  CHECK(index.site.bad_pointer.address_class == AddressClass::non_canonical);
  CHECK(fault(0xffff888012345678, 1)
            .site.bad_pointer.held_in.empty());  // its address is in order: something else was refused
}

TEST_CASE("an address is judged where no code is known") {
  Report r;
  r.arch = find_arch("riscv");
  r.kind = find_kind("page-fault");
  r.fault.address = 0x18;
  inspect_fault(r, nullptr);
  CHECK(r.site.bad_pointer.address_class == AddressClass::null_offset);
  CHECK(r.site.bad_pointer.note == "NULL plus 0x18");
}

TEST_CASE("registers that an instruction names come in the log's words") {
  // mov %rcx,0x8(%rax,%r8,8); mov %edx,%ebx
  const auto r = inspected("x86_64", "page-fault", {0x4a, 0x89, 0x4c, 0xc0, 0x08, 0x89, 0xd3}, 0,
                           {{"RAX", 0, 64}, {"RBX", 0, 64}, {"RCX", 0, 64}, {"RDX", 0, 64}, {"R08", 0, 64}});
  REQUIRE(r.site.instructions.size() == 2);
  CHECK(r.site.instructions[0].registers == std::vector<std::string>{"RAX", "RCX", "R08"});
  CHECK(r.site.instructions[1].registers.empty());  // halves of registers hold no pointer
  const auto names = [](std::string_view arch, Bytes bytes, std::vector<Register> registers) {
    return inspected(arch, "page-fault", std::move(bytes), 0, std::move(registers)).site.instructions.at(0).registers;
  };
  CHECK(names("powerpc", {0x00, 0x00, 0xe9, 0x80}, {{"GPR09", 0, 64}, {"GPR08", 0, 64}}) ==  // lwz r7, 0(r9)
        std::vector<std::string>{"GPR09"});
  CHECK(names("s390x", {0xe3, 0x10, 0x20, 0x10, 0x00, 0x04}, {{"r01", 0, 64}, {"r02", 0, 64}}) ==  // lg %r1,16(%r2)
        std::vector<std::string>{"r01", "r02"});
}

}  // namespace unoops::test
