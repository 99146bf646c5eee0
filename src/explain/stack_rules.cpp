// What the traces say: recursion, the system call.
#include <algorithm>
#include <array>
#include <map>

#include "explain/made_call.hpp"
#include "explain/rules.hpp"
#include "facts/frames.hpp"
#include "report/questions.hpp"

namespace unoops::explain {
namespace {

// The names of the longest trace of the report's own, calls only. What a sanitizer or the tracer put between them is
// no part of a recursion.
std::vector<std::string_view> calls_of(const Report& r) {
  const Stack* longest = nullptr;
  for (const auto& stack : r.stacks)
    if (is_call_trace(stack) && (!stack.cpu || stack.cpu == r.cpu) &&
        (!longest || stack.frames.size() > longest->frames.size()))
      longest = &stack;
  std::vector<std::string_view> names;
  if (!longest) return names;
  for (const auto& frame : longest->frames)
    if (frame.reliable && !frame.ref.symbol.empty() &&
        !frame_roles(frame.ref.symbol).has(FrameRole::sanitizer | FrameRole::trace))
      names.push_back(frame.ref.symbol);
  return names;
}

struct Cycle {
  std::size_t begin = 0, length = 0, times = 0;
};

// The shortest run of names that repeats at once, often; short traces and pairs say nothing.
Cycle find_cycle(const std::vector<std::string_view>& names) {
  constexpr std::size_t longest = 24;
  Cycle best;
  for (std::size_t length = 1; length <= longest && length * 3 <= names.size(); ++length) {
    std::size_t run = 0;
    for (std::size_t i = length; i < names.size(); ++i) {
      run = names[i] == names[i - length] ? run + 1 : 0;
      const auto times = run / length + 1;
      const auto margin = length == best.length ? 0 : length;  // a multiple of the cycle is no better
      if (run && times >= 3 && times * length > best.times * best.length + margin)
        best = {i + 1 - run - length, length, times};
    }
  }
  return best;
}

void recursion(const Report& r, Explanation& e, std::string_view id) {
  const auto names = calls_of(r);
  const auto cycle = find_cycle(names);
  if (cycle.times < 3) return;
  std::string text = "the same calls repeat " + std::to_string(cycle.times) + " times: ";
  // A trace is innermost first; calls read the other way.
  for (std::size_t i = cycle.length; i-- > 0;) text += source_name(names[cycle.begin + i]) + " → ";
  text += source_name(names[cycle.begin + cycle.length - 1]);
  add_certain(e, id, std::move(text), "the frames of the trace");
  const bool overflowed =
      r.has(Trait::stack_overflow | Trait::bad_stack) || r.site.bad_pointer.address_class == AddressClass::guard_page;
  if (overflowed)
    add_step(e, "give the recursion an end (a depth limit, or a loop instead): no kernel stack is large enough for it");
}

// "deep3 5016 bytes, 5008 of them for its variables, 3 times"
std::string use_words(const StackUse& use) {
  std::string text = source_name(use.function) + " " + std::to_string(use.bytes) + " bytes";
  if (use.locals) text += " (" + std::to_string(use.locals) + " of them for its variables)";
  return use.calls > 1 ? text + ", " + std::to_string(use.calls) + " times" : text;
}

// The largest three, and who is to use less of it.
void stack_use(const Report& r, Explanation& e, std::string_view id) {
  constexpr std::size_t most = 3;
  constexpr std::uint64_t large = 1024;  // of one function; the kernel warns of those above 2048 (CONFIG_FRAME_WARN)
  const auto& use = r.site.stack_use;
  constexpr std::uint64_t small = 128;  // no such frame fills a stack
  if (use.empty() || use.front().bytes < small) return;
  std::string text, who;
  for (std::size_t i = 0; i < use.size() && i < most; ++i) {
    text += (i ? "; " : "") + use_words(use[i]);
    if (use[i].bytes >= large) who += (who.empty() ? "" : ", ") + source_name(use[i].function);
  }
  add_certain(e, id, "a call takes of the stack: " + text, "the instructions at the functions' start");
  if (!who.empty()) add_step(e, "move the large variables of " + who + " to the heap (kmalloc)");
}

// "kf_wait calls mutex_lock() for &dev->lock, a struct mutex"
void wanted(const Report& r, Explanation& e, std::string_view id) {
  const auto& handed = r.site.handed;
  if (!handed || r.site.bad_pointer.address_class != AddressClass::none) return;
  std::string text = source_name(handed->function) + " calls " + handed->callee + "() for " + handed->expression +
                     ", a " + handed->type;
  if (handed->confidence == Confidence::certain)
    add_certain(e, id, std::move(text), "the call in the trace and the location lists of " + handed->function);
  else
    add_likely(e, id, std::move(text), "the data flow before the call in the trace");
}

// "write(3, 0x7fff86dfc250, 8)", from the registers that the system call entered with.
void system_call(const Report& r, Explanation& e, std::string_view id) {
  if (auto words = leaving_of(r); !words.empty()) return add_certain(e, "leaving", std::move(words), "the call trace");
  if (!r.system_call) return;
  std::string text = "during the system call " + r.system_call->name + "(";
  for (const auto& argument : r.system_call->arguments)
    text += (text.ends_with('(') ? "" : ", ") + (argument.name.empty() ? "" : argument.name + " = ") + argument.words;
  add_certain(e, id, text + ")",
              r.system_call->by_trace ? "the functions of the call trace"
                                      : "the user's registers, by the convention of the architecture's system calls");
}

constexpr auto rows = std::to_array<Rule>({
    {"recursion", recursion},
    {"stack-use", stack_use},
    {"wanted", wanted},
    {"system-call", system_call},
});

}  // namespace

std::span<const Rule> stack_rules() { return rows; }

}  // namespace unoops::explain
