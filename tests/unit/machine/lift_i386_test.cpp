// i386's lifter, row by row.
#include "lifted.hpp"

namespace unoops::test {
namespace {

// clang-format off
const Lifted rows[] = {
    {"mov %eax, %ebx", "89 c3", "ebx = eax", ""},
    {"mov %dl, %cl", "88 d1", "ecx:1 = edx", ""},
    {"movzwl %ax, %eax", "0f b7 c0", "eax:2 = eax", ""},
    {"mov $0x10, %eax", "b8 10 00 00 00", "eax = 0x10", ""},
    {"xor %esi, %esi", "31 f6", "esi = 0x0", ""},
    {"add $0x18, %eax", "83 c0 18", "eax = eax + 0x18", ""},
    {"sub $0x8, %esp", "83 ec 08", "esp = esp - 0x8", ""},
    {"sub %edx, %eax", "29 d0", "eax = eax - edx", ""},
    {"dec %ecx", "49", "ecx = ecx - 0x1", ""},
    {"shl $2, %edx", "c1 e2 02", "edx = edx << 2", ""},
    {"imul $0x68, %edx, %eax", "6b c2 68", "eax = edx * 0x68", ""},
    {"and $-8, %esp", "83 e4 f8", "esp = align esp", ""},
    {"lea 0x10(%eax,%edx,4), %ecx", "8d 4c 90 10", "ecx = &[eax+edx*4+0x10]", ""},
    {"mov 0x18(%eax), %edx", "8b 50 18", "edx = load4 [eax+0x18]", "read4 [eax+0x18]"},
    {"mov 0xc1000000, %eax", "a1 00 00 00 c1", "eax = load4 [0xc1000000]", "read4 [0xc1000000]"},
    {"mov -0x3f000000(,%eax,4), %eax", "8b 04 85 00 00 00 c1", "eax = load4 [eax*4+0xc1000000]", "read4 [eax*4+0xc1000000]"},
    {"mov %fs:0x40, %eax", "64 a1 40 00 00 00", "eax = load4 percpu:[0x40]", "read4 percpu:[0x40]"},
    {"mov %gs:0x14, %eax", "65 a1 14 00 00 00", "eax = load4 [0x14]", "read4 [0x14]"},
    {"movzbl (%esi,%edi), %eax", "0f b6 04 3e", "eax = load1 [esi+edi]", "read1 [esi+edi]"},
    {"cmove %ecx, %eax", "0f 44 c1", "eax = eax or ecx", ""},
    {"mov %edx, 0x4(%eax)", "89 50 04", "store4 [eax+0x4] = edx", "write4 [eax+0x4]"},
    {"movw $0x1, (%ecx)", "66 c7 01 01 00", "store2 [ecx] = 0x1", "write2 [ecx]"},
    {"incl 0x4(%eax)", "ff 40 04", "modify4 [eax+0x4]", "update4 [eax+0x4]"},
    {"testb $0x10, 0x2(%edx)", "f6 42 02 10", "", "read1 [edx+0x2] mask 0x10"},
    {"lock cmpxchg8b (%edi)", "f0 0f c7 0f", "modify8 [edi]; eax = ?; edx = ?", "update8 [edi]"},
    {"push %ebx", "53", "esp = esp - 0x4; store4 [esp] = ebx", ""},
    {"pop %ebx", "5b", "ebx = load4 [esp]; esp = esp + 0x4", ""},
    {"leave", "c9", "esp = ebp; ebp = load4 [esp]; esp = esp + 0x4", ""},
    {"pusha", "60", "esp = esp - 0x20", ""},
    {"call .+0x105", "e8 00 01 00 00", "", "call 0x1105"},
    {"call *%eax", "ff d0", "", "call eax"},
    {"call *0xc(%edx)", "ff 52 0c", "", "read4 [edx+0xc]; call [edx+0xc]"},
    {"jmp *-0x3f000000(,%eax,4)", "ff 24 85 00 00 00 c1", "", "read4 [eax*4+0xc1000000]; jump [eax*4+0xc1000000]"},
    {"jne .+0x12", "75 10", "", "branch 0x1012"},
    {"ret", "c3", "", "ret"},
    {"iretl", "cf", "", "ret"},
    {"ud2", "0f 0b", "", "trap"},
    {"divl %ebx", "f7 f3", "eax = ?; edx = ?", "divides4 by ebx"},
    {"idivl 0x8(%ecx)", "f7 79 08", "eax = ?; edx = ?", "read4 [ecx+0x8]; divides4 by [ecx+0x8]"},
    {"rep movsl", "f3 a5", "edi = ?; esi = ?; ecx = ?", "write4 [edi]; read4 [esi]; string"},
    {"rep stosl", "f3 ab", "edi = ?; ecx = ?", "write4 [edi]; string"},
    {"lodsb", "ac", "eax = ?; esi = ?", "read1 [esi]; string"},
    {"rdtsc", "0f 31", "eax = ?; edx = ?", ""},
    {"nopl 0x0(%eax,%eax)", "0f 1f 44 00 00", "", "patchable"},
    {"lea 0x0(%esi,%eiz), %esi", "8d 74 26 00", "esi = &[esi]", ""},
    {"popa", "61", "eax = ?; ecx = ?; edx = ?; ebx = ?; ebp = ?; esi = ?; edi = ?; esp = esp + 0x20", ""},
    {"jecxz .+2", "e3 00", "", "branch 0x1002"},
};
// clang-format on

}  // namespace

TEST_CASE("i386 instructions as effects") { check_lifted("i386", rows); }

}  // namespace unoops::test
