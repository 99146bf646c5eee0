#include "kinds/kasan_rules.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>

#include "base/text.hpp"
#include "kinds/kasan_memory.hpp"
#include "kinds/sentence.hpp"
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

// Behind the end of what was asked for, or beginning within and running over it.
bool is_behind(const Report& r) {
  const auto side = r.fact(fact::location);
  if (side.find("right") != std::string_view::npos || side.find("after") != std::string_view::npos ||
      side.find("beyond") != std::string_view::npos)
    return true;
  return requested(r).has_value();
}

bool is_first_behind(const Report& r) {
  if (const auto asked = requested(r)) return r.fault.address && *r.fault.address == asked->start + asked->size;
  return r.fact(fact::location_bytes) == "0";
}

enum class Walk { string, bytes };
struct Walker {
  std::string_view names;
  Walk walk;
};
// They go on from byte to byte: KASAN stops them at the first byte behind the end, however far they would have gone.
// String functions and vsnprintf's %s stop at NUL alone, the others at the length that their caller handed in.
constexpr auto walkers = std::to_array<Walker>({
    {" string string_nocheck strlen strnlen strcpy strcat strncat strcmp strcasecmp strchr strrchr strstr strsep "
     "strspn "
     "strcspn strpbrk kstrdup kstrtoull simple_strtoull vsnprintf fortify_strlen __fortify_strlen sized_strscpy "
     "strscpy "
     "strlcpy strlcat strncpy strncmp ",
     Walk::string},
    {" memcpy __memcpy memmove __memmove memset __memset memcmp memchr memscan memchr_inv copy_from_user copy_to_user "
     "_copy_from_user _copy_to_user __copy_from_user __copy_to_user copy_from_iter _copy_from_iter copy_to_iter "
     "_copy_to_iter crc32_le crc32c csum_partial hex_dump_to_buffer kmemdup kmemdup_nul ",
     Walk::bytes},
});

// The function below the culprit that walked, and how.
struct Walked {
  std::string name;
  Walk walk;
};
std::optional<Walked> walker_of(const Report& r) {
  const auto* trace = own_trace(r);
  const auto* culprit = culprit_frame(r);
  if (!trace) return std::nullopt;
  for (const auto& frame : trace->frames) {
    if (!frame.reliable || frame_roles(frame.ref.symbol).has(FrameRole::sanitizer | FrameRole::report)) continue;
    const auto name = plain_symbol(frame.ref.symbol);
    for (const auto& row : walkers)
      if (row.names.find(" " + std::string(name) + " ") != std::string_view::npos)
        return Walked{std::string(name), row.walk};
    if (&frame == culprit) break;
    if (!frame_roles(frame.ref.symbol).has(FrameRole::memory_helper | FrameRole::helper)) break;
  }
  return std::nullopt;
}

void tell_walk(const Report& r, Explanation& e, std::string_view id, const Walked& walked) {
  const auto user = place_name(r);
  const auto whose = user.empty() ? std::string("the caller") : user;
  if (walked.walk == Walk::string) {
    add_likely(e, id,
               walked.name +
                   "() walks along the string and was caught at the first byte behind the memory: the string "
                   "has no end (NUL) within it",
               "the trace: " + walked.name);
    return add_step(e, "let " + whose + " terminate the string, or print and copy it with a limit (%.*s, strscpy_pad)");
  }
  std::string text = walked.name + "() was handed a length that goes over the end";
  if (r.fault.size && *r.fault.size > 1) text += ": " + bytes_of(*r.fault.size) + " in all";
  add_likely(e, id, std::move(text), "the trace: " + walked.name);
  add_step(e, "check the length that " + whose + " hands to " + walked.name + "() against the size of the object");
}

}  // namespace

void tell_touched(const Report& r, Explanation& e, std::string_view id) {
  const auto& touched = r.site.touched;
  if (!touched || touched->type.empty() || touched->member.empty()) return;
  std::string text = touched->expression + " is " + touched->type + " *";
  if (touched->offset && *touched->offset > 0 && !touched->member.starts_with('['))
    text += ", " + touched->member + " at +" + hex(static_cast<std::uint64_t>(*touched->offset));
  if (touched->confidence == Confidence::certain) return add_certain(e, id, std::move(text), touched->reason);
  add_likely(e, id, std::move(text), touched->reason);
}

// RCU or a work item freed it: the stack that matters is where that was asked for.
void tell_freed_later(const Report& r, Explanation& e, std::string_view id) {
  if (object_state(r) == ObjectState::live) return;
  for (const auto& stack : r.stacks)
    if (stack.role == StackRole::free_requested)
      if (const auto* frame = user_of(stack))
        return add_likely(e, id, "its freeing was asked for in " + place_of(*frame), stack.label);
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
               "pointer ran into another object",
               "the tags line");
}

void tell_out_of_bounds(const Report& r, Explanation& e, std::string_view id) {
  if (const auto text = on_stack_frame(r); !text.empty())
    add_certain(e, id, text, "KASAN's list of the frame's variables");
  if (!is_behind(r)) return;
  const auto* made = life_of(r, allocation);
  const auto maker = made ? source_name(user_of(*made)->ref.symbol) : std::string(), user = place_name(r);
  if (const auto walker = walker_of(r)) return tell_walk(r, e, id, *walker);
  if (is_first_behind(r))
    add_likely(e, id, "the first byte behind the end: an index or a length is at least one too large",
               "where KASAN says the address lies");
  if (!maker.empty() && !user.empty())
    add_step(e,
             "compare the size that " + maker + " allocates with what " + (user == maker ? "it" : user) + " accesses");
  else if (!r.fact(fact::object_cache).empty())
    add_step(e, "compare the size that the object was allocated with and what " + (user.empty() ? "the code" : user) +
                    " accesses");
}

void tell_global(const Report& r, Explanation& e, std::string_view) {
  if (r.fact(fact::bug_type) != "global-out-of-bounds") return;
  const auto user = place_name(r);
  add_step(e, "compare the number of entries of the table with where " + (user.empty() ? "the loop" : user) +
                  " stops: an index that is not checked, or an end mark that is not there");
}

void tell_double_free(const Report& r, Explanation& e, std::string_view) {
  const bool freed = r.fact(fact::bug_type) == "double-free" || object_state(r) == ObjectState::freed;
  if (!freed || r.fault.access != Access::unknown) return;
  const auto* first = life_of(r, freeing);
  const auto before = first ? source_name(user_of(*first)->ref.symbol) : std::string(), again = place_name(r);
  if (before.empty() || again.empty())
    return add_step(e, "let only one path free the object, and set the pointer to NULL where it is freed");
  if (before == again)
    return add_step(e, again + " frees it a second time: free it once, or set the pointer to NULL behind it");
  add_step(e, "only one of " + before + " and " + again +
                  " owns the object: hand it over, set the pointer to NULL behind the first, or hold a reference");
}

// Where no trace of the allocator's tells more.
void next_access(const Report& r, Explanation& e, std::string_view) {
  struct Next {
    std::string_view type, step;
  };
  static constexpr auto nexts = std::to_array<Next>({
      {"stack-out-of-bounds", "check the index or the length in {culprit} against the array on the stack"},
      {"out-of-bounds", "check the index or the length in {culprit} against the size of the object"},
      {"use-after-scope", "look in {culprit} for a pointer to a variable whose block has ended"},
      {"after-return", "look for who keeps a pointer to a variable of a function that has returned"},
      {"after-free", "find who frees the object while {culprit} may use it: a reference or a lock is missing"},
      {"invalid-access",
       "see whether {culprit} keeps the pointer of an object that was freed, or runs into the next one"},
  });
  if (!e.next_steps.empty()) return;
  const auto type = r.fact(fact::bug_type);
  for (const auto& next : nexts)
    if (type.find(next.type) != std::string_view::npos)
      if (!place_name(r).empty()) return add_step(e, fill(next.step, r));
}

}  // namespace unoops::kinds
