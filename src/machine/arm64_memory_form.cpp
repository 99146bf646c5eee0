#include "machine/arm64_memory_form.hpp"

namespace unoops::machine {
namespace {

MemoryForm load_form(unsigned id) {
  switch (id) {
    case ARM64_INS_LDR:
    case ARM64_INS_LDUR:
    case ARM64_INS_LDAR:
    case ARM64_INS_LDTR:
    case ARM64_INS_LDXR:
    case ARM64_INS_LDAXR:
    case ARM64_INS_LDNP:
    case ARM64_INS_LDP:
    case ARM64_INS_LDXP:
    case ARM64_INS_LDAXP: {
      const bool pair = id == ARM64_INS_LDP || id == ARM64_INS_LDNP || id == ARM64_INS_LDXP || id == ARM64_INS_LDAXP;
      return {0, true, false, 0, pair ? 2 : 1};
    }
    case ARM64_INS_LDRB:
    case ARM64_INS_LDRSB:
    case ARM64_INS_LDURB:
    case ARM64_INS_LDURSB:
    case ARM64_INS_LDARB:
    case ARM64_INS_LDTRB:
    case ARM64_INS_LDTRSB:
    case ARM64_INS_LDXRB:
    case ARM64_INS_LDAXRB:
      return {1, true, false, 0, 1};
    case ARM64_INS_LDRH:
    case ARM64_INS_LDRSH:
    case ARM64_INS_LDURH:
    case ARM64_INS_LDURSH:
    case ARM64_INS_LDARH:
    case ARM64_INS_LDTRH:
    case ARM64_INS_LDTRSH:
    case ARM64_INS_LDXRH:
    case ARM64_INS_LDAXRH:
      return {2, true, false, 0, 1};
    case ARM64_INS_LDRSW:
    case ARM64_INS_LDURSW:
    case ARM64_INS_LDTRSW:
      return {4, true, false, 0, 1};
    case ARM64_INS_LDPSW:
      return {4, true, false, 0, 2};
    default:
      return {};
  }
}

MemoryForm store_form(unsigned id) {
  switch (id) {
    case ARM64_INS_STR:
    case ARM64_INS_STUR:
    case ARM64_INS_STLR:
    case ARM64_INS_STTR:
      return {0, false, true, 0, 1};
    case ARM64_INS_STP:
    case ARM64_INS_STNP:
      return {0, false, true, 0, 2};
    case ARM64_INS_STRB:
    case ARM64_INS_STURB:
    case ARM64_INS_STLRB:
    case ARM64_INS_STTRB:
      return {1, false, true, 0, 1};
    case ARM64_INS_STRH:
    case ARM64_INS_STURH:
    case ARM64_INS_STLRH:
    case ARM64_INS_STTRH:
      return {2, false, true, 0, 1};
    case ARM64_INS_STXR:
    case ARM64_INS_STLXR:
      return {0, false, true, 1, 1};
    case ARM64_INS_STXRB:
    case ARM64_INS_STLXRB:
      return {1, false, true, 1, 1};
    case ARM64_INS_STXRH:
    case ARM64_INS_STLXRH:
      return {2, false, true, 1, 1};
    case ARM64_INS_STXP:
    case ARM64_INS_STLXP:
      return {0, false, true, 1, 2};
    default:
      return {};
  }
}

}  // namespace

MemoryForm memory_form(const cs_insn& raw) {
  const MemoryForm form = load_form(raw.id);
  return form.load ? form : store_form(raw.id);
}

}  // namespace unoops::machine
