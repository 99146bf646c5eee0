// A rule of the explanation: one fact that an expert would say of a report, with its evidence. A rule that is not sure
// says nothing.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "base/hex.hpp"
#include "base/rooms.hpp"
#include "unoops/report.hpp"

namespace unoops::explain {

struct Rule {
  std::string_view id;
  // Adds a finding, a next step, or nothing.
  void (*apply)(const Report&, Explanation&, std::string_view id);
};

std::span<const Rule> fault_rules();    // what the fault's address, access and instruction say
std::span<const Rule> memory_rules();   // KASAN, KFENCE, SLUB, lists, reference counts
std::span<const Rule> stack_rules();    // recursion, the system call
std::span<const Rule> wait_rules();     // hangs and stalls
std::span<const Rule> lock_rules();     // lockdep, sleeping where it is forbidden
std::span<const Rule> system_rules();   // memory that ran out, hardware, panics
std::span<const Rule> context_rules();  // task, interrupt, taint, earlier reports, gaps in the evidence

void add_finding(Explanation&, std::string_view rule, std::string text, std::string evidence = {},
                 Confidence = Confidence::certain);
void add_step(Explanation&, std::string text);
bool says_rule(const Explanation&, std::string_view rule);

// The function of the frame to look at; empty: none.
std::string place_name(const Report&);
// "kfault_complete, ctx.c:28 [kfault]"
std::string place_of(const Frame&);

}  // namespace unoops::explain
