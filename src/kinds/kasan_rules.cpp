#include "kinds/kasan_rules.hpp"

#include <algorithm>
#include <charconv>
#include <optional>

#include "base/text.hpp"
#include "report/fact_names.hpp"
#include "report/questions.hpp"

namespace unoops::kinds {
namespace {

struct Variable {
  std::string name;
  long begin = 0, end = 0;
};
// "[32, 56) 'buf'", "[32, 56) 'buf' (line 12)" (v6.1 mm/kasan/report_generic.c print_decoded_frame_descr): the one that
// is nearest to the offset
std::optional<Variable> variable_at(const Report& r, long offset) {
  std::optional<Variable> best;
  long distance = 0;
  for (const auto& message : r.messages) {
    Variable v;
    const auto text = trim(message);
    const auto comma = text.find(", "), quote = text.find(") '"), end = text.rfind('\'');
    if (!text.starts_with('[') || comma == std::string_view::npos || quote == std::string_view::npos ||
        end < quote + 3 || std::from_chars(text.data() + 1, text.data() + comma, v.begin).ec != std::errc() ||
        std::from_chars(text.data() + comma + 2, text.data() + quote, v.end).ec != std::errc())
      continue;
    v.name = text.substr(quote + 3, end - quote - 3);
    const long away = offset < v.begin ? v.begin - offset : offset >= v.end ? offset - v.end : 0;
    if (!best || away < distance) best = v, distance = away;
  }
  return best;
}

// "on foo's stack frame, 1 byte behind the variable 'buf' (24 bytes)"
std::string on_stack_frame(const Report& r) {
  const auto digits = r.fact(fact::stack_offset);
  long offset = 0;
  if (digits.empty() || std::from_chars(digits.data(), digits.data() + digits.size(), offset).ec != std::errc())
    return {};
  const auto v = variable_at(r, offset);
  if (!v) return {};
  const auto frame = std::ranges::find(r.stacks, StackRole::kasan_frame, &Stack::role);
  const auto where = frame == r.stacks.end() || frame->frames.empty()
                         ? std::string("a function's")
                         : source_name(frame->frames.front().ref.symbol) + "'s";
  const auto away = [](long n) { return std::to_string(n) + (n == 1 ? " byte " : " bytes "); };
  return "on " + where + " stack frame, " +
         (offset >= v->end    ? away(offset - v->end) + "behind the variable '"
          : offset < v->begin ? away(v->begin - offset) + "in front of the variable '"
                              : away(offset - v->begin) + "inside the variable '") +
         v->name + "' (" + std::to_string(v->end - v->begin) + " bytes)";
}

}  // namespace

void tell_touched(const Report& r, Explanation& e, std::string_view id) {
  const auto& touched = r.site.touched;
  if (!touched || touched->type.empty() || touched->member.empty()) return;
  std::string text = touched->expression + " is " + touched->type + " *";
  if (touched->offset && *touched->offset > 0 && !touched->member.starts_with('['))
    text += ", " + touched->member + " at +" + hex(static_cast<std::uint64_t>(*touched->offset));
  add_finding(e, id, std::move(text), touched->reason, touched->confidence);
}

// RCU or a work item freed it: the stack that matters is where that was asked for.
void tell_freed_later(const Report& r, Explanation& e, std::string_view id) {
  for (const auto& stack : r.stacks)
    if (stack.role == StackRole::free_requested)
      if (const auto* frame = user_of(stack))
        return add_finding(e, id, "its freeing was asked for in " + place_of(*frame), stack.label, Confidence::likely);
}

// Each allocation gets a tag of its own, which its pointers carry; free memory has another (v6.1 mm/kasan/kasan.h
// KASAN_TAG_INVALID, mm/kasan/report_tags.c).
void tell_tags(const Report& r, Explanation& e, std::string_view id) {
  const auto pointer = r.fact(fact::pointer_tag), memory = r.fact(fact::memory_tag);
  if (pointer.empty() || memory.empty() || pointer == memory) return;
  const std::string tags =
      "the pointer has the tag " + std::string(pointer) + ", the memory the tag " + std::string(memory);
  add_certain(e, id, tags + (memory == "fe" ? ": that memory is free, or was never handed out" : ""), "the tags line");
  if (memory != "fe")
    add_likely(e, id,
               "tags differ where the memory was freed and handed out again since the pointer was made, or where the "
               "pointer ran into another object");
}

void tell_out_of_bounds(const Report& r, Explanation& e, std::string_view id) {
  const auto side = r.fact(fact::location), bytes = r.fact(fact::location_bytes);
  const bool behind = side.find("right") != std::string_view::npos || side.find("after") != std::string_view::npos ||
                      side.find("beyond") != std::string_view::npos;
  if (behind && bytes == "0")
    add_finding(e, id,
                "the first byte behind the object's end: an index or a length is one too large, or <= stands where < "
                "should");
  const auto* made = life_of(r, allocation);
  if (behind && made && culprit_frame(r)) {
    const auto maker = source_name(user_of(*made)->ref.symbol), user = place_name(r);
    add_step(e,
             "compare the size that " + maker + " allocates with what " + (user == maker ? "it" : user) + " accesses");
  }
  if (auto text = on_stack_frame(r); !text.empty()) add_finding(e, id, std::move(text));
}

}  // namespace unoops::kinds
