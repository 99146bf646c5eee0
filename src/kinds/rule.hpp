// A rule of the explanation: one fact that an expert would say of a report, with its evidence. A rule that is not sure
// says nothing. Rules of one kind are in its row; explain/ has those that are true of every kind.
#pragma once

#include <string>
#include <string_view>

#include "base/hex.hpp"
#include "base/rooms.hpp"
#include "facts/frames.hpp"
#include "unoops/report.hpp"

namespace unoops::kinds {

struct Rule {
  std::string_view id;
  // Adds a finding, a next step, or nothing.
  void (*apply)(const Report&, Explanation&, std::string_view id);
  // Findings are printed in the order in which rules are asked. A kind's come before what the traces say (recursion,
  // the system call), or behind that, where the machine was in trouble and not the code that ran.
  bool after_traces = false;
};

// What a rule concludes. The evidence says from what, where a reader could ask.
void add_likely(Explanation&, std::string_view rule, std::string text, std::string evidence);
// What the log's own words say, or two sources prove: the evidence names them. Without any, it is only likely.
void add_certain(Explanation&, std::string_view rule, std::string text, std::string evidence);
void add_step(Explanation&, std::string text);

// The function of the frame to look at; empty: none.
std::string place_name(const Report&);
std::string place_or(const Report&, std::string_view otherwise);
// "kfault_complete, ctx.c:28 [kfault]"
std::string place_of(const Frame&);
// What the function does, by its name, unless the name misleads: allocators and sanitizers are never built as modules, so
// that a module's kmalloc_oob_right() is its own.
RoleSet roles_of(const Frame&);
// The innermost function of a stack that has none of these roles; null: none.
const Frame* first_frame(const Stack&, RoleSet noise);

}  // namespace unoops::kinds
