// The system call that the task was in when it happened.
#pragma once

#include <optional>
#include <string>

#include "base/rooms.hpp"
#include "unoops/report.hpp"

namespace unoops::explain {

// Nothing: none is known, the task was on its way out of it, or an interrupt has nothing to do with it.
std::optional<SystemCallMade> made_call(const Report&);

// What the task did on its way out of a system call, or out of its life, by its trace; empty: it was not.
std::string leaving_of(const Report&);

}  // namespace unoops::explain
