#include "machine/att_style.hpp"

#include "catch.hpp"

using unoops::machine::att_style;

TEST_CASE("AT&T text as objdump prints it") {
  CHECK(att_style("movq", "0x50(%rbx), %rax") == "mov 0x50(%rbx),%rax");
  CHECK(att_style("movq", "$0, 8(%rax)") == "movq $0x0,0x8(%rax)");
  CHECK(att_style("movl", "8(%rax), %eax") == "mov 0x8(%rax),%eax");
  CHECK(att_style("movq", "-8(%rbp), %rax") == "mov -0x8(%rbp),%rax");
  CHECK(att_style("movzbl", "(%rax, %rbx), %ecx") == "movzbl (%rax,%rbx,1),%ecx");
  CHECK(att_style("leaq", "0x10(%rcx, %rdx, 8), %rcx") == "lea 0x10(%rcx,%rdx,8),%rcx");
  CHECK(att_style("cmovaq", "%rdx, %rax") == "cmova %rdx,%rax");
  CHECK(att_style("cmova", "%rdx, %rax") == "cmova %rdx,%rax");
  CHECK(att_style("shlq", "$4, %rax") == "shl $0x4,%rax");
  CHECK(att_style("addl", "$1, (%rax)") == "addl $0x1,(%rax)");
  CHECK(att_style("callq", "*%rax") == "call *%rax");
  CHECK(att_style("retq", "") == "ret");
  CHECK(att_style("pushq", "%rbx") == "push %rbx");
  CHECK(att_style("rep movsb", "(%rsi), %es:(%rdi)") == "rep movsb %ds:(%rsi),%es:(%rdi)");
  CHECK(att_style("movq", "%gs:0x1fbc0, %rax") == "mov %gs:0x1fbc0,%rax");
  CHECK(att_style("cmpb", "$0x78, (%rbx)") == "cmpb $0x78,(%rbx)");
  CHECK(att_style("ud2", "") == "ud2");
}

TEST_CASE("AT&T immediates are unsigned numbers of the operand's width, as objdump prints them") {
  CHECK(att_style("movq", "$-0x3f9e5fb0, %rdi") == "mov $0xffffffffc061a050,%rdi");
  CHECK(att_style("cmpl", "$-1, %ecx") == "cmp $0xffffffff,%ecx");
  CHECK(att_style("cmpw", "$-0x16, 8(%rax)") == "cmpw $0xffea,0x8(%rax)");
  CHECK(att_style("cmpb", "$-0x60, (%rax)") == "cmpb $0xa0,(%rax)");
  CHECK(att_style("pushq", "$-1") == "push $0xffffffffffffffff");
  CHECK(att_style("pshufd", "$-0x1c, %xmm1, %xmm0") == "pshufd $0xe4,%xmm1,%xmm0");
  CHECK(att_style("movq", "$0x8000000000000000, %rax") == "mov $0x8000000000000000,%rax");
  CHECK(att_style("movq", "-8(%rbp), %rax") == "mov -0x8(%rbp),%rax");
}

TEST_CASE("AT&T text has what only the bytes tell") {
  CHECK(att_style("movq", "(%rbp), %rax", {4, true}) == "mov 0x0(%rbp),%rax");
  CHECK(att_style("nopl", "(%rax, %rax)", {5, true}) == "nopl 0x0(%rax,%rax,1)");
  CHECK(att_style("movq", "(%rax), %rax", {3, false}) == "mov (%rax),%rax");
  CHECK(att_style("nop", "", {2, false}) == "xchg %ax,%ax");
  CHECK(att_style("nop", "", {1, false}) == "nop");
  CHECK(att_style("rep movsq", "(%rsi), (%rdi)") == "rep movsq %ds:(%rsi),%es:(%rdi)");
  CHECK(att_style("rep stosq", "%rax, (%rdi)") == "rep stos %rax,%es:(%rdi)");
}
