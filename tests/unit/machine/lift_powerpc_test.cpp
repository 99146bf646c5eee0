// powerpc's lifter, row by row.
#include "lifted.hpp"

namespace unoops::test {
namespace {

// clang-format off
const Lifted rows[] = {
    {"mr 3, 4", "78 23 83 7c", "r3 = r4", ""},
    {"li 3, 0x10", "10 00 60 38", "r3 = 0x10", ""},
    {"li 3, -22", "ea ff 60 38", "r3 = -0x16", ""},
    {"lis 3, -0x4000", "00 c0 60 3c", "r3 = -0x40000000", ""},
    {"addi 3, 4, 0x18", "18 00 64 38", "r3 = r4 + 0x18", ""},
    {"addis 3, 2, 1", "01 00 62 3c", "r3 = r2 + 0x10000", ""},
    {"add 3, 4, 5", "14 2a 64 7c", "r3 = r4 + r5", ""},
    {"subf 3, 4, 5", "50 28 64 7c", "r3 = ?", ""},
    {"neg 3, 4", "d0 00 64 7c", "r3 = ?", ""},
    {"sldi 3, 4, 3", "24 1f 83 78", "r3 = r4 << 3", ""},
    {"slwi 3, 4, 3", "38 18 83 54", "r3 = r4 << 3", ""},
    {"srdi 3, 4, 3", "c2 e8 83 78", "r3 = ?", ""},
    {"mulli 3, 4, 0x68", "68 00 64 1c", "r3 = r4 * 0x68", ""},
    {"mulld 3, 4, 5", "d2 29 64 7c", "r3 = ?", ""},
    {"extsw 3, 4", "b4 07 83 7c", "r3:4 = r4", ""},
    {"clrldi 3, 4, 32", "20 00 83 78", "r3 = ?", ""},
    {"clrrdi 3, 4, 12", "e4 04 83 78", "r3 = ?", ""},
    {"and 3, 4, 5", "38 28 83 7c", "r3 = ?", ""},
    {"ori 3, 4, 1", "01 00 83 60", "r3 = ?", ""},
    {"isel 3, 4, 5, 2", "9e 28 64 7c", "r3 = ?", ""},
    {"cmpdi 3, 0", "00 00 23 2c", "", ""},
    {"mflr 0", "a6 02 08 7c", "r0 = ?", ""},
    {"mtctr 12", "a6 03 89 7d", "", ""},
    {"ld 3, 0x18(4)", "18 00 64 e8", "r3 = load8 [r4+0x18]", "read8 [r4+0x18]"},
    {"lwz 3, 4(4)", "04 00 64 80", "r3 = load4 [r4+0x4]", "read4 [r4+0x4]"},
    {"lwa 3, 4(4)", "06 00 64 e8", "r3 = load4 [r4+0x4]", "read4 [r4+0x4]"},
    {"lbz 3, 3(4)", "03 00 64 88", "r3 = load1 [r4+0x3]", "read1 [r4+0x3]"},
    {"lhz 3, 2(4)", "02 00 64 a0", "r3 = load2 [r4+0x2]", "read2 [r4+0x2]"},
    {"lha 3, -2(4)", "fe ff 64 a8", "r3 = load2 [r4-0x2]", "read2 [r4-0x2]"},
    {"ldx 3, 4, 5", "2a 28 64 7c", "r3 = load8 [r4+r5]", "read8 [r4+r5]"},
    {"ldx 3, 0, 5", "2a 28 60 7c", "r3 = load8 [r5]", "read8 [r5]"},
    {"lwzx 3, 4, 5", "2e 28 64 7c", "r3 = load4 [r4+r5]", "read4 [r4+r5]"},
    {"ldu 3, 8(4)", "09 00 64 e8", "r3 = load8 [r4+0x8]; r4 = r4 + 0x8", "read8 [r4+0x8]"},
    {"lbzu 3, 1(4)", "01 00 64 8c", "r3 = load1 [r4+0x1]; r4 = r4 + 0x1", "read1 [r4+0x1]"},
    {"ldarx 3, 0, 4", "a8 20 60 7c", "r3 = load8 [r4]", "read8 [r4]"},
    {"lwarx 3, 0, 4", "28 20 60 7c", "r3 = load4 [r4]", "read4 [r4]"},
    {"lmw 30, 8(1)", "08 00 c1 bb", "r30 = ?; r31 = ?", "read8 [r1+0x8]"},
    {"std 3, 8(4)", "08 00 64 f8", "store8 [r4+0x8] = r3", "write8 [r4+0x8]"},
    {"stw 3, 4(4)", "04 00 64 90", "store4 [r4+0x4] = r3", "write4 [r4+0x4]"},
    {"stb 3, 0(4)", "00 00 64 98", "store1 [r4] = r3", "write1 [r4]"},
    {"sth 3, 2(4)", "02 00 64 b0", "store2 [r4+0x2] = r3", "write2 [r4+0x2]"},
    {"stdx 3, 4, 5", "2a 29 64 7c", "store8 [r4+r5] = r3", "write8 [r4+r5]"},
    {"stdu 1, -32(1)", "e1 ff 21 f8", "store8 [r1-0x20] = r1; r1 = r1 - 0x20", "write8 [r1-0x20]"},
    {"stdcx. 3, 0, 4", "ad 21 60 7c", "store8 [r4] = r3", "write8 [r4]"},
    {"stwcx. 3, 0, 4", "2d 21 60 7c", "store4 [r4] = r3", "write4 [r4]"},
    {"b .+16", "10 00 00 48", "", "jump 0x1010"},
    {"beq .+16", "10 00 82 41", "", "branch 0x1010"},
    {"bl .+16", "11 00 00 48", "", "call 0x1010"},
    {"bctrl", "21 04 80 4e", "", "call r12"},
    {"bctr", "20 04 80 4e", "", "jump r12"},
    {"blr", "20 00 80 4e", "", "ret"},
    {"beqlr", "20 00 82 4d", "", ""},
    {"rfid", "24 00 00 4c", "", "ret"},
    {"trap", "08 00 e0 7f", "", "trap"},
    {"tdnei 3, 0", "00 00 03 0b", "", ""},
    {"nop", "00 00 00 60", "", "patchable"},
    {"divd 3, 4, 5", "d2 2b 64 7c", "r3 = ?", "divides8 by r5"},
    {"dcbz 0, 3", "ec 1f 00 7c", "", ""},
    {"sync", "ac 04 00 7c", "", ""},
};
// clang-format on

}  // namespace

TEST_CASE("powerpc instructions as effects") { check_lifted("powerpc", rows); }

}  // namespace unoops::test
