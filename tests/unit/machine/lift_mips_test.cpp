// mips's lifter, row by row.
#include "lifted.hpp"

namespace unoops::test {
namespace {

// clang-format off
const Lifted rows[] = {
    {"move $v0, $a0", "00 80 10 25", "v0 = a0", ""},
    {"li $v0, 16", "24 02 00 10", "v0 = 0x10", ""},
    {"daddiu $v0, $a0, 24", "64 82 00 18", "v0 = a0 + 0x18", ""},
    {"addiu $v0, $a0, -4", "24 82 ff fc", "v0 = a0 - 0x4", ""},
    {"daddiu $sp, $sp, -32", "67 bd ff e0", "sp = sp - 0x20", ""},
    {"daddu $v0, $a0, $a1", "00 85 10 2d", "v0 = a0 + a1", ""},
    {"dsubu $v0, $a0, $a1", "00 85 10 2f", "v0 = ?", ""},
    {"ori $v0, $v0, 1", "34 42 00 01", "v0 = ?", ""},
    {"dsll $v0, $a0, 3", "00 04 10 f8", "v0 = a0 << 3", ""},
    {"sll $v0, $a0, 3", "00 04 10 c0", "v0 = a0 << 3", ""},
    {"sll $v0, $a0, 0", "00 04 10 00", "v0 = a0 << 0", ""},
    {"dsrl $v0, $a0, 3", "00 04 10 fa", "v0 = ?", ""},
    {"and $v0, $a0, $a1", "00 85 10 24", "v0 = ?", ""},
    {"sltu $v0, $a0, $a1", "00 85 10 2b", "v0 = ?", ""},
    {"movn $v0, $a0, $a1", "00 85 10 0b", "v0 = v0 or a0", ""},
    {"movz $v0, $a0, $a1", "00 85 10 0a", "v0 = v0 or a0", ""},
    {"ld $v0, 24($a0)", "dc 82 00 18", "v0 = load8 [a0+0x18]", "read8 [a0+0x18]"},
    {"lw $v0, -4($a0)", "8c 82 ff fc", "v0 = load4 [a0-0x4]", "read4 [a0-0x4]"},
    {"lwu $v0, 4($a0)", "9c 82 00 04", "v0 = load4 [a0+0x4]", "read4 [a0+0x4]"},
    {"lbu $v0, 3($a0)", "90 82 00 03", "v0 = load1 [a0+0x3]", "read1 [a0+0x3]"},
    {"lb $v0, ($a0)", "80 82 00 00", "v0 = load1 [a0]", "read1 [a0]"},
    {"lhu $v0, 2($a0)", "94 82 00 02", "v0 = load2 [a0+0x2]", "read2 [a0+0x2]"},
    {"ll $v0, ($a0)", "c0 82 00 00", "v0 = load4 [a0]", "read4 [a0]"},
    {"lld $v0, ($a0)", "d0 82 00 00", "v0 = load8 [a0]", "read8 [a0]"},
    {"sd $v0, 8($a0)", "fc 82 00 08", "store8 [a0+0x8] = v0", "write8 [a0+0x8]"},
    {"sd $zero, 8($a0)", "fc 80 00 08", "store8 [a0+0x8] = 0x0", "write8 [a0+0x8]"},
    {"sw $v0, 4($a0)", "ac 82 00 04", "store4 [a0+0x4] = v0", "write4 [a0+0x4]"},
    {"sb $v0, ($a0)", "a0 82 00 00", "store1 [a0] = v0", "write1 [a0]"},
    {"sh $v0, 2($a0)", "a4 82 00 02", "store2 [a0+0x2] = v0", "write2 [a0+0x2]"},
    {"sc $v0, ($a0)", "e0 82 00 00", "store4 [a0] = v0; v0 = ?", "write4 [a0]"},
    {"scd $v0, ($a0)", "f0 82 00 00", "store8 [a0] = v0; v0 = ?", "write8 [a0]"},
    {"b .+16", "10 00 00 03", "", "jump 0x1010"},
    {"beqz $v0, .+16", "10 40 00 03", "", "branch 0x1010"},
    {"bne $v0, $a0, .+16", "14 44 00 03", "", "branch 0x1010"},
    {"bltz $v0, .+16", "04 40 00 03", "", "branch 0x1010"},
    {"jal 0x2000", "0c 00 08 00", "", "call 0x2000"},
    {"j 0x2000", "08 00 08 00", "", "jump 0x2000"},
    {"jalr $t9", "03 20 f8 09", "", "call t9"},
    {"jr $t9", "03 20 00 08", "", "jump t9"},
    {"jr $ra", "03 e0 00 08", "", "ret"},
    {"eret", "42 00 00 18", "", "ret"},
    {"break", "00 00 00 0d", "", "trap"},
    {"tne $v0, $zero, 12", "00 40 03 36", "", ""},
    {"nop", "00 00 00 00", "", ""},
    {"mflo $v0", "00 00 10 12", "v0 = ?", ""},
    {"sync", "00 00 00 0f", "", ""},
    {"lui $v0, 0x123", "3c 02 01 23", "v0 = 0x1230000", ""},
    {"move $v0, $zero", "00 00 10 25", "v0 = 0x0", ""},
    {"move $a0, $sp", "03 a0 20 25", "a0 = sp", ""},
    {"teq $a0, $zero", "00 80 00 34", "", ""},
};
// clang-format on

}  // namespace

TEST_CASE("mips instructions as effects") { check_lifted("mips", rows); }

}  // namespace unoops::test
