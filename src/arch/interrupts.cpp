#include "arch/interrupts.hpp"

#include "arch/arch.hpp"

namespace unoops::arch {

std::optional<Interrupts> interrupts_of(const Report& r) {
  const Arch* arch = row_of(r.arch);
  if (!arch) return std::nullopt;
  for (const auto& bits : arch->interrupt_bits) {
    const Register* reg = r.reg(bits.reg);
    if (!reg) continue;
    const bool set = (reg->value & bits.mask) != 0;
    return Interrupts{set == bits.set_is_on,
                      std::string(bits.name) + (set ? " is set in " : " is not set in ") + std::string(bits.reg)};
  }
  return std::nullopt;
}

}  // namespace unoops::arch
