#include "kinds/object_rules.hpp"

#include <algorithm>

#include "kinds/kasan_memory.hpp"
#include "report/fact_names.hpp"
#include "report/questions.hpp"

namespace unoops::kinds {
namespace {

// "Freed by task 55" → "55"
std::string task_of(const Stack& stack) {
  const auto at = stack.label.find(" by task ");
  return at == std::string::npos ? std::string() : stack.label.substr(at + 9);
}

bool has_role(const Stack& stack, Roles roles) { return std::ranges::find(roles, stack.role) != roles.end(); }

// SLUB's own line of it, "Freed in foo+0x1/0x2 ... pid=1", and the trace behind it are two stacks.
std::string task_of(const Report& r, Roles roles) {
  for (const auto& stack : r.stacks)
    if (has_role(stack, roles))
      if (auto task = task_of(stack); !task.empty()) return task;
  return {};
}

// Was the object freed by a function that the use was called from, in the same task? Then it is one path of code.
bool one_path(const Report& r, std::string_view freer) {
  const auto task = task_of(r, freeing);
  if (!r.pid || task != std::to_string(*r.pid) || !r.culprit_stack) return false;
  const auto culprit = r.stacks.begin() + static_cast<std::ptrdiff_t>(*r.culprit_stack);
  const auto use = culprit->role == StackRole::pc || culprit->occurrence == Occurrence::headline
                       ? std::ranges::find_if(r.stacks, is_call_trace)
                       : culprit;
  return use != r.stacks.end() && std::ranges::any_of(use->frames, [&](const Frame& f) {
           return f.reliable && source_name(f.ref.symbol) == freer;
         });
}

// Was the memory freed before the object was allocated? SLUB prints how long ago each was (v6.1 mm/slub.c print_track),
// KASAN's shadow tells whether the object is in use; both keep the trace of the free before.
bool is_earlier_free(const Report& r) {
  const auto made = number_of(r, fact::allocated_age), freed = number_of(r, fact::freed_age);
  if (made && freed) return *made < *freed;
  return object_state(r) == ObjectState::live;
}

// "a, by task 55"
std::string who(const Report& r, Roles roles, const Stack& stack, const std::string& but) {
  const auto by = task_of(r, roles);
  auto text = place_of(*user_of(stack));
  if (by.empty()) return text;
  return text + ", by " +
         (by == but                               ? std::string("the same task")
          : r.pid && by == std::to_string(*r.pid) ? "task " + by + " (this one)"
                                                  : "task " + by);
}

}  // namespace

const Frame* user_of(const Stack& stack) {
  return first_frame(
      stack, FrameRole::allocator | FrameRole::sanitizer | FrameRole::report | FrameRole::exception | FrameRole::trace);
}

const Stack* life_of(const Report& r, Roles roles) {
  const auto at = std::ranges::find_if(r.stacks, [&](const Stack& s) { return has_role(s, roles) && user_of(s); });
  return at == r.stacks.end() ? nullptr : &*at;
}

// "allocated in a, by task 55; freed in b, by the same task"
void tell_life(const Report& r, Explanation& e, std::string_view id) {
  const auto *made = life_of(r, allocation), *freed = life_of(r, freeing);
  const bool earlier = made && freed && is_earlier_free(r);
  std::string text = made ? "allocated in " + who(r, allocation, *made, {}) : std::string();
  if (freed)
    text += (made ? earlier ? "; its memory was another object's before, freed in " : "; freed in " : "freed in ") +
            who(r, freeing, *freed, made ? task_of(r, allocation) : std::string());
  if (!text.empty()) add_certain(e, id, std::move(text), "the traces that the allocator kept");
}

void tell_use_after_free(const Report& r, Explanation& e, std::string_view) {
  const auto type = r.fact(fact::bug_type);
  if (type.find("use-after-free") == std::string_view::npos) return;
  const auto *freed = life_of(r, freeing), *asked = life_of(r, free_requests);
  if (!freed) return;
  // RCU only carried out what somebody asked for (rcu_core, rcu_do_batch).
  const bool by_rcu = asked && user_of(*freed)->ref.symbol.starts_with("rcu_");
  const auto freer = source_name(user_of(by_rcu ? *asked : *freed)->ref.symbol), user = place_name(r);
  if (user == freer && one_path(r, freer))
    return add_step(e, freer + " frees the object and uses it afterwards: use it before, or free it later");
  if (one_path(r, freer))
    return add_step(e, freer + " frees the object and then lets " + user + " use it: call it before, or free it later");
  add_step(e, freer + " must not free it while " + (user.empty() ? "the user" : user) +
                  " may use it: a reference, a lock, or another order");
}

}  // namespace unoops::kinds
