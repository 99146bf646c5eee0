// KASAN, KFENCE, SLUB: who allocated, who freed.
#include <algorithm>
#include <array>

#include "explain/rule.hpp"
#include "facts/frames.hpp"

namespace unoops {
namespace {

// The first frame of a stack that is not the allocator's or the sanitizer's.
const Frame* user_of(const Stack& stack) {
  const auto noise = FrameRole::allocator | FrameRole::sanitizer | FrameRole::report | FrameRole::exception;
  const auto at = std::ranges::find_if(stack.frames, [&](const Frame& f) { return f.reliable && !frame_roles(f.ref.symbol).has(noise); });
  return at == stack.frames.end() ? nullptr : &*at;
}

void life_of_object(const Report& r, Explanation& e, std::string_view id) {
  for (const auto& stack : r.stacks) {
    const bool freed = stack.label.starts_with("Freed") || stack.label.starts_with("freed");
    const bool allocated = stack.label.starts_with("Allocated") || stack.label.starts_with("allocated");
    if (!freed && !allocated) continue;
    if (const auto* frame = user_of(stack)) add_finding(e, id, std::string(freed ? "freed in " : "allocated in ") + place_of(*frame), stack.label);
  }
}

constexpr auto rows = std::to_array<Rule>({{"object-life", life_of_object}});

}  // namespace

std::span<const Rule> memory_rules() { return rows; }

}  // namespace unoops
