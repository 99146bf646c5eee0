#include "state/examine.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "base/limits.hpp"
#include "facts/frames.hpp"
#include "report/questions.hpp"
#include "report/stack_role.hpp"
#include "state/exact_trace.hpp"
#include "state/locks.hpp"
#include "state/programs.hpp"

namespace unoops::state {
namespace {

using Frames = std::vector<NamedFrame>;

// Null: there is none, or he runs.
const Task* sleeping(Machine& machine, std::optional<std::int64_t> pid) {
  const auto& all = machine.tasks().tasks;
  const auto at = std::ranges::find_if(all, [&](const Task& t) { return pid && t.pid == *pid && !t.cpu; });
  return at == all.end() ? nullptr : &*at;
}

Frames named(Machine& machine, const UnwoundStack& stack) {
  Frames out;
  for (const UnwoundFrame& f : stack.frames)
    out.push_back({machine.code().reference(f.ip, f.exact ? PcKind::exact : PcKind::return_address), f.context});
  return out;
}

class Examination {
 public:
  Examination(Report& report, Machine& machine, bool all_tasks)
      : report_(report), machine_(machine), all_tasks_(all_tasks) {}

  void run() {
    auto& told = *report_.machine;
    told.cpus = machine_.cpus().size();
    if (const auto panicked = machine_.panicked_cpu()) told.panicked_cpu = static_cast<int>(*panicked);
    count_tasks();
    // What may change the log's traces comes before what adds stacks behind them.
    logged_tasks();
    for (const Cpu& cpu : machine_.cpus())
      if (static_cast<int>(cpu.number) == told.panicked_cpu) add(cpu);
    for (const Cpu& cpu : machine_.cpus())
      if (static_cast<int>(cpu.number) != told.panicked_cpu) add(cpu);
    for (const Task& task : machine_.tasks().tasks)
      if (!task.cpu && (all_tasks_ || task.state == 'D') && !told_already_.contains(task.pid)) add(task);
    add_owners();
    tell_absent();
  }

 private:
  // Of a list that breaks off nobody knows how many there were.
  void count_tasks() {
    const auto& [tasks, whole] = machine_.tasks();
    if (whole)
      report_.machine->tasks = tasks.size();
    else
      absent_.push_back(tasks.empty() ? "the tasks" : fmt::format("the tasks behind the first {}", tasks.size()));
  }

  // In one sentence, because a dump that lacks one stack mostly lacks all.
  void tell_absent() {
    constexpr std::size_t most = 8;
    if (absent_.empty()) return;
    std::string words = "not in the dump";
    if (const auto level = report_.machine->dump_level) words += fmt::format(" (-d {})", *level);
    for (std::size_t i = 0; i < std::min(absent_.size(), most); ++i) words += (i == 0 ? ": " : ", ") + absent_[i];
    if (absent_.size() > most) words += fmt::format(" and {} more", absent_.size() - most);
    report_.machine->missing.push_back(std::move(words));
  }

  // Remembers what of the stack is not there.
  void check(const UnwoundStack& stack, const Frames& frames, const std::string& whose) {
    if (stack.end == UnwoundStack::End::entry) return;
    if (stack.end == UnwoundStack::End::long_ && frames.empty()) return tell_too_many();
    auto words = "the stack of " + whose;
    const auto& last = frames.empty() ? std::string() : frames.back().ref.symbol;
    if (!frames.empty()) words += last.empty() ? " behind an address without a name" : " behind " + last;
    if (stack.end == UnwoundStack::End::absent)
      absent_.push_back(std::move(words));
    else
      missed("{} leads nowhere", words);
  }

  void tell_too_many() {
    if (!std::exchange(too_many_, true)) missed("there are more stacks than a report shows");
  }

  template <class... Args>
  void missed(fmt::format_string<Args...> words, Args&&... args) {
    if (report_.machine->missing.size() < limits::messages)
      report_.machine->missing.push_back(fmt::format(words, std::forward<Args>(args)...));
  }

  // The index of the log's trace that it has become; nothing: of none.
  std::optional<std::size_t> own_stack(const Frames& frames) {
    const bool trace = make_exact(report_, StackRole::trace, frames);
    const bool panic = make_exact(report_, StackRole::panic_trace, frames);
    if (trace) return first_stack(StackRole::trace, {});
    return panic ? first_stack(StackRole::panic_trace, {}) : std::nullopt;
  }

  std::optional<std::size_t> first_stack(StackRole role, std::optional<std::int64_t> pid) const {
    const auto at = std::ranges::find_if(report_.stacks, [&](const Stack& s) {
      return s.role == role && s.occurrence == Occurrence::own && (!pid || s.pid == pid);
    });
    if (at == report_.stacks.end()) return std::nullopt;
    return static_cast<std::size_t>(at - report_.stacks.begin());
  }

  // Tasks that hang are reported by another one: the report's own, and those that were shown with it.
  void logged_tasks() {
    for (const Task& task : machine_.tasks().tasks) {
      const bool own = task.pid == report_.pid;
      const auto role = own ? StackRole::trace : StackRole::task_trace;
      const auto pid = own ? std::nullopt : std::optional(task.pid);
      if (task.cpu || !first_stack(role, pid)) continue;
      const auto frames = named(machine_, machine_.stack_of(task));
      if (!make_exact(report_, role, frames, pid)) continue;
      told_already_.insert(task.pid);
      add_task(task, first_stack(role, pid));
      look_for_lock(task, frames);
    }
  }

  // What stops the other CPUs is not what they did: that begins at the first registers that it has saved.
  static void leave_out_stop(Frames& frames) {
    const auto stops = [](const NamedFrame& f) { return frame_roles(f.ref.symbol).has(FrameRole::stop); };
    const auto stop = std::find_if(frames.rbegin(), frames.rend(), stops).base();
    if (stop == frames.begin()) return;
    const auto is_saved = [](const NamedFrame& f) { return f.ref.pc == PcKind::exact; };
    frames.erase(frames.begin(), std::find_if(stop, frames.end(), is_saved));
  }

  void add(const Cpu& cpu) {
    const auto stack = machine_.stack_of(cpu);
    auto frames = named(machine_, stack);
    check(stack, frames, fmt::format("CPU {}", cpu.number));
    if (frames.empty() && stack.end == UnwoundStack::End::entry)
      missed("CPU {} has no stack in the kernel: it ran a program{}", cpu.number,
             cpu.task ? fmt::format(", {} (pid {})", cpu.task->comm, cpu.task->pid) : "");
    if (const auto lock = machine_.spinning_on(cpu, stack))
      if (auto* told = lock_told(*lock)) told->spinning.push_back(static_cast<int>(cpu.number));
    const bool panicked = static_cast<int>(cpu.number) == report_.machine->panicked_cpu;
    if (const auto own = panicked ? own_stack(frames) : std::nullopt) {
      if (cpu.task) add_task(*cpu.task, own);
      return;
    }
    if (!panicked) leave_out_stop(frames);
    Stack head;
    head.label = cpu_state_label(cpu.number);
    head.cpu = static_cast<int>(cpu.number);
    add(std::move(head), cpu.task, frames);
  }

  void add(const Task& task) {
    const auto stack = machine_.stack_of(task);
    const auto frames = named(machine_, stack);
    check(stack, frames, fmt::format("{} ({})", task.comm, task.pid));
    Stack head;
    head.label = task_label(task.comm, task.pid);
    head.state = std::string(1, task.state);
    add(std::move(head), task, frames);
    look_for_lock(task, frames);
  }

  void look_for_lock(const Task& task, const Frames& frames) {
    const auto lock = machine_.locks().of(task, [&](std::string_view begins) {
      return std::ranges::any_of(frames, [&](const NamedFrame& f) { return f.ref.symbol.starts_with(begins); });
    });
    if (auto* told = lock ? lock_told(*lock) : nullptr) told->waiting.push_back(task.pid);
  }

  // Null: there are more than anybody reads.
  DumpedLock* lock_told(const AwaitedLock& lock) {
    constexpr std::size_t most = 64;
    auto& all = report_.machine->locks;
    const auto known = std::ranges::find(all, lock.address, &DumpedLock::address);
    if (known != all.end()) return &*known;
    if (all.size() == most) return nullptr;
    DumpedLock& out = all.emplace_back();
    out.type = fmt::format("struct {}", lock.type);
    out.address = lock.address;
    out.symbol = machine_.code().name_of(lock.address);
    const auto& tasks = machine_.tasks().tasks;
    const auto owner = std::ranges::find(tasks, lock.owner.value_or(0), &Task::address);
    if (owner == tasks.end()) return &out;
    out.owner = owner->pid;
    out.owner_comm = owner->comm;
    return &out;
  }

  // Who holds a lock that others hang on is of interest wherever he sleeps, and so is who holds the lock that he waits
  // for.
  void add_owners() {
    for (std::size_t i = 0; i < report_.machine->locks.size(); ++i) {
      const auto* owner = sleeping(machine_, report_.machine->locks[i].owner);
      if (owner && std::ranges::find(report_.tasks, owner->pid, &DumpedTask::pid) == report_.tasks.end()) add(*owner);
    }
  }

  void add_task(const Task& task, std::optional<std::size_t> stack) {
    std::optional<int> cpu;
    if (task.cpu) cpu = static_cast<int>(*task.cpu);
    auto& target = machine_.target();
    report_.tasks.push_back({task.pid, task.comm, task.state, cpu, stack, command_line_of(target, task.address),
                             program_of(target, task.address), cgroup_of(target, task.address),
                             machine_.idle_us(task)});
  }

  // Each run of one context becomes a stack.
  void add(Stack head, const std::optional<Task>& task, const Frames& frames) {
    head.role = role_of_label(head.label);
    if (task) {
      head.comm = task->comm;
      head.pid = static_cast<int>(task->pid);
      add_task(*task, {});
    }
    if (frames.empty()) return;
    if (frames_ + frames.size() > limits::report_frames) {
      tell_too_many();
      return;
    }
    const auto [shown, is_new] = shown_.try_emplace(key_of(frames, head.cpu.has_value()), report_.stacks.size());
    if (task) report_.tasks.back().stack = shown->second;
    if (!is_new) {
      ++report_.stacks[shown->second].more_tasks;
      return;
    }
    frames_ += frames.size();
    for (const NamedFrame& f : frames) {
      if (&f == frames.data() || f.context != head.context) {
        head.context = f.context;
        report_.stacks.push_back(head);
      }
      report_.stacks.back().frames.emplace_back().ref = f.ref;
    }
  }

  // CPUs are the same among each other, and tasks are.
  static std::string key_of(const Frames& frames, bool of_cpu) {
    std::string out(of_cpu ? "c" : "t");
    for (const auto& f : frames) out += fmt::format(" {}+{:x}", f.ref.symbol, f.ref.offset.value_or(0));
    return out;
  }

  Report& report_;
  Machine& machine_;
  const bool all_tasks_;
  std::vector<std::string> absent_;
  std::unordered_set<std::int64_t> told_already_;       // tasks whose stacks are the log's own
  std::unordered_map<std::string, std::size_t> shown_;  // stacks of the dump, each with the index of its first part
  std::size_t frames_ = 0;
  bool too_many_ = false;
};

bool still_hangs(Report& report, Machine& machine) {
  const auto* task = sleeping(machine, report.pid);
  return task && task->state == 'D' && task->comm == report.comm &&
         make_exact(report, StackRole::trace, named(machine, machine.stack_of(*task)));
}

// The CPU runs the same task, in the same function.
bool is_still_stuck(const Report& report, Machine& machine) {
  const Frame* culprit = culprit_frame(report);
  if (!report.has(Trait::stall) || !culprit || culprit->ref.symbol.empty()) return false;
  return std::ranges::any_of(machine.cpus(), [&](const Cpu& cpu) {
    if (!cpu.task || cpu.task->pid != report.pid || cpu.task->comm != report.comm) return false;
    const auto frames = named(machine, machine.stack_of(cpu));
    return std::ranges::any_of(frames, [&](const NamedFrame& f) {
      return f.ref.symbol == culprit->ref.symbol && f.ref.module == culprit->ref.module;
    });
  });
}

}  // namespace

bool still_lasts(Report& report, Machine& machine) {
  return still_hangs(report, machine) || is_still_stuck(report, machine);
}

void examine(Report& report, Machine& machine, bool all_tasks) {
  if (!report.machine || report.machine->cpus) return;
  const auto outcome = outcome_of(report);
  const bool told = outcome == Outcome::panicked || outcome == Outcome::stopped || outcome == Outcome::not_stopped;
  if (told || still_lasts(report, machine)) Examination(report, machine, all_tasks).run();
}

}  // namespace unoops::state
