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
  CHECK(att_style("rep movsb", "(%rsi), %es:(%rdi)") == "rep movsb (%rsi),%es:(%rdi)");
  CHECK(att_style("movq", "%gs:0x1fbc0, %rax") == "mov %gs:0x1fbc0,%rax");
  CHECK(att_style("cmpb", "$0x78, (%rbx)") == "cmpb $0x78,(%rbx)");
  CHECK(att_style("ud2", "") == "ud2");
}
