#include "explain/made_call.hpp"

#include <algorithm>

#include "arch/system_call.hpp"
#include "base/hex.hpp"
#include "facts/leaving.hpp"
#include "report/questions.hpp"

namespace unoops::explain {
namespace {

std::string argument(std::uint64_t value) {
  if (value < 0x10000) return std::to_string(value);
  if (value > ~0ull - 4096) return "-" + std::to_string(0 - value);
  if ((value >> 32 == 0 || value >> 32 == 0xffffffff) && static_cast<std::uint32_t>(value) > 0xfffff000u)
    return "-" + std::to_string(0x100000000ull - (value & 0xffffffff));
  return hex(value);
}

// "3", "-100": by the type that the system call gives it.
std::string declared_words(std::string_view type, std::uint64_t value) {
  if (type == "int") return std::to_string(static_cast<std::int32_t>(value));
  return argument(type == "unsigned int" ? static_cast<std::uint32_t>(value) : value);
}

// What the task does on its way out, by its trace. `call`: the system call that its registers name.
std::string leaving_words(facts::Departure departure, std::string_view call) {
  const std::string_view work = departure.closes_file
                                    ? "it closes a file, which was put off until now (task_work_run → __fput)"
                                    : "it does what was put off until now (task_work_run)";
  switch (departure.how) {
    case facts::Leaving::killed:
      return "a signal ends the task: it is exiting (get_signal → do_exit), no longer in a system call";
    case facts::Leaving::exits:
      return call.starts_with("exit") ? std::string() : "the task is exiting (do_exit)";
    case facts::Leaving::signal_work:
      return "on the way out to a signal (get_signal), " + std::string(work);
    case facts::Leaving::delayed_work:
      return "on the way back to user space" + (call.empty() ? std::string() : " from " + std::string(call) + "()") +
             ", " + std::string(work);
    case facts::Leaving::none:
      break;
  }
  return {};
}

std::string leaving_of(const Report& r, std::string_view call) {
  for (const auto& stack : r.stacks) {
    if (!is_call_trace(stack) || (stack.cpu && stack.cpu != r.cpu)) continue;
    if (auto words = leaving_words(facts::departure_of(stack), call); !words.empty()) return words;
  }
  return {};
}

}  // namespace

std::string leaving_of(const Report& r) {
  const auto entered = entered_call(r);
  return leaving_of(r, entered ? entered->call.name : std::string_view());
}

std::optional<SystemCallMade> made_call(const Report& r) {
  const auto entered = entered_call(r);
  if (!entered || !leaving_of(r, entered->call.name).empty()) return std::nullopt;
  const auto interrupts = [](const Stack& stack) { return is_call_trace(stack) && is_interrupt(stack.context); };
  if (std::ranges::any_of(r.stacks, interrupts)) return std::nullopt;
  SystemCallMade out{std::string(entered->call.name), {}, entered->arguments.empty() && entered->call.arguments != 0};
  const auto& parameters = r.site.call_parameters;
  const bool declared = parameters.size() == static_cast<std::size_t>(entered->call.arguments);
  for (std::size_t i = 0; i < entered->arguments.size(); ++i) {
    const auto value = entered->arguments[i];
    if (declared)
      out.arguments.push_back(
          {value, declared_words(parameters[i].second, value), parameters[i].first, parameters[i].second});
    else
      out.arguments.push_back({value, argument(value), {}, {}});
  }
  return out;
}

}  // namespace unoops::explain
