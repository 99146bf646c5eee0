// Were interrupts on in the code that faulted, or that was interrupted?
#pragma once

#include <optional>
#include <string>

#include "base/rooms.hpp"
#include "unoops/report.hpp"

namespace unoops::arch {

struct Interrupts {
  bool on = false;
  std::string evidence;  // "IF is not set in EFLAGS"
};

// By the report's own registers; nothing: they do not tell.
std::optional<Interrupts> interrupts_of(const Report&);

}  // namespace unoops::arch
