// The fault site from the text of a report alone.
#include <string>
#include <vector>

#include "catch.hpp"
#include "reports.hpp"

namespace {

using namespace unoops;
using namespace unoops::inspect;
using test::oops;

// mov 0x40(%rdi),%rax; mov $-90,%edx; mov 0x8(%rax),%rax; mov 0x8(%rax),%eax (faults); cmp $0x40,%eax
const std::vector<std::uint8_t> peek = {0x48, 0x8b, 0x47, 0x40, 0xba, 0xa6, 0xff, 0xff, 0xff, 0x48,
                                        0x8b, 0x40, 0x08, 0x8b, 0x40, 0x08, 0x83, 0xf8, 0x40};

}  // namespace

TEST_CASE("a load: operand, values, address") {
  Report r = oops("x86_64", "null-pointer-dereference", "peek", 0x12, peek, 13);
  r.registers = {{"RAX", 0, 64}, {"RDI", 0xffff888012345678, 64}};
  r.fault.address = 8;
  inspect_fault(r, nullptr);
  const FaultSite& s = r.site;
  CHECK(s.operation == Operation::load);
  CHECK(s.base_register == "RAX");
  CHECK(s.base_value == 0u);
  CHECK(s.displacement == 8);
  CHECK(s.effective_address == 8u);
  CHECK(s.access_size == 4);
  CHECK(s.is_write == false);
  CHECK(s.agrees_with_fault_address);
  CHECK(s.doubts.empty());
  REQUIRE(s.instructions.size() == 5);
  CHECK(s.instructions[3].faulting);
  CHECK(s.instructions[3].text == "mov 0x8(%rax),%eax");
  CHECK(s.instructions[3].function_offset == 0x12);
}

TEST_CASE("an address that the operand can't have is told") {
  Report r = oops("x86_64", "page-fault", "peek", 0x12, peek, 13);
  r.registers = {{"RAX", 0x1000, 64}};
  r.fault.address = 8;
  inspect_fault(r, nullptr);
  CHECK_FALSE(r.site.agrees_with_fault_address);
  REQUIRE(r.site.doubts.size() == 1);
  CHECK(r.site.doubts[0] == "the memory operand is 0x1008, CR2 says 0x8");
}

TEST_CASE("instructions in front of the fault are found from the alignment that meets it") {
  // the dump begins in the middle of `mov 0x40(%rdi),%rax`
  Report r = oops("x86_64", "null-pointer-dereference", "peek", 0x112, {peek.begin() + 2, peek.end()}, 11);
  inspect_fault(r, nullptr);
  REQUIRE(r.site.instructions.size() >= 3);
  bool found = false;
  for (const auto& i : r.site.instructions)
    if (i.faulting) found = i.text == "mov 0x8(%rax),%eax";
  CHECK(found);
}

TEST_CASE("a non-canonical operand agrees with a protection fault") {
  Report r = oops("x86_64", "general-protection-fault", "peek", 0x12, peek, 13);
  r.registers = {{"RAX", 0x6b6b6b6b6b6b6b6b, 64}};
  inspect_fault(r, nullptr);
  CHECK(r.site.effective_address == 0x6b6b6b6b6b6b6b73u);
  CHECK(r.site.agrees_with_fault_address);
}

TEST_CASE("traps, calls, divisions, string copies") {
  SECTION("ud2") {
    Report r = oops("x86_64", "kernel-bug", "f", 0, {0x0f, 0x0b, 0x90}, 0);
    inspect_fault(r, nullptr);
    CHECK(r.site.operation == Operation::trap);
  }
  SECTION("call *0x10(%rax)") {
    Report r = oops("x86_64", "null-pointer-dereference", "f", 0, {0xff, 0x50, 0x10}, 0);
    r.registers = {{"RAX", 0, 64}};
    r.fault.address = 0x10;
    inspect_fault(r, nullptr);
    CHECK(r.site.operation == Operation::call);
    CHECK(r.site.agrees_with_fault_address);
  }
  SECTION("rep movsb reads what RSI points to") {
    Report r = oops("x86_64", "page-fault", "memcpy", 0, {0xf3, 0xa4}, 0);
    r.registers = {{"RSI", 0x1000, 64}, {"RDI", 0xffff888000000000, 64}};
    r.fault.address = 0x1000;
    r.fault.access = Access::read;
    inspect_fault(r, nullptr);
    CHECK(r.site.operation == Operation::string_copy);
    CHECK(r.site.base_register == "RSI");
    CHECK(r.site.is_write == false);
  }
  SECTION("divl 0x8(%rdi) is a division by memory, idiv %ecx one by a register") {
    Report r = oops("x86_64", "divide-error", "f", 0, {0xf7, 0xf9}, 0);
    inspect_fault(r, nullptr);
    CHECK(r.site.operation == Operation::divide);
  }
}

TEST_CASE("arm64: str x20,[x2,#16] and the tag that FAR leaves out") {
  Report r =
      oops("arm64", "null-pointer-dereference", "enqueue", 0x60, {0x02, 0x08, 0x40, 0xf9, 0x54, 0x08, 0x00, 0xf9}, 4);
  r.code.unit = 4;
  r.registers = {{"x2", 0x6b6b6b6b6b6b6b6b, 64}, {"x20", 1, 64}};
  r.fault.address = 0x006b6b6b6b6b6b7b;
  inspect_fault(r, nullptr);
  CHECK(r.site.operation == Operation::store);
  CHECK(r.site.base_register == "x2");
  CHECK(r.site.displacement == 16);
  CHECK(r.site.access_size == 8);
  CHECK(r.site.agrees_with_fault_address);
}

TEST_CASE("other architectures read their own operands") {
  SECTION("i386") {
    Report r = oops("i386", "null-pointer-dereference", "f", 0, {0x8b, 0x40, 0x08}, 0);
    r.registers = {{"EAX", 0, 32}};
    r.fault.address = 8;
    inspect_fault(r, nullptr);
    CHECK(r.site.base_register == "EAX");
    CHECK(r.site.agrees_with_fault_address);
  }
  SECTION("arm: ldr r0, [r3, #8]") {
    Report r = oops("arm", "null-pointer-dereference", "f", 0, {0x08, 0x00, 0x93, 0xe5}, 0);
    r.code.unit = 4;
    r.registers = {{"r3", 0, 32}};
    r.fault.address = 8;
    inspect_fault(r, nullptr);
    CHECK(r.site.base_register == "r3");
    CHECK(r.site.agrees_with_fault_address);
  }
  SECTION("powerpc: lwz r7, 0(r9)") {
    Report r = oops("powerpc", "null-pointer-dereference", "f", 0, {0x00, 0x00, 0xe9, 0x80}, 0);
    r.code.unit = 4;
    r.registers = {{"GPR09", 0x40, 64}};
    r.fault.address = 0x40;
    inspect_fault(r, nullptr);
    CHECK(r.site.base_register == "GPR09");
    CHECK(r.site.access_size == 4);
    CHECK(r.site.agrees_with_fault_address);
  }
  SECTION("s390x: the failing address is rounded to its page") {
    Report r = oops("s390x", "page-fault", "f", 0, {0xe3, 0x10, 0x20, 0x10, 0x00, 0x04}, 0);  // lg %r1,16(%r2)
    r.registers = {{"r2", 0x12345678, 64}};
    r.fault.address = 0x12345000;
    inspect_fault(r, nullptr);
    CHECK(r.site.base_register == "r2");
    CHECK(r.site.effective_address == 0x12345688u);
    CHECK(r.site.agrees_with_fault_address);
  }
  SECTION("mips: lw v0, 8(a0)") {
    Report r = oops("mips", "null-pointer-dereference", "f", 0, {0x8c, 0x82, 0x00, 0x08}, 0);
    r.registers = {{"$4", 0, 64}};
    r.fault.address = 8;
    inspect_fault(r, nullptr);
    CHECK(r.site.base_register == "$4");
    CHECK(r.site.agrees_with_fault_address);
  }
}

TEST_CASE("no architecture, no code, no pc: nothing is said and nothing breaks") {
  Report r;
  r.kind = find_kind("page-fault");
  inspect_fault(r, nullptr);
  CHECK(r.site.instructions.empty());
  r.arch = find_arch("x86_64");
  r.code.bytes = {0x0f};
  r.code.fault_offset = 0;
  inspect_fault(r, nullptr);
  CHECK(r.site.operation == Operation::none);
}

TEST_CASE("per-cpu memory lies behind the base of GS") {
  // add %rdx,%gs:(%rcx)
  Report r = oops("x86_64", "page-fault", "count", 0x12, {0x55, 0x65, 0x48, 0x01, 0x11, 0x90}, 1);
  r.registers = {{"RCX", 0x607fe0001000, 64}, {"RDX", 1, 64}, {"GS", 0xffff888218300000, 64}};
  r.fault.address = 0xffff888218300000 + 0x607fe0001000;
  inspect_fault(r, nullptr);
  CHECK(r.site.effective_address == r.fault.address);
  CHECK(r.site.agrees_with_fault_address);
  CHECK(r.site.index_register == "GS");
}

TEST_CASE("32-bit ARM's alignment trap stands one behind") {
  // ldrex r2,[r3]; add r2,r2,#1
  Report r = oops("arm", "alignment-fault", "lock", 0x14, {0x9f, 0x2f, 0x93, 0xe1, 0x01, 0x20, 0x82, 0xe2}, 4);
  r.registers = {{"r3", 0x8ad, 32}, {"r2", 0, 32}};
  SECTION("where the instruction before it made the access") {
    r.fault.address = 0x8ad;
    inspect_fault(r, nullptr);
    CHECK(r.site.base_register == "r3");
    CHECK(r.site.agrees_with_fault_address);
  }
  SECTION("and nowhere else") {
    r.fault.address = 0x8b0;
    inspect_fault(r, nullptr);
    CHECK(r.site.base_register.empty());
  }
}
