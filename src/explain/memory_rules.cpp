// KASAN, KFENCE, SLUB, lists, reference counts: which object, who allocated it, who freed it.
#include <algorithm>
#include <array>
#include <charconv>
#include <initializer_list>
#include <optional>

#include "base/text.hpp"
#include "explain/rule.hpp"
#include "facts/frames.hpp"
#include "kinds/place.hpp"
#include "report/fact_names.hpp"
#include "report/questions.hpp"

namespace unoops::explain {
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

using Roles = std::initializer_list<StackRole>;
constexpr Roles allocation = {StackRole::allocated, StackRole::allocated_in},
                freeing = {StackRole::freed, StackRole::freed_in};

bool has_role(const Stack& stack, Roles roles) { return std::ranges::find(roles, stack.role) != roles.end(); }

const Stack* life(const Report& r, Roles roles) {
  const auto at = std::ranges::find_if(r.stacks, [&](const Stack& s) { return has_role(s, roles) && user_of(s); });
  return at == r.stacks.end() ? nullptr : &*at;
}

// SLUB's own line of it, "Freed in foo+0x1/0x2 ... pid=1", and the trace behind it are two stacks.
std::string task_of(const Report& r, Roles roles) {
  for (const auto& stack : r.stacks)
    if (has_role(stack, roles))
      if (auto task = task_of(stack); !task.empty()) return task;
  return {};
}

// "allocated in a, by task 55; freed in b, by the same task"
void life_of_object(const Report& r, Explanation& e, std::string_view id) {
  std::string text, task;
  for (const auto& [roles, word] : {std::pair{allocation, "allocated in "}, {freeing, "freed in "}}) {
    const auto* stack = life(r, roles);
    if (!stack) continue;
    text += (text.empty() ? "" : "; ") + std::string(word) + place_of(*user_of(*stack));
    const auto by = task_of(r, roles);
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
    if (stack.role == StackRole::free_requested)
      if (const auto* frame = user_of(stack))
        return add_finding(e, id, "its freeing was asked for in " + place_of(*frame), stack.label, Confidence::likely);
}

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

void out_of_bounds(const Report& r, Explanation& e, std::string_view id) {
  if (r.kind->id != "kasan") return;
  const auto side = r.fact(fact::location), bytes = r.fact(fact::location_bytes);
  const bool behind = side.find("right") != std::string_view::npos || side.find("after") != std::string_view::npos ||
                      side.find("beyond") != std::string_view::npos;
  if (behind && bytes == "0")
    add_finding(e, id,
                "the first byte behind the object's end: an index or a length is one too large, or <= stands where < "
                "should");
  const auto* made = life(r, allocation);
  if (behind && made && culprit_frame(r)) {
    const auto maker = source_name(user_of(*made)->ref.symbol), user = place_name(r);
    add_step(e,
             "compare the size that " + maker + " allocates with what " + (user == maker ? "it" : user) + " accesses");
  }
  const auto digits = r.fact(fact::stack_offset);
  long offset = 0;
  if (digits.empty() || std::from_chars(digits.data(), digits.data() + digits.size(), offset).ec != std::errc()) return;
  const auto frame = std::ranges::find(r.stacks, StackRole::kasan_frame, &Stack::role);
  const auto where = frame == r.stacks.end() || frame->frames.empty()
                         ? std::string("a function's")
                         : source_name(frame->frames.front().ref.symbol) + "'s";
  const auto v = variable_at(r, offset);
  if (!v) return;
  const auto size = " (" + std::to_string(v->end - v->begin) + " bytes)";
  const auto away = [](long n) { return std::to_string(n) + (n == 1 ? " byte " : " bytes "); };
  add_finding(e, id,
              "on " + where + " stack frame, " +
                  (offset >= v->end    ? away(offset - v->end) + "behind the variable '"
                   : offset < v->begin ? away(v->begin - offset) + "in front of the variable '"
                                       : away(offset - v->begin) + "inside the variable '") +
                  v->name + "'" + size);
}

void touched(const Report& r, Explanation& e, std::string_view id) {
  const auto& touched = r.site.touched;
  if (!touched || touched->type.empty() || touched->member.empty()) return;
  std::string text = touched->expression + " is " + touched->type + " *";
  if (touched->offset && *touched->offset > 0 && !touched->member.starts_with('['))
    text += ", " + touched->member + " at +" + hex(static_cast<std::uint64_t>(*touched->offset));
  add_finding(e, id, std::move(text), touched->reason, touched->confidence);
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

void next_memory(const Report& r, Explanation& e, std::string_view) {
  const auto type = r.fact(fact::bug_type);
  if (type.find("use-after-free") == std::string_view::npos) return;
  const auto* freed = life(r, freeing);
  if (!freed) return;
  const auto freer = source_name(user_of(*freed)->ref.symbol), user = place_name(r);
  if (user == freer && one_path(r, freer))
    return add_step(e, freer + " frees the object and uses it afterwards: use it before, or free it later");
  if (one_path(r, freer))
    return add_step(e, freer + " frees the object and then lets " + user + " use it: call it before, or free it later");
  add_step(e, freer + " must not free it while " + (user.empty() ? "the user" : user) +
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
  const auto where = frame ? source_name(frame->ref.symbol) : std::string("the caller");
  if (message.find("underflow") != std::string_view::npos)
    add_step(e, "one reference too many is given back: compare every put with its get; " + where +
                    " is only where it showed");
  else if (message.find("addition on 0") != std::string_view::npos ||
           message.find("increment on 0") != std::string_view::npos)
    add_step(e,
             where + " takes a reference to an object that is being freed: it needs refcount_inc_not_zero() or a lock");
  else if (message.find("leaking") != std::string_view::npos || message.find("saturated") != std::string_view::npos)
    add_step(e,
             "references are taken and never given back, or the counter was overwritten; it stays at its limit from "
             "now on, so the object is never freed");
}

std::optional<std::uint64_t> address_behind(std::string_view text, std::string_view words) {
  const auto at = text.find(words);
  if (at == std::string_view::npos) return std::nullopt;
  text.remove_prefix(at + words.size());
  std::uint64_t value = 0;
  if (std::from_chars(text.data(), text.data() + text.size(), value, 16).ec != std::errc()) return std::nullopt;
  return value;
}

// "Object   ffff8c77d574b370: 6b 6b 6b 6b 6b 6b 6b 6b 88 77 66 55 44 33 22 11  kkkkkkkk.wfUD3\"." (v6.1 mm/slub.c
// print_section): the bytes from an address on
std::string bytes_at(const Report& r, std::uint64_t first, std::uint64_t count) {
  constexpr std::uint64_t row = 16;
  std::string out;
  for (const auto& message : r.messages)
    for (const std::string_view word : {"Object ", "Redzone ", "Padding "}) {
      const auto text = std::string_view(message);
      if (!text.starts_with(word)) continue;
      const auto start = text.find_first_not_of(' ', word.size());
      if (start == std::string_view::npos) continue;
      const auto address = address_behind(text.substr(start), "");
      const auto colon = text.find(": ", start);
      if (!address || colon == std::string_view::npos || *address + row <= first || *address >= first + count) continue;
      for (std::uint64_t i = 0; i < row && colon + 4 + 3 * i <= text.size(); ++i)
        if (*address + i >= first && *address + i < first + count && text[colon + 2 + 3 * i] != ' ')
          out += (out.empty() ? "" : " ") + std::string(text.substr(colon + 2 + 3 * i, 2));
    }
  return out;
}

// "0xffff8c77d574b378-0xffff8c77d574b37f @offset=888. First byte 0x88 instead of 0x6b"
void overwritten(const Report& r, Explanation& e, std::string_view id) {
  if (r.kind->id != "slab") return;
  const auto where = r.fact(fact::overwritten);
  const auto first = address_behind(where, "0x"), last = address_behind(where, "-0x"),
             object = address_behind(r.fact(fact::object_address), "0x");
  if (first && last && *last >= *first) {
    const auto count = *last - *first + 1;
    std::string text = std::to_string(count) + (count == 1 ? " byte" : " bytes");
    if (object && *first >= *object) text += " at +" + hex(*first - *object) + " from the object's start";
    text += count == 1 ? " was changed" : " were changed";
    const auto now = count <= 16 ? bytes_at(r, *first, count) : std::string();
    if (!now.empty()) text += ", now " + now;
    if (const auto wanted = where.find(" instead of "); wanted != std::string_view::npos)
      text += std::string(where.substr(wanted));
    add_finding(e, id, std::move(text));
  }
  const auto type = r.fact(fact::bug_type);
  if (type.find("Poison") != std::string_view::npos)
    add_step(e, "it was written after it was freed: the task that freed it last, or had it before, still uses it");
  else if (type.find("Right Redzone") != std::string_view::npos)
    add_step(
        e, "who allocated the object wrote behind its end: check the size that was asked for against what is written");
}

// CONFIG_PAGE_OWNER (v6.1 mm/page_owner.c __dump_page_owner)
void life_of_page(const Report& r, Explanation& e, std::string_view id) {
  if (r.kind->id != "bad-page") return;
  const auto* made = life(r, {StackRole::page_allocated});
  const auto* now = life(r, {StackRole::trace});
  if (made) add_finding(e, id, "the page was last allocated in " + place_of(*user_of(*made)));
  if (now) add_finding(e, id, "it was found in " + place_of(*user_of(*now)));
}

struct Part {
  StackRole role;
  std::string_view words;
};
// v6.1 mm/kmsan/report.c: where the value that was never set comes from
void origin_of_value(const Report& r, Explanation& e, std::string_view id) {
  if (r.kind->id != "kmsan") return;
  static constexpr auto parts = std::to_array<Part>({{StackRole::kmsan_created, "the memory comes from "},
                                                     {StackRole::kmsan_stored, "the value was copied there by "},
                                                     {StackRole::kmsan_variable, "the variable is one of "}});
  for (const auto& part : parts)
    for (const auto& stack : r.stacks)
      if (stack.role == part.role)
        if (const auto* frame = user_of(stack)) {
          const auto variable = r.fact(fact::variable);
          add_finding(
              e, id,
              std::string(part.words) + place_of(*frame) +
                  (part.role == StackRole::kmsan_variable && !variable.empty() ? ": " + std::string(variable) : ""));
          break;
        }
  for (const auto& message : r.messages)
    if (message.starts_with("Bytes ")) add_finding(e, id, "b" + message.substr(1));
}

// "write to 0xffff8881001cb1e8 of 4 bytes by task 771 on cpu 1:" (v6.1 kernel/kcsan/report.c)
void racers(const Report& r, Explanation& e, std::string_view id) {
  if (r.kind->id != "kcsan") return;
  for (const auto& stack : r.stacks) {
    const bool writes = stack.role == StackRole::race_write;
    if (!writes && stack.role != StackRole::race_read) continue;
    const auto at = std::ranges::find_if(stack.frames, [](const Frame& f) { return f.reliable && f.ref.offset; });
    if (at == stack.frames.end()) continue;
    const bool marked = stack.label.find("(marked") != std::string::npos;
    add_finding(e, id,
                place_of(*at) + (writes ? " wrote" : " read") + (marked ? " (marked as meant)" : "") +
                    stack.label.substr(stack.label.find(" by ")));
  }
  for (const auto& message : r.messages)
    if (message.starts_with("value changed: ")) add_finding(e, id, message);
  if (r.fact(fact::bug_type).find("assert") == std::string_view::npos)
    add_step(e, "a lock is missing; where none is needed, READ_ONCE(), WRITE_ONCE() or atomics say so");
}

constexpr auto rows = std::to_array<Rule>({
    {"touched", touched},
    {"object-life", life_of_object},
    {"freed-later", freed_later},
    {"out-of-bounds", out_of_bounds},
    {"list-corruption", list},
    {"refcount", refcount},
    {"overwritten", overwritten},
    {"page-life", life_of_page},
    {"value-origin", origin_of_value},
    {"racers", racers},
    {"next-memory", next_memory},
});

}  // namespace

std::span<const Rule> memory_rules() { return rows; }

}  // namespace unoops::explain
