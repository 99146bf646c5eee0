// arm64's lifter, row by row.
#include "lifted.hpp"

namespace unoops::test {
namespace {

// clang-format off
const Lifted rows[] = {
    // copies and extensions
    {"mov x0, x1", "e0 03 01 aa", "x0 = x1", ""},
    {"mov w0, w1", "e0 03 01 2a", "x0:4 = x1", ""},
    {"mov x29, sp", "fd 03 00 91", "x29 = sp", ""},
    {"uxtb w0, w1", "20 1c 00 53", "x0:1 = x1", ""},
    {"sxth x0, w1", "20 3c 40 93", "x0:2 = x1", ""},
    {"sxtw x0, w1", "20 7c 40 93", "x0:4 = x1", ""},
    {"ubfx x0, x1, #4, #8", "20 2c 44 d3", "x0 = ?", ""},
    {"csel x0, x1, x2, eq", "20 00 82 9a", "x0 = x1; x0 = x0 or x2", ""},
    {"csel x0, x0, x2, ne", "00 10 82 9a", "x0 = x0 or x2", ""},
    {"csinc x0, x1, x2, eq", "20 04 82 9a", "x0 = ?", ""},
    {"cset w0, eq", "e0 17 9f 1a", "x0 = ?", ""},
    {"mrs x0, sp_el0", "00 41 38 d5", "x0 = current", ""},
    // a per-cpu address is a variable's address plus this, which counts as 0
    {"mrs x0, tpidr_el1", "80 d0 38 d5", "x0 = 0x0", ""},
    {"msr tpidr_el1, x0", "80 d0 18 d5", "", ""},
    // constants
    {"mov x0, #0x10", "00 02 80 d2", "x0 = 0x10", ""},
    {"mov w0, #-22", "a0 02 80 12", "x0:4 = -0x16", ""},
    {"mov x1, xzr", "e1 03 1f aa", "x1 = 0x0", ""},
    {"movk x0, #0x1, lsl #16", "20 00 a0 f2", "x0 = ?", ""},
    {"adrp x0, 0x4000", "20 00 00 90", "x0 = 0x5000", ""},
    {"adr x0, #16", "80 00 00 10", "x0 = 0x1010", ""},
    // arithmetic
    {"add x0, x1, #0x18", "20 60 00 91", "x0 = x1 + 0x18", ""},
    {"add x0, x1, #1, lsl #12", "20 04 40 91", "x0 = x1 + 0x1000", ""},
    {"add w0, w1, #1", "20 04 00 11", "x0:4 = x1 + 0x1", ""},
    {"sub sp, sp, #0x20", "ff 83 00 d1", "sp = sp - 0x20", ""},
    {"add x0, x1, x2", "20 00 02 8b", "x0 = x1 + x2", ""},
    {"add x0, x1, x2, lsl #3", "20 0c 02 8b", "x0 = x1 + x2*8", ""},
    {"add x0, x1, w2, sxtw #3", "20 cc 22 8b", "x0 = x1 + x2*8", ""},
    {"sub x0, x1, x2", "20 00 02 cb", "x0 = x1 - x2", ""},
    {"lsl x0, x1, #4", "20 ec 7c d3", "x0 = x1 << 4", ""},
    {"lsr x0, x1, #4", "20 fc 44 d3", "x0 = x1 >> 4", ""},
    {"lsr x0, x1, x2", "20 24 c2 9a", "x0 = ?", ""},
    {"sbfx x16, x0, #4, #52", "10 dc 44 93", "x16 = x0 >> 4", ""},
    {"sbfx x0, x1, #4, #8", "20 2c 44 93", "x0 = ?", ""},
    {"mul x0, x1, x2", "20 7c 02 9b", "x0 = x1 * x2", ""},
    {"madd x0, x1, x2, x3", "20 0c 02 9b", "x0 = x1 * x2; x0 = x3 + x0", ""},
    {"and x0, x1, #0xfffffffffffff000", "20 cc 74 92", "x0 = align x1", ""},
    {"and x0, x1, #0xff", "20 1c 40 92", "x0 = ?", ""},
    {"orr x0, x1, x2", "20 00 02 aa", "x0 = ?", ""},
    {"udiv x0, x1, x2", "20 08 c2 9a", "x0 = ?", "divides8 by x2"},
    {"cmp x0, #1", "1f 04 00 f1", "", ""},
    {"tst x0, #1", "1f 00 40 f2", "", ""},
    // loads
    {"ldr x0, [x1]", "20 00 40 f9", "x0 = load8 [x1]", "read8 [x1]"},
    {"ldr x0, [x1, #0x18]", "20 0c 40 f9", "x0 = load8 [x1+0x18]", "read8 [x1+0x18]"},
    {"ldr w0, [x1, #4]", "20 04 40 b9", "x0 = load4 [x1+0x4]", "read4 [x1+0x4]"},
    {"ldrb w0, [x1, #3]", "20 0c 40 39", "x0 = load1 [x1+0x3]", "read1 [x1+0x3]"},
    {"ldrh w0, [x1, #2]", "20 04 40 79", "x0 = load2 [x1+0x2]", "read2 [x1+0x2]"},
    {"ldrsw x0, [x1]", "20 00 80 b9", "x0 = load4 [x1]", "read4 [x1]"},
    {"ldrsb w0, [x1]", "20 00 c0 39", "x0 = load1 [x1]", "read1 [x1]"},
    {"ldur x0, [x1, #-8]", "20 80 5f f8", "x0 = load8 [x1-0x8]", "read8 [x1-0x8]"},
    {"ldr x0, [x1, x2]", "20 68 62 f8", "x0 = load8 [x1+x2]", "read8 [x1+x2]"},
    {"ldr x0, [x1, x2, lsl #3]", "20 78 62 f8", "x0 = load8 [x1+x2*8]", "read8 [x1+x2*8]"},
    {"ldr w0, [x1, w2, uxtw #2]", "20 58 62 b8", "x0 = load4 [x1+x2*4]", "read4 [x1+x2*4]"},
    {"ldr x0, [x1, #8]!", "20 8c 40 f8", "x0 = load8 [x1+0x8]; x1 = x1 + 0x8", "read8 [x1+0x8]"},
    {"ldr x0, [x1], #8", "20 84 40 f8", "x0 = load8 [x1]; x1 = x1 + 0x8", "read8 [x1]"},
    {"ldrb w0, [x1], #1", "20 14 40 38", "x0 = load1 [x1]; x1 = x1 + 0x1", "read1 [x1]"},
    {"ldp x19, x20, [sp, #16]", "f3 53 41 a9", "x19 = load8 [sp+0x10]; x20 = load8 [sp+0x18]", "read16 [sp+0x10]"},
    {"ldp w1, w2, [x0]", "01 08 40 29", "x1 = load4 [x0]; x2 = load4 [x0+0x4]", "read8 [x0]"},
    {"ldp x29, x30, [sp], #0x20", "fd 7b c2 a8", "x29 = load8 [sp]; x30 = load8 [sp+0x8]; sp = sp + 0x20", "read16 [sp]"},
    {"ldp x0, x1, [x0]", "00 04 40 a9", "x1 = load8 [x0+0x8]; x0 = load8 [x0]", "read16 [x0]"},
    {"ldr x0, 0x10", "80 00 00 58", "x0 = load8 [0x1010]", "read8 [0x1010]"},
    {"ldar x0, [x1]", "20 fc df c8", "x0 = load8 [x1]", "read8 [x1]"},
    {"ldtr x0, [x1]", "20 08 40 f8", "x0 = load8 [x1]", "read8 [x1]"},
    {"ldr q0, [x1]", "20 00 c0 3d", "", "read16 [x1]"},
    {"ldp q0, q1, [x1]", "20 04 40 ad", "", "read32 [x1]"},
    // stores
    {"str x0, [x1, #8]", "20 04 00 f9", "store8 [x1+0x8] = x0", "write8 [x1+0x8]"},
    {"str wzr, [x1]", "3f 00 00 b9", "store4 [x1] = 0x0", "write4 [x1]"},
    {"strb w0, [x1, #3]", "20 0c 00 39", "store1 [x1+0x3] = x0", "write1 [x1+0x3]"},
    {"stur w0, [x1, #-4]", "20 c0 1f b8", "store4 [x1-0x4] = x0", "write4 [x1-0x4]"},
    {"str x0, [x1, x2, lsl #3]", "20 78 22 f8", "store8 [x1+x2*8] = x0", "write8 [x1+x2*8]"},
    {"str x0, [x1], #8", "20 84 00 f8", "store8 [x1] = x0; x1 = x1 + 0x8", "write8 [x1]"},
    {"stp x29, x30, [sp, #-0x20]!", "fd 7b be a9", "store8 [sp-0x20] = x29; store8 [sp-0x18] = x30; sp = sp - 0x20", "write16 [sp-0x20]"},
    {"stp xzr, x1, [x0, #16]", "1f 04 01 a9", "store8 [x0+0x10] = 0x0; store8 [x0+0x18] = x1", "write16 [x0+0x10]"},
    {"stlr x0, [x1]", "20 fc 9f c8", "store8 [x1] = x0", "write8 [x1]"},
    {"sttr x0, [x1]", "20 08 00 f8", "store8 [x1] = x0", "write8 [x1]"},
    {"str q0, [x1]", "20 00 80 3d", "modify16 [x1]", "write16 [x1]"},
    {"stp q0, q1, [x1]", "20 04 00 ad", "modify16 [x1]; modify16 [x1+0x10]", "write32 [x1]"},
    // exclusive pairs; Capstone 4 knows nothing of the large system extensions' atomics
    {"ldxr w0, [x1]", "20 7c 5f 88", "x0 = load4 [x1]", "read4 [x1]"},
    {"ldaxr x0, [x1]", "20 fc 5f c8", "x0 = load8 [x1]", "read8 [x1]"},
    {"stxr w2, x0, [x1]", "20 7c 02 c8", "store8 [x1] = x0; x2 = ?", "write8 [x1]"},
    {"stlxr w2, w0, [x1]", "20 fc 02 88", "store4 [x1] = x0; x2 = ?", "write4 [x1]"},
    // flow
    {"b #16", "04 00 00 14", "", "jump 0x1010"},
    {"b.eq #16", "80 00 00 54", "", "branch 0x1010"},
    {"cbz x0, #16", "80 00 00 b4", "", "branch 0x1010"},
    {"tbnz w0, #3, #16", "80 00 18 37", "", "branch 0x1010"},
    {"bl #16", "04 00 00 94", "", "call 0x1010"},
    {"blr x1", "20 00 3f d6", "", "call x1"},
    {"br x16", "00 02 1f d6", "", "jump x16"},
    {"ret", "c0 03 5f d6", "", "ret"},
    {"eret", "e0 03 9f d6", "", "ret"},
    {"brk #0x800", "00 00 21 d4", "", "trap"},
    {"nop", "1f 20 03 d5", "", "patchable"},
    {"paciasp", "3f 23 03 d5", "", ""},
    {"autiasp", "bf 23 03 d5", "", ""},
    {"bti c", "5f 24 03 d5", "", ""},
    {"isb", "df 3f 03 d5", "", ""},
    // what only names memory
    {"prfm pldl1keep, [x0]", "00 00 80 f9", "", ""},
    {"dc civac, x0", "20 7e 0b d5", "", ""},
    {"ubfiz x0, x1, #3, #32", "20 7c 7d d3", "x0 = x1 << 3", ""},
};
// clang-format on

}  // namespace

TEST_CASE("arm64 instructions as effects") { check_lifted("arm64", rows); }

}  // namespace unoops::test
