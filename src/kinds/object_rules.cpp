#include "kinds/object_rules.hpp"

#include <algorithm>

namespace unoops::kinds {
namespace {

// "Freed by task 55" → "55"
std::string task_of(const Stack& stack) {
  const auto at = stack.label.find(" by task ");
  return at == std::string::npos ? std::string() : stack.label.substr(at + 9);
}

// SLUB's own line of it, "Freed in foo+0x1/0x2 ... pid=1", and the trace behind it are two stacks.
std::string task_of(const Report& r, std::string_view word) {
  for (const auto& stack : r.stacks)
    if (stack.label.starts_with(word))
      if (auto task = task_of(stack); !task.empty()) return task;
  return {};
}

// Was the object freed by a function that the use was called from, in the same task? Then it is one path of code.
bool one_path(const Report& r, std::string_view freer) {
  const auto task = task_of(r, "Freed");
  if (!r.pid || task != std::to_string(*r.pid) || !r.culprit_stack) return false;
  const auto& use =
      r.stacks[*r.culprit_stack].label == "pc" || r.stacks[*r.culprit_stack].context == "headline"
          ? std::ranges::find_if(r.stacks, [](const Stack& s) { return s.label.starts_with("Call Trace"); })
          : r.stacks.begin() + static_cast<std::ptrdiff_t>(*r.culprit_stack);
  return use != r.stacks.end() && std::ranges::any_of(use->frames, [&](const Frame& f) {
           return f.reliable && source_name(f.ref.symbol) == freer;
         });
}

}  // namespace

const Frame* user_of(const Stack& stack) {
  return first_frame(
      stack, FrameRole::allocator | FrameRole::sanitizer | FrameRole::report | FrameRole::exception | FrameRole::trace);
}

const Stack* life_of(const Report& r, std::string_view label) {
  const auto at =
      std::ranges::find_if(r.stacks, [&](const Stack& s) { return s.label.starts_with(label) && user_of(s); });
  return at == r.stacks.end() ? nullptr : &*at;
}

// "allocated in a, by task 55; freed in b, by the same task"
void tell_life(const Report& r, Explanation& e, std::string_view id) {
  std::string text, task;
  for (const auto& [label, word] : {std::pair{"Allocated", "allocated in "}, {"Freed", "freed in "}}) {
    const auto* stack = life_of(r, label);
    if (!stack) continue;
    text += (text.empty() ? "" : "; ") + std::string(word) + place_of(*user_of(*stack));
    const auto by = task_of(r, label);
    if (!by.empty())
      text += ", by " + (by == task                              ? std::string("the same task")
                         : r.pid && by == std::to_string(*r.pid) ? "task " + by + " (this one)"
                                                                 : "task " + by);
    task = by;
  }
  if (!text.empty()) add_finding(e, id, std::move(text));
}

void tell_use_after_free(const Report& r, Explanation& e, std::string_view) {
  const auto type = r.fact("bug-type");
  if (type.find("use-after-free") == std::string_view::npos) return;
  const auto* freed = life_of(r, "Freed");
  if (!freed) return;
  const auto freer = source_name(user_of(*freed)->ref.symbol), user = place_name(r);
  if (user == freer && one_path(r, freer))
    return add_step(e, freer + " frees the object and uses it afterwards: use it before, or free it later");
  if (one_path(r, freer))
    return add_step(e, freer + " frees the object and then lets " + user + " use it: call it before, or free it later");
  add_step(e, freer + " must not free it while " + (user.empty() ? "the user" : user) +
                  " may use it: a reference, a lock, or another order");
}

}  // namespace unoops::kinds
