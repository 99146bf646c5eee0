#include "inspect/isa.hpp"
namespace unoops::inspection { void lift_mips(const cs_insn&, Insn&) {} }
