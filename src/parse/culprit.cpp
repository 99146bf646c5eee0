#include "parse/culprit.hpp"

#include <algorithm>
#include <optional>
#include <span>
#include <vector>

#include "arch/arch.hpp"
#include "base/rust_demangle.hpp"
#include "base/text.hpp"
#include "facts/frames.hpp"
#include "facts/helper_words.hpp"
#include "report/questions.hpp"

namespace unoops::parse {
namespace {

struct Place {
  std::size_t stack, frame;
};

// What one CPU or task was doing: its pc and the parts of its trace, outermost last.
using Dump = std::vector<Place>;

bool is_interrupt(RoleSet roles) { return roles.has(FrameRole::interrupt) && !roles.has(FrameRole::stall); }

// Softirqs run behind interrupts, but do work of their own.
bool is_entry(RoleSet roles) {
  return roles.has(FrameRole::interrupt | FrameRole::exception | FrameRole::stall) && !roles.has(FrameRole::softirq);
}

// The machinery of timers is no watchdog, because it may run anything.
bool is_watchdog(RoleSet roles) {
  return roles.has(FrameRole::report) || (roles.has(FrameRole::stall) && !roles.has(FrameRole::interrupt));
}

class Search {
 public:
  Search(Report& report, const Culprit& rule) : report_(report), rule_(rule) {}

  bool headline() {
    return stacks([](const Stack& s) { return s.occurrence == Occurrence::headline; }, 0);
  }
  bool pc() {
    return stacks([](const Stack& s) { return s.role == StackRole::pc && is_own(s); }, 1);
  }
  // After a call of NULL no frame shows the caller, but the link register holds the return address. The same is true
  // if the unwinder steps over the caller of a helper that makes no frame, such as memset().
  bool link() {
    const Arch* arch = row_of(report_.arch);
    const auto* pc = own_pc(report_);
    const bool call = report_.fault.access == Access::execute || (arch && arch->first_frame_is_bare);
    return pc && (pc->ref.symbol.empty() ? call : misses_caller(*pc)) &&
           stacks([](const Stack& s) { return s.role == StackRole::link && is_own(s); }, 1);
  }
  // No trace, and the pc is in a function that only did what its caller asked: the link register has the caller.
  bool caller() {
    return own_pc(report_) && stacks([](const Stack& s) { return s.role == StackRole::link && is_own(s); }, 1);
  }
  bool trace();
  bool interrupted();
  bool recursion();
  bool named();
  const std::string& name() const { return name_; }

 private:
  const Frame& frame(Place at) const { return report_.stacks[at.stack].frames[at.frame]; }
  std::string_view plain(Place at) const { return plain_symbol(frame(at).ref.symbol); }
  bool skips(const Frame& f) const {
    const auto name = plain_symbol(f.ref.symbol);
    return frame_roles(name).has(rule_.skip) || (is_helper_by_word(name) && !is_drivers_own(f, name));
  }
  bool is_helper_by_word(std::string_view name) const {
    return is_titles_helper(name) || has_any_word(name, rule_.words);
  }
  // A word in its name does not make a driver's own function a helper: what the kernel has a name for is one in a module,
  // too (usb_submit_urb of usbcore). Where waiting is passed over, a module's own ways to wait are: those whose names say
  // that they wait or lock, not those that only name what is waited for (foo_completion).
  bool is_drivers_own(const Frame& f, std::string_view name) const {
    const bool waits = !own_waits_count_ && rule_.skip.has(FrameRole::wait) && has_any_word(name, "wait _lock");
    return !f.ref.module.empty() && !frame_roles(name).any() && !waits;
  }
  bool hands_on_to_module(Place) const;
  bool take(Place at) {
    report_.culprit_stack = at.stack;
    report_.culprit_frame = at.frame;
    name_ = culprit_name(frame(at).ref.symbol);
    return true;
  }
  // The link register points out of the function, which has called nothing yet, and the trace lacks where it points.
  bool misses_caller(const Frame& pc) const {
    const auto* back = link_frame(report_);
    const auto* trace = own_trace(report_);
    if (!back || back->ref.symbol.empty() || back->ref.symbol == pc.ref.symbol) return false;
    if (!frame_roles(plain_symbol(pc.ref.symbol)).has(FrameRole::memory_helper)) return false;
    return trace && trace->frames.size() > 1 && trace->frames[0].ref.symbol == pc.ref.symbol &&
           std::ranges::none_of(trace->frames,
                                [&](const Frame& f) { return f.ref.symbol == back->ref.symbol && f.reliable; });
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
    for (std::size_t j = 0; j < frames.size(); ++j)
      if (usable(frames[j]) && !skips(frames[j]) && !hands_on_to_module({i, j})) return take({i, j});
    return false;
  }
  bool usable(const Frame& f) const { return (f.reliable || guess_) && !f.ref.symbol.empty(); }

  std::vector<Dump> dumps() const;
  std::size_t behind_watchdog(const Dump&) const;
  std::optional<Place> work(const Dump&, bool idle_too) const;
  bool only_passes(const Dump&, std::size_t) const;
  bool is_rcus_own(const Dump&) const;
  bool take_work(Place);

  Report& report_;
  const Culprit& rule_;
  std::string name_;
  bool own_waits_count_ = false;  // a module's own ways to wait, too: there is nothing better
  bool guess_ = false;            // "?" entries count: there is nothing better
};

// The custom knows few of the kernel's helpers by their words. Others that a module called are told by their whole names.
bool Search::hands_on_to_module(Place at) const {
  static constexpr auto helpers = FrameRole::allocator | FrameRole::check | FrameRole::memory_helper | FrameRole::lock |
                                  FrameRole::atomic | FrameRole::helper;
  const auto helps = [&](const Frame& f) { return frame_roles(f.ref.symbol).has(helpers); };
  if (!helps(frame(at))) return false;
  for (auto i = at.stack; i < report_.stacks.size(); ++i) {
    const auto& stack = report_.stacks[i];
    if (i != at.stack && (!is_call_trace(stack) || !is_own(stack))) continue;
    const auto frames = std::span(stack.frames).subspan(i == at.stack ? at.frame : 0);
    const auto caller =
        std::ranges::find_if(frames, [&](const Frame& f) { return usable(f) && !helps(f) && !skips(f); });
    if (caller != frames.end()) return !caller->ref.module.empty();
  }
  return false;
}

bool Search::trace() {
  static constexpr auto own = [](const Stack& s) { return s.role == StackRole::trace; };
  if (stacks(own, 0) || stacks(is_call_trace, 0)) return true;
  own_waits_count_ = true;
  if (stacks(own, 0) || stacks(is_call_trace, 0)) return true;
  const bool reliable = std::ranges::any_of(report_.stacks, [](const Stack& s) {
    return is_call_trace(s) && std::ranges::any_of(s.frames, &Frame::reliable);
  });
  if (reliable) return false;
  guess_ = true;
  return stacks(own, 0) || stacks(is_call_trace, 0);
}

bool Search::named() {
  if (rule_.named.empty()) return false;
  for (std::size_t i = 0; i < report_.stacks.size(); ++i) {
    if (report_.stacks[i].role != StackRole::trace) continue;
    const auto& frames = report_.stacks[i].frames;
    for (std::size_t j = 0; j < frames.size(); ++j) {
      if (!frames[j].reliable) continue;
      const auto symbol = plain_symbol(frames[j].ref.symbol);
      const auto at = std::ranges::find_if(rule_.named, [&](const CulpritName& n) { return has_word(symbol, n.word); });
      if (at == rule_.named.end()) continue;
      take({i, j});
      if (!at->name.empty()) name_ = at->name;
      return true;
    }
  }
  return false;
}

std::vector<Dump> Search::dumps() const {
  std::vector<Dump> all;
  const Stack* last = nullptr;  // of the open dump
  for (std::size_t i = 0; i < report_.stacks.size(); ++i) {
    const auto& stack = report_.stacks[i];
    const bool pc = stack.role == StackRole::pc;
    const bool traced =
        is_call_trace(stack) || stack.role == StackRole::cpu_trace || stack.role == StackRole::task_trace;
    if ((!pc && !traced) || stack.occurrence == Occurrence::repeat || stack.occurrence == Occurrence::headline)
      continue;
    const bool same = last && (pc || last->role == StackRole::pc || last->label == stack.label) &&
                      last->cpu == stack.cpu && last->pid == stack.pid;
    if (!same) all.emplace_back();
    last = &stack;
    for (std::size_t j = 0; j < stack.frames.size(); ++j)
      if (usable(stack.frames[j])) all.back().push_back({i, j});
  }
  return all;
}

// A watchdog reports from its timer or NMI: what the CPU was doing is in the frames behind the interrupt's entry.
std::size_t Search::behind_watchdog(const Dump& dump) const {
  static constexpr std::size_t near_top = 6;
  std::size_t at = 0;
  while (at < dump.size() && at < near_top && !is_watchdog(frame_roles(plain(dump[at])))) ++at;
  if (at == dump.size() || at == near_top) return 0;
  const auto entry = [&](auto wanted) -> std::optional<std::size_t> {
    auto i = at;
    while (i < dump.size() && !wanted(frame_roles(plain(dump[i])))) ++i;
    const auto found = i < dump.size();
    while (i < dump.size() && is_entry(frame_roles(plain(dump[i])))) ++i;
    return found ? std::optional(i) : std::nullopt;
  };
  if (const auto i = entry(is_interrupt)) return *i;  // nothing behind it: the log does not tell what was interrupted
  if (const auto i = entry([](RoleSet r) { return r.has(FrameRole::exception); }); i && *i < dump.size()) return *i;
  while (at < dump.size() && frame_roles(plain(dump[at])).has(FrameRole::stall | FrameRole::report)) ++at;
  return at;
}

// The frame that a door (FrameRole::door) called. Nothing: there is none, or the CPU was idle and `idle_too` is false.
std::optional<Place> Search::work(const Dump& dump, bool idle_too) const {
  std::optional<Place> inner, faulted;
  for (auto i = behind_watchdog(dump); i < dump.size(); ++i) {
    const auto symbol = plain(dump[i]);
    const auto roles = frame_roles(symbol);
    const auto bucket =
        std::ranges::find_if(rule_.named, [&](const CulpritName& n) { return has_word(symbol, n.word); });
    if (bucket != rule_.named.end()) return dump[i];
    if (roles.has(FrameRole::idle) && !idle_too) return std::nullopt;
    // A driver's compat_ioctl hands on to its ioctl.
    if (inner && (roles.has(FrameRole::door) || symbol.ends_with("_compat_ioctl"))) return inner;
    // mm/memory.c __do_fault calls the mapping's own handler.
    if (!faulted && (roles.has(FrameRole::exception) || symbol == "__do_fault")) faulted = inner;
    if (!roles.has(FrameRole::door | FrameRole::report | FrameRole::exception | FrameRole::interrupt |
                   FrameRole::sanitizer | FrameRole::stall | FrameRole::trace))
      inner = dump[i];
  }
  return faulted;  // a page fault of user space: no door but the fault itself
}

bool Search::take_work(Place at) {
  take(at);
  const auto bucket =
      std::ranges::find_if(rule_.named, [&](const CulpritName& n) { return has_word(plain(at), n.word); });
  if (bucket != rule_.named.end() && !bucket->name.empty()) name_ = bucket->name;
  return true;
}

bool Search::interrupted() {
  const auto all = dumps();
  // RCU's own kthread is shown where it starved: it waits for the CPU that is meant.
  for (const bool idle_too : {false, true})
    for (const auto& dump : all)
      if (const auto at = work(dump, idle_too); at && plain(*at) != "rcu_gp_kthread") return take_work(*at);
  // No door in sight: the innermost frame that was interrupted.
  for (const auto& dump : all)
    for (auto i = behind_watchdog(dump); i < dump.size() && !is_rcus_own(dump); ++i)
      if (!skips(frame(dump[i])) && !only_passes(dump, i)) return take(dump[i]);
  return false;
}

bool Search::is_rcus_own(const Dump& dump) const {
  return std::ranges::any_of(dump, [&](Place at) { return plain(at) == "rcu_gp_kthread"; });
}

// The way into the watchdog, and the place of a CPU that was not looked at because it idles (lib/nmi_backtrace.c,
// "skipped: idling at").
bool Search::only_passes(const Dump& dump, std::size_t i) const {
  const auto roles = frame_roles(plain(dump[i]));
  return roles.has(FrameRole::interrupt | FrameRole::stall) || (roles.has(FrameRole::idle) && dump.size() == 1);
}

// A stack that ran over holds the same function again and again.
bool Search::recursion() {
  static constexpr std::size_t calls = 3;
  for (const auto& dump : dumps())
    for (std::size_t i = 0; i + calls <= dump.size(); ++i) {
      const auto symbol = plain(dump[i]);
      if (skips(frame(dump[i])) || plain(dump[i + 1]) != symbol || plain(dump[i + 2]) != symbol) continue;
      return take(dump[i]);
    }
  return false;
}

}  // namespace

std::string culprit_name(std::string_view symbol) {
  symbol = plain_symbol(symbol);
  if (symbol.starts_with("_R"))
    if (auto rust = demangle_rust(symbol)) return *rust;
  // What the wrappers of system calls add (include/linux/syscalls.h, arch/*/include/asm/syscall_wrapper.h).
  static constexpr std::string_view whole[] = {"__se_compat_sys_",
                                               "__do_compat_sys_",
                                               "__se_sys_",
                                               "__do_sys_",
                                               "compat_SYSC_",
                                               "compat_SyS_",
                                               "SYSC_",
                                               "SyS_",
                                               "ksys_"};
  for (const auto prefix : whole)
    if (symbol.starts_with(prefix) && symbol.size() > prefix.size()) return std::string(symbol.substr(prefix.size()));
  for (const ArchInfo* arch : arches())
    for (const auto prefix : arch->system_call_prefixes)
      if (const auto rest = symbol.substr(std::min(prefix.size(), symbol.size()));
          symbol.starts_with(prefix) && (rest.starts_with("sys_") || rest.starts_with("compat_sys_")))
        return std::string(rest);
  return std::string(symbol);
}

std::string find_culprit(Report& report, const Culprit& rule) {
  Search search(report, rule);
  switch (rule.from) {
    case Culprit::From::headline:
      if (search.headline()) break;
      [[fallthrough]];
    case Culprit::From::pc:
      if (search.pc() || search.link()) break;
      [[fallthrough]];
    case Culprit::From::trace:
      if (!search.named() && !search.trace() && rule.from != Culprit::From::trace) search.caller();
      break;
    case Culprit::From::recursion:
      if (search.recursion()) break;
      [[fallthrough]];
    case Culprit::From::interrupted:
      search.interrupted();
      break;
    case Culprit::From::none:
      break;
  }
  return search.name();
}

}  // namespace unoops::parse
