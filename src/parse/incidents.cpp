#include "parse/incidents.hpp"

#include <algorithm>
#include <list>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "base/limits.hpp"
#include "kinds/kind.hpp"
#include "report/fact_names.hpp"
#include "report/fields.hpp"
#include "report/questions.hpp"
#include "report/stack_role.hpp"
#include "unoops/arch.hpp"

namespace unoops::parse {
namespace {

// A debugger showed tasks of it: the report is the debugger's alone, or one of the log that has taken such traces.
bool is_shown(const Report& r) { return !r.fact(fact::debugger).empty(); }
// The debugger's lines have no headline: the log of the same session may tell what happened to one of the tasks.
bool is_debuggers(const Report& r) { return is_shown(r) && r.headline.empty(); }

bool may_go_on(const Report& r) { return kind_row(*r.kind).goes_on != nullptr || is_shown(r); }

bool is_task(const std::optional<std::int64_t>& pid, std::string_view comm, const Report& debuggers) {
  return pid && pid == debuggers.pid && comm == debuggers.comm;
}

bool is_on_a_stack(std::string_view function, const Report& r) {
  return std::ranges::any_of(r.stacks, [&](const Stack& stack) {
    return std::ranges::any_of(stack.frames, [&](const Frame& frame) { return frame.ref.symbol == function; });
  });
}

// Both print the registers of the fault: of another crash of the same task the stack pointer is another one.
bool may_be_same_fault(const Report& log, const Report& debuggers) {
  const Register *there = stack_pointer(log), *here = stack_pointer(debuggers);
  return !there || !here || there->value == here->value;
}

// Is the task on which the debugger saw the kernel end the one that the log tells of, on the same stack? Hung tasks are
// reported by another one, which is then the one that panics.
bool is_same_crash(const Report& log, const Report& debuggers) {
  const auto panicked = [&](const Stack& s) {
    return s.role == StackRole::panic_trace && is_task(s.pid, s.comm, debuggers) &&
           (!s.cpu || !debuggers.cpu || s.cpu == debuggers.cpu);
  };
  if (std::ranges::any_of(log.stacks, panicked)) return true;
  const Frame* culprit = culprit_frame(log);
  return is_task(log.pid, log.comm, debuggers) && may_be_same_fault(log, debuggers) &&
         (!log.cpu || !debuggers.cpu || log.cpu == debuggers.cpu) &&
         (!culprit || culprit->ref.symbol.empty() || is_on_a_stack(culprit->ref.symbol, debuggers));
}

std::size_t frames_of(const Report& r) {
  std::size_t count = 0;
  for (const auto& stack : r.stacks) count += stack.frames.size();
  return count;
}

// What a report keeps in memory, roughly.
std::size_t weight(const Report& r) {
  constexpr std::size_t frame = 512;
  std::size_t bytes = frames_of(r) * frame;
  for (const auto& line : r.raw) bytes += line.size();
  return bytes;
}

template <class T>
void take_missing(T& mine, T& theirs) {
  if constexpr (Listed<T>)
    for_each_field(mine, theirs, [](const auto&, auto& one, auto& other) { take_missing(one, other); });
  else if (says_nothing(mine))
    mine = std::move(theirs);
}

// Another task's words and trace are news, what the same task says again is not.
// What another kind's report says in a report's midst is of the same task.
bool is_news(const Report& first, const Report& later) {
  return later.pid && (first.pid || first.kind == later.kind) && later.pid != first.pid &&
         std::ranges::none_of(first.followed_by,
                              [&](const FollowUp& f) { return f.pid == later.pid && f.kind == later.kind; });
}

void take_stacks(Report& first, Report& later, bool news) {
  for (auto& stack : later.stacks) {
    if (news && stack.role == StackRole::trace) {
      stack.role = StackRole::task_trace;
      stack.label = task_label(later.comm, *later.pid);
      stack.pid = static_cast<int>(*later.pid);
      stack.comm = later.comm;
    } else if (!news && stack.occurrence != Occurrence::repeat) {
      stack.occurrence = Occurrence::again;
    }
    first.stacks.push_back(std::move(stack));
  }
}

void take_lines(Report& first, const Report& later) {
  first.line_first = std::min(first.line_first, later.line_first);
  first.line_last = std::max(first.line_last, later.line_last);
  for (const auto& range : later.lines) {
    if (!first.lines.empty() && first.lines.back().last + 1 == range.first)
      first.lines.back().last = range.last;
    else
      first.lines.push_back(range);
  }
}

bool may_keep_stacks(const Report& first, const Report& later) {
  return frames_of(first) + frames_of(later) <= limits::report_frames;
}

void list(Report& first, const Report& later) {
  first.followed_by.push_back({later.kind, later.title, later.signature, later.comm, later.cpu, later.pid,
                               later.time_us, later.line_first, later.line_last});
}

void take(Report& first, Report&& later) {
  const bool news = is_news(first, later);
  list(first, later);
  if (!news && !first.pid && first.kind != later.kind) {
    first.pid = later.pid;
    take_missing(first.comm, later.comm);
    take_missing(first.cpu, later.cpu);
  }
  if (may_keep_stacks(first, later)) take_stacks(first, later, news);
  if (news)  // the locks that are held stand behind the last task's trace
    for (auto& message : later.messages)
      if (first.messages.size() < limits::messages) first.messages.push_back(std::move(message));
  for (auto& defect : later.defects) {
    defect.text = "of what goes on with it: " + defect.text;
    if (first.defects.size() >= limits::defects ||
        std::ranges::find(first.defects, defect.text, &Defect::text) != first.defects.end())
      continue;
    if (!defect.line) defect.line = later.line_first;
    first.defects.push_back(std::move(defect));
  }
  // The oops of the access that was reported has its registers and code.
  if (first.registers.empty() && first.kind != later.kind) {
    take_missing(first.registers, later.registers);
    take_missing(first.fault, later.fault);
    if (first.code.bytes.empty()) first.code = std::move(later.code);
  }
  for (const FactName note : {fact::exit_irqs, fact::exit_preempt_count})
    if (!later.fact(note).empty()) first.set_fact(note, later.fact(note));
  take_missing(first.modules, later.modules);
  take_missing(first.kernel_offset, later.kernel_offset);
  take_missing(first.panic, later.panic);
  first.severity = std::max(first.severity, later.severity);
  take_lines(first, later);
}

// Of each task once. The trace of the report's own task is one more, as the debugger sees it.
void take_debuggers_stacks(Report& r, Report& debuggers, bool own) {
  std::set<std::pair<std::string, std::optional<int>>> told;
  for (const auto& stack : r.stacks) told.emplace(stack.label, stack.cpu);
  for (auto& stack : debuggers.stacks) {
    if (own && stack.role == StackRole::trace) {
      stack.role = StackRole::task_trace;
      stack.label = task_label(debuggers.comm, *debuggers.pid);
    } else if (stack.role != StackRole::task_trace || told.contains({stack.label, stack.cpu})) {
      continue;
    }
    r.stacks.push_back(std::move(stack));
  }
}

// Where the log says only which instruction faulted, the debugger says where that lies: so a module's place is known.
void take_address_of_pc(Report& r, const Report& debuggers) {
  const Frame* there = own_pc(debuggers);
  if (!there) return;
  for (Stack& stack : r.stacks)
    for (Frame& frame : stack.frames) {
      auto& ref = frame.ref;
      const bool same =
          stack.role == StackRole::pc && ref.symbol == there->ref.symbol && ref.offset == there->ref.offset;
      if (same && !ref.address) ref.address = there->ref.address;
    }
}

void take_debuggers(Report& r, Report&& debuggers, bool own) {
  if (own) take_address_of_pc(r, debuggers);
  if (may_keep_stacks(r, debuggers)) take_debuggers_stacks(r, debuggers, own);
  take_missing(r.panic, debuggers.panic);
  r.severity = std::max(r.severity, debuggers.severity);
  r.set_fact(fact::debugger, debuggers.fact(fact::debugger));
  r.boot = debuggers.boot;
  take_lines(r, debuggers);
}

}  // namespace

// What the log tells of the task that the debugger showed is the report, and the debugger's trace one of its stacks.
const Report* Incidents::join_debuggers(Report& later) {
  const bool by_debugger = is_debuggers(later);
  const auto joins = [&](const Report& r) {
    if (r.file != later.file) return false;
    if (!by_debugger) return is_debuggers(r) && is_same_crash(later, r);
    return is_debuggers(r) ? is_task(r.pid, r.comm, later) : is_same_crash(r, later);
  };
  const auto first = std::ranges::find_if(waiting_, joins);
  if (first == waiting_.end()) return nullptr;
  const bool own = !is_shown(*first) || !by_debugger;
  if (!by_debugger) {
    later.number = first->number;
    std::swap(*first, later);
  }
  take_debuggers(*first, std::move(later), own);
  return &*first;
}

const Report* Incidents::take_in(Report& later) {
  if (fold_) return fold(later);
  Report copy = later;
  return fold(copy);
}

const Report* Incidents::fold(Report& later) {
  if (const Report* joined = join_debuggers(later)) return joined;
  for (auto first = waiting_.rbegin(); first != waiting_.rend() && first->boot == later.boot; ++first) {
    const auto goes_on = kind_row(*first->kind).goes_on;
    // A list that is full counts no more: the next report of it begins anew.
    if (first->file != later.file || !goes_on || first->followed_by.size() >= limits::follow_ups) continue;
    const auto sequel = goes_on(*first, later);
    if (sequel == Sequel::none) continue;
    if (sequel == Sequel::again) {
      list(*first, later);
      if (may_keep_stacks(*first, later)) take_stacks(*first, later, false);
      take_lines(*first, later);
    } else {
      take(*first, std::move(later));
    }
    return &*first;
  }
  return nullptr;
}

void Incidents::add(Report&& report, bool debugger_follows) {
  while (!waiting_.empty() && waiting_.front().boot != report.boot) hand_out_first();
  if (debugger_follows && !shown_from_) shown_from_ = report.number;
  if (!fold_) sink_(Report(report));
  waiting_.push_back(std::move(report));
  while (!waiting_.empty() && (!waits(waiting_.front()) || are_too_many())) hand_out_first();
}

// A debugger's session may have the stacks of a machine that stopped behind its log.
bool Incidents::waits(const Report& r) const {
  return may_go_on(r) || r.severity == Severity::fatal || (shown_from_ && r.number >= *shown_from_);
}

bool Incidents::are_too_many() const {
  std::size_t bytes = 0;
  for (const auto& report : waiting_) bytes += weight(report);
  return waiting_.size() > limits::waiting_reports || bytes > limits::waiting_bytes;
}

void Incidents::hand_out() {
  while (!waiting_.empty()) hand_out_first();
}

void Incidents::hand_out_until(std::uint64_t line) {
  const auto is_silent = [&](const Report& report) { return report.line_last <= line; };
  for (auto left = std::ranges::count_if(waiting_, is_silent); left > 0; hand_out_first())
    if (is_silent(waiting_.front())) --left;
}

void Incidents::hand_out_first() {
  std::list<Report> first;
  first.splice(first.end(), waiting_, waiting_.begin());
  if (fold_) sink_(std::move(first.front()));
}

}  // namespace unoops::parse
