#include "inspect/isa.hpp"
namespace unoops::inspection { void lift_arm(const cs_insn&, Insn&) {} }
