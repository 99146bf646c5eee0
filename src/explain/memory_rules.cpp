// KASAN, KFENCE, SLUB, lists, reference counts: which object, who allocated it, who freed it.
#include <algorithm>
#include <array>

#include "base/text.hpp"
#include "explain/rule.hpp"
#include "explain/sentence.hpp"
#include "facts/frames.hpp"

namespace unoops {
namespace {

// The first frame of a stack that is not the allocator's or the sanitizer's.
const Frame* user_of(const Stack& stack) {
  const auto noise =
      FrameRole::allocator | FrameRole::sanitizer | FrameRole::report | FrameRole::exception | FrameRole::trace;
  const auto at = std::ranges::find_if(
      stack.frames, [&](const Frame& f) { return f.reliable && !frame_roles(f.ref.symbol).has(noise); });
  return at == stack.frames.end() ? nullptr : &*at;
}

// "Freed by task 55" → "55"
std::string task_of(const Stack& stack) {
  const auto at = stack.label.find(" by task ");
  return at == std::string::npos ? std::string() : stack.label.substr(at + 9);
}

const Stack* life(const Report& r, std::string_view word) {
  const auto at =
      std::ranges::find_if(r.stacks, [&](const Stack& s) { return s.label.starts_with(word) && user_of(s); });
  return at == r.stacks.end() ? nullptr : &*at;
}

// "allocated in a, by task 55; freed in b, by the same task"
void life_of_object(const Report& r, Explanation& e, std::string_view id) {
  const auto *allocated = life(r, "Allocated"), *freed = life(r, "Freed");
  std::string text, task;
  for (const auto& [stack, word] : {std::pair{allocated, "allocated in "}, {freed, "freed in "}}) {
    if (!stack) continue;
    text += (text.empty() ? "" : "; ") + std::string(word) + place_of(*user_of(*stack));
    const auto by = task_of(*stack);
    if (!by.empty())
      text += ", by " + (by == task                              ? std::string("the same task")
                         : r.pid && by == std::to_string(*r.pid) ? "task " + by + " (this one)"
                                                                 : "task " + by);
    task = by;
  }
  if (!text.empty()) add_finding(e, id, std::move(text));
}

// RCU or a work item freed it: the stack that matters is where that was asked for.
void freed_later(const Report& r, Explanation& e, std::string_view id) {
  for (const auto& stack : r.stacks)
    if (stack.label.starts_with("Last potentially related work creation") || stack.label.starts_with("Last call_rcu"))
      if (const auto* frame = user_of(stack))
        return add_finding(e, id, "its freeing was asked for in " + place_of(*frame), stack.label, Confidence::likely);
}

void out_of_bounds(const Report& r, Explanation& e, std::string_view id) {
  if (r.kind->id != "kasan") return;
  const auto side = r.fact("location"), bytes = r.fact("location-bytes");
  if (side.find("right") != std::string_view::npos || side.find("after") != std::string_view::npos ||
      side.find("beyond") != std::string_view::npos) {
    if (bytes == "0")
      add_finding(
          e, id,
          "the first byte behind the object's end: an index or a length is one too large, or <= stands where < should");
    return;
  }
  const auto offset = r.fact("stack-offset"), object = r.fact("stack-object");
  if (!object.empty() && !offset.empty())
    add_finding(
        e, id,
        fill("the address is at offset {stack-offset} of a function's frame, near its variable '{stack-object}'", r));
}

void touched(const Report& r, Explanation& e, std::string_view id) {
  const auto& touched = r.site.touched;
  if (!touched || touched->type.empty() || touched->member.empty()) return;
  add_finding(e, id, touched->expression + " is " + touched->type + " *, what was touched is ->" + touched->member,
              touched->reason, touched->confidence);
}

void next_memory(const Report& r, Explanation& e, std::string_view) {
  const auto type = r.fact("bug-type");
  const bool after_free = type.find("use-after-free") != std::string_view::npos;
  if (!after_free) return;
  const auto *freed = life(r, "Freed"), *use = r.stacks.empty() ? nullptr : &r.stacks.front();
  if (!freed || !use) return;
  const auto* frame = user_of(*freed);
  add_step(e, frame->ref.symbol + " must not free it while " +
                  (culprit_frame(r) ? culprit_frame(r)->ref.symbol : std::string("the user")) +
                  " may use it: a reference, a lock, or another order");
}

// "list_del corruption. prev->next should be A, but was B. (prev=C)": which entry, what was expected and what stood
// there.
void list(const Report& r, Explanation& e, std::string_view id) {
  if (!r.kind->id.starts_with("list-corruption")) return;
  std::string message(first_message(r));
  const auto was = message.find("but was ");
  if (was != std::string::npos) {
    const auto value = message.substr(was + 8, 16);
    if (value.starts_with("dead0000"))
      add_finding(e, id, "the neighbour was removed already: its pointer is list poison");
    else if (value.starts_with("6b6b6b6b"))
      add_finding(e, id, "the neighbour's memory is freed: its pointer is slab poison 0x6b");
  }
  if (message.find("is LIST_POISON") != std::string::npos)
    add_finding(e, id, "the entry was removed before: list_del() was called twice for it");
  if (message.find("double add") != std::string::npos)
    add_finding(e, id, "the entry is on the list already: it was added twice");
  add_step(e,
           "look for a missing lock around this list, for an entry that is freed while it is linked, and for one that "
           "is added or removed twice");
}

void refcount(const Report& r, Explanation& e, std::string_view) {
  if (r.kind->id != "refcount") return;
  const auto message = first_message(r);
  const auto* frame = culprit_frame(r);
  const auto where = frame ? frame->ref.symbol : std::string("the caller");
  if (message.find("underflow") != std::string_view::npos)
    add_step(e, "one reference too many is given back: compare every put with its get; " + where +
                    " is only where it showed");
  else if (message.find("addition on 0") != std::string_view::npos)
    add_step(e,
             where + " takes a reference to an object that is being freed: it needs refcount_inc_not_zero() or a lock");
  else if (message.find("leaking") != std::string_view::npos || message.find("saturated") != std::string_view::npos)
    add_step(e,
             "references are taken and never given back, or the counter was overwritten; it stays at its limit from "
             "now on, so the object is never freed");
}

void overwritten(const Report& r, Explanation& e, std::string_view id) {
  if (r.kind->id != "slab") return;
  const auto where = r.fact("overwritten");
  if (!where.empty()) add_finding(e, id, "changed: " + std::string(where));
  const auto type = r.fact("bug-type");
  if (type.find("Poison") != std::string_view::npos)
    add_step(e, "it was written after it was freed: the task that freed it last, or had it before, still uses it");
  else if (type.find("Right Redzone") != std::string_view::npos)
    add_step(
        e, "who allocated the object wrote behind its end: check the size that was asked for against what is written");
}

constexpr auto rows = std::to_array<Rule>({
    {"touched", touched},
    {"object-life", life_of_object},
    {"freed-later", freed_later},
    {"out-of-bounds", out_of_bounds},
    {"list-corruption", list},
    {"refcount", refcount},
    {"overwritten", overwritten},
    {"next-memory", next_memory},
});

}  // namespace

std::span<const Rule> memory_rules() { return rows; }

}  // namespace unoops
