// The rules that are true of reports of every kind. A kind's own rules are in its row (kinds/kind.hpp).
#pragma once

#include <span>

#include "base/rooms.hpp"
#include "kinds/rule.hpp"

namespace unoops::explain {

std::span<const Rule> fault_rules();    // what the fault's address, access and instruction say
std::span<const Rule> stack_rules();    // recursion, the system call
std::span<const Rule> death_rules();    // what a task that died left locked
std::span<const Rule> context_rules();  // init's end, modules, taint, earlier reports, gaps in the evidence

}  // namespace unoops::explain
