#include "parse/culprit.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "facts/frames.hpp"

namespace unoops {
namespace {

class Search {
 public:
  Search(Report& report, const Culprit& rule) : report_(report), rule_(rule) {}

  bool headline() { return stacks([](const Stack& s) { return s.context == "headline"; }, 0); }
  bool pc() { return stacks([](const Stack& s) { return s.label == "pc" && s.context != "repeat" && !s.cpu; }, 1); }
  bool trace() {
    return stacks([](const Stack& s) { return s.label == "Call Trace"; }, 0) || stacks([](const Stack& s) { return s.label.starts_with("Call Trace"); }, 0);
  }
  // Below the watchdog's interrupt: the task's frames, else what the pc says.
  bool interrupted() {
    return stacks([](const Stack& s) { return s.context == "task" && s.label != "pc"; }, 0) || trace() || stacks([](const Stack& s) { return !s.frames.empty(); }, 0);
  }
  const std::string& name() const { return name_; }

 private:
  bool skips(std::string_view plain) const {
    return frame_roles(plain).has(rule_.skip) || std::ranges::any_of(rule_.also, [&](std::string_view p) { return matches_pattern(plain, p); });
  }
  template <class Wanted>
  bool stacks(Wanted wanted, std::size_t most) {
    std::size_t seen = 0;
    for (std::size_t i = 0; i < report_.stacks.size(); ++i) {
      if (!wanted(report_.stacks[i])) continue;
      if (in_stack(i)) return true;
      if (++seen == most) return false;
    }
    return false;
  }

  bool in_stack(std::size_t i) {
    const auto& frames = report_.stacks[i].frames;
    for (std::size_t j = 0; j < frames.size(); ++j) {
      const auto plain = plain_symbol(frames[j].ref.symbol);
      if (!frames[j].reliable || plain.empty() || skips(plain)) continue;
      report_.culprit_stack = i;
      report_.culprit_frame = j;
      name_ = plain;
      return true;
    }
    return false;
  }

  Report& report_;
  const Culprit& rule_;
  std::string name_;
};

}  // namespace

std::string find_culprit(Report& report, const Culprit& rule) {
  Search search(report, rule);
  switch (rule.from) {
    case Culprit::From::headline:
      if (search.headline()) break;
      [[fallthrough]];
    case Culprit::From::pc:
      if (search.pc()) break;
      [[fallthrough]];
    case Culprit::From::trace: search.trace(); break;
    case Culprit::From::interrupted: search.interrupted(); break;
    case Culprit::From::none: break;
  }
  return search.name();
}

}  // namespace unoops
