#include "inspect/isa.hpp"
namespace unoops::inspection { void lift_s390(const cs_insn&, Insn&) {} }
