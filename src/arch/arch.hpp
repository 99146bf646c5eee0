// A row of the table of architectures.
#pragma once

#include <span>
#include <string_view>

#include "base/rooms.hpp"
#include "grammar/report_builder.hpp"
#include "grammar/section.hpp"
#include "unoops/arch.hpp"

namespace unoops::arch {

struct Arch {
  ArchInfo info;
  Sections sections = {};  // its pc, register and fault lines; the first such line tells the architecture
  // Fills fault.access and error_bits from what was read. May be null.
  void (*decode_fault)(Report&) = nullptr;
};

// Lines that both x86 kernels print: they do not tell which.
Sections x86_sections();

std::span<const Arch* const> arch_rows();

}  // namespace unoops::arch
