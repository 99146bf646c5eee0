#include "inspect/isa.hpp"
namespace unoops::inspection { void lift_ppc(const cs_insn&, Insn&) {} }
