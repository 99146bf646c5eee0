#include "machine/x86_operands.hpp"

#include <array>

#include "base/wrapping.hpp"

namespace unoops::machine {
namespace {

// DWARF numbers of the 64-bit registers (System V ABI, AMD64 supplement, figure 3.36) and of the 32-bit ones (i386
// supplement).
struct Row {
  x86_reg r64, r32, r16, r8, r8h;
  Reg dwarf64, dwarf32;
};
constexpr Row rows[] = {
    {X86_REG_RAX, X86_REG_EAX, X86_REG_AX, X86_REG_AL, X86_REG_AH, 0, 0},
    {X86_REG_RDX, X86_REG_EDX, X86_REG_DX, X86_REG_DL, X86_REG_DH, 1, 2},
    {X86_REG_RCX, X86_REG_ECX, X86_REG_CX, X86_REG_CL, X86_REG_CH, 2, 1},
    {X86_REG_RBX, X86_REG_EBX, X86_REG_BX, X86_REG_BL, X86_REG_BH, 3, 3},
    {X86_REG_RSI, X86_REG_ESI, X86_REG_SI, X86_REG_SIL, X86_REG_INVALID, 4, 6},
    {X86_REG_RDI, X86_REG_EDI, X86_REG_DI, X86_REG_DIL, X86_REG_INVALID, 5, 7},
    {X86_REG_RBP, X86_REG_EBP, X86_REG_BP, X86_REG_BPL, X86_REG_INVALID, 6, 5},
    {X86_REG_RSP, X86_REG_ESP, X86_REG_SP, X86_REG_SPL, X86_REG_INVALID, 7, 4},
    {X86_REG_R8, X86_REG_R8D, X86_REG_R8W, X86_REG_R8B, X86_REG_INVALID, 8, no_reg},
    {X86_REG_R9, X86_REG_R9D, X86_REG_R9W, X86_REG_R9B, X86_REG_INVALID, 9, no_reg},
    {X86_REG_R10, X86_REG_R10D, X86_REG_R10W, X86_REG_R10B, X86_REG_INVALID, 10, no_reg},
    {X86_REG_R11, X86_REG_R11D, X86_REG_R11W, X86_REG_R11B, X86_REG_INVALID, 11, no_reg},
    {X86_REG_R12, X86_REG_R12D, X86_REG_R12W, X86_REG_R12B, X86_REG_INVALID, 12, no_reg},
    {X86_REG_R13, X86_REG_R13D, X86_REG_R13W, X86_REG_R13B, X86_REG_INVALID, 13, no_reg},
    {X86_REG_R14, X86_REG_R14D, X86_REG_R14W, X86_REG_R14B, X86_REG_INVALID, 14, no_reg},
    {X86_REG_R15, X86_REG_R15D, X86_REG_R15W, X86_REG_R15B, X86_REG_INVALID, 15, no_reg},
};

using RegTable = std::array<Reg, X86_REG_ENDING>;
constexpr RegTable make_table(bool wide) {
  RegTable table{};
  for (auto& r : table) r = no_reg;
  for (const auto& row : rows)
    for (x86_reg r : {row.r64, row.r32, row.r16, row.r8, row.r8h})
      if (r != X86_REG_INVALID) table[r] = wide ? row.dwarf64 : row.dwarf32;
  return table;
}
constexpr RegTable table64 = make_table(true), table32 = make_table(false);

}  // namespace

Reg X86Operands::reg(unsigned capstone) const {
  return (wide_ ? table64 : table32)[capstone < X86_REG_ENDING ? capstone : 0];
}

Mem X86Operands::mem(int i) const {
  const x86_op_mem& m = op(i).mem;
  Mem mem;
  mem.disp = m.disp;
  mem.scale = m.scale;
  mem.field = x_.encoding.disp_offset && x_.encoding.disp_size >= 4 ? insn_.address + x_.encoding.disp_offset : 0;
  if (m.base == X86_REG_RIP) {
    mem.disp = wrapping_sum(mem.disp, static_cast<std::int64_t>(insn_.end()));
  } else {
    mem.base = reg(m.base);
  }
  mem.index = reg(m.index);
  if (!wide_ && mem.base == no_reg) mem.disp = static_cast<std::uint32_t>(m.disp);  // a table's address
  mem.per_cpu = m.segment == (wide_ ? X86_REG_GS : X86_REG_FS);
  return mem;
}

// lea and nop name memory without touching it.
bool X86Operands::touches_memory() const {
  switch (raw_.id) {
    case X86_INS_LEA:
    case X86_INS_NOP:
    case X86_INS_PREFETCH:
    case X86_INS_PREFETCHNTA:
    case X86_INS_PREFETCHT0:
    case X86_INS_PREFETCHT1:
    case X86_INS_PREFETCHT2:
    case X86_INS_PREFETCHW:
    case X86_INS_INVLPG:
      return false;
    default:
      return true;
  }
}

void X86Operands::note_accesses() {
  if (!touches_memory()) return;
  for (int i = 0; i < x_.op_count; ++i) {
    if (!is_mem(i)) continue;
    MemoryAccess a{mem(i), op(i).size, (op(i).access & CS_AC_READ) != 0, (op(i).access & CS_AC_WRITE) != 0, 0};
    fix_access(i, a);
    insn_.accesses.push_back(a);
  }
}

// Capstone 4 tells nothing, or too much, of some instructions' operands.
void X86Operands::fix_access(int i, MemoryAccess& a) const {
  switch (raw_.id) {
    case X86_INS_MOV:
    case X86_INS_MOVNTI:
    case X86_INS_MOVAPS:
    case X86_INS_MOVUPS:
    case X86_INS_MOVDQA:
    case X86_INS_MOVDQU:
    case X86_INS_MOVNTDQ:
    case X86_INS_MOVNTPS:
      a.read = i == 1, a.write = i == 0;
      break;
    case X86_INS_CMP:
    case X86_INS_TEST:
    case X86_INS_BT:
    case X86_INS_MOVZX:
    case X86_INS_MOVSX:
    case X86_INS_MOVSXD:
    case X86_INS_CALL:
    case X86_INS_JMP:
    case X86_INS_PUSH:
    case X86_INS_DIV:
    case X86_INS_IDIV:
    case X86_INS_MUL:
      a.read = true, a.write = false;
      break;
    case X86_INS_CMPXCHG:
    case X86_INS_XADD:
    case X86_INS_XCHG:
    case X86_INS_CMPXCHG8B:
    case X86_INS_CMPXCHG16B:
    case X86_INS_BTS:
    case X86_INS_BTR:
    case X86_INS_BTC:
    case X86_INS_INC:
    case X86_INS_DEC:
    case X86_INS_NEG:
    case X86_INS_NOT:
      a.read = a.write = true;
      break;
    default:
      if (!a.read && !a.write) (i == 0 && x_.op_count > 1 ? a.write : a.read) = true;
  }
  const bool masks =
      raw_.id == X86_INS_TEST || raw_.id == X86_INS_AND || raw_.id == X86_INS_OR || raw_.id == X86_INS_XOR;
  const bool one_bit =
      raw_.id == X86_INS_BT || raw_.id == X86_INS_BTS || raw_.id == X86_INS_BTR || raw_.id == X86_INS_BTC;
  if ((!masks && !one_bit) || i != 0 || !is_imm(1)) return;
  const auto imm = static_cast<std::uint64_t>(op(1).imm);
  const std::uint64_t all = op(0).size >= 8 ? ~0ULL : (1ULL << (op(0).size * 8)) - 1;
  if (one_bit)
    a.mask = 1ULL << (imm & (op(0).size * 8 - 1));
  else
    a.mask = (raw_.id == X86_INS_AND ? ~imm : imm) & all;
}

}  // namespace unoops::machine
