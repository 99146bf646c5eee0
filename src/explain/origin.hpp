// Where the value of an address came from, by the few instructions before the fault: moves, additions and KASAN's shift
// to the shadow.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/rooms.hpp"
#include "unoops/report.hpp"

namespace unoops::explain {

// A register by a disassembler's name ("rbx", "%rbx", "x19"); null: the log has none.
const Register* register_of(const Report&, std::string_view name);

// Is it an address of the kernel's half? On 32 bits the split is a matter of configuration: the stack pointer tells.
bool in_kernel_half(const Report&, std::uint64_t value);

struct Shadow {
  std::uint64_t address = 0;  // whose shadow was read
  std::string_view index;     // the register with that address >> scale; empty: a constant
  int scale = 3;
};
// The faulting instruction reads KASAN's shadow memory: base or index is the shadow's offset.
std::optional<Shadow> shadow_of(const Report&);

struct Origin {
  const Register* reg;
};
// The register that the shadow's address was made from; every step is checked against the values of the dump.
std::optional<Origin> origin_of(const Report&, const Shadow&);

}  // namespace unoops::explain
