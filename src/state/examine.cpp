#include "state/examine.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <unordered_map>
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

class Examination {
 public:
  Examination(Report& report, Machine& machine, bool all_tasks)
      : report_(report), machine_(machine), all_tasks_(all_tasks) {}

  void run() {
    auto& told = *report_.machine;
    told.cpus = machine_.cpus().size();
    if (const auto panicked = machine_.panicked_cpu()) told.panicked_cpu = static_cast<int>(*panicked);
    if (!machine_.tasks().tasks.empty()) told.tasks = machine_.tasks().tasks.size();
    if (!machine_.tasks().whole) absent_.emplace_back(told.tasks ? "some of the tasks" : "the tasks");
    for (const Cpu& cpu : machine_.cpus())
      if (static_cast<int>(cpu.number) == told.panicked_cpu) add(cpu);
    own_task();
    for (const Cpu& cpu : machine_.cpus())
      if (static_cast<int>(cpu.number) != told.panicked_cpu) add(cpu);
    for (const Task& task : machine_.tasks().tasks)
      if (!task.cpu && (all_tasks_ || task.state == 'D') && task.pid != told_already_) add(task);
    add_owners();
    tell_absent();
  }

 private:
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

  Frames named(const UnwoundStack& stack) {
    Frames out;
    for (const UnwoundFrame& f : stack.frames)
      out.push_back({machine_.code().reference(f.ip, f.exact ? PcKind::exact : PcKind::return_address), f.context});
    return out;
  }

  // Remembers what of the stack is not there.
  void check(const UnwoundStack& stack, const Frames& frames, const std::string& whose) {
    if (stack.end == UnwoundStack::End::entry) return;
    auto words = "the stack of " + whose;
    const auto& last = frames.empty() ? std::string() : frames.back().ref.symbol;
    if (!frames.empty()) words += last.empty() ? " behind an address without a name" : " behind " + last;
    if (stack.end == UnwoundStack::End::absent)
      absent_.push_back(std::move(words));
    else
      missed("{} leads nowhere", words);
  }

  template <class... Args>
  void missed(fmt::format_string<Args...> words, Args&&... args) {
    if (report_.machine->missing.size() < limits::messages)
      report_.machine->missing.push_back(fmt::format(words, std::forward<Args>(args)...));
  }

  // True: it has become a trace of the log.
  bool is_own(const Frames& frames) {
    const bool trace = make_exact(report_, StackRole::trace, frames);
    return make_exact(report_, StackRole::panic_trace, frames) || trace;
  }

  // A task that hangs is reported by another one.
  void own_task() {
    for (const Task& task : machine_.tasks().tasks)
      if (task.pid == report_.pid && !task.cpu &&
          make_exact(report_, StackRole::trace, named(machine_.stack_of(task)))) {
        told_already_ = task.pid;
        add_task(task, own_stack());
        look_for_lock(task, named(machine_.stack_of(task)));
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
    auto frames = named(stack);
    check(stack, frames, fmt::format("CPU {}", cpu.number));
    if (frames.empty() && stack.end == UnwoundStack::End::entry)
      missed("CPU {} has no stack in the kernel: it ran a program{}", cpu.number,
             cpu.task ? fmt::format(", {} (pid {})", cpu.task->comm, cpu.task->pid) : "");
    if (const auto lock = machine_.spinning_on(cpu, stack))
      if (auto* told = lock_told(*lock)) told->spinning.push_back(static_cast<int>(cpu.number));
    const bool panicked = static_cast<int>(cpu.number) == report_.machine->panicked_cpu;
    if (panicked && is_own(frames)) {
      if (cpu.task) add_task(*cpu.task, own_stack());
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
    const auto frames = named(stack);
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
    const auto& tasks = machine_.tasks().tasks;
    const auto owner = std::ranges::find(tasks, lock.owner.value_or(0), &Task::address);
    if (owner == tasks.end()) return &out;
    out.owner = owner->pid;
    out.owner_comm = owner->comm;
    return &out;
  }

  // Who holds a lock that others hang on is of interest wherever he sleeps.
  void add_owners() {
    const auto locks = report_.machine->locks;  // an owner may wait for another lock
    for (const DumpedLock& lock : locks)
      for (const Task& task : machine_.tasks().tasks)
        if (task.pid == lock.owner && !task.cpu &&
            std::ranges::find(report_.tasks, task.pid, &DumpedTask::pid) == report_.tasks.end())
          add(task);
  }

  void add_task(const Task& task, std::optional<std::size_t> stack) {
    std::optional<int> cpu;
    if (task.cpu) cpu = static_cast<int>(*task.cpu);
    auto& target = machine_.target();
    report_.tasks.push_back({task.pid, task.comm, task.state, cpu, stack, command_line_of(target, task.address),
                             program_of(target, task.address), cgroup_of(target, task.address)});
  }

  std::optional<std::size_t> own_stack() const {
    const Stack* trace = own_trace(report_);
    return trace ? std::optional(static_cast<std::size_t>(trace - report_.stacks.data())) : std::nullopt;
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
      if (!std::exchange(too_many_, true)) missed("there are more stacks than a report shows");
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
  std::optional<std::int64_t> told_already_;            // the task whose stack is the report's own
  std::unordered_map<std::string, std::size_t> shown_;  // stacks of the dump, each with the index of its first part
  std::size_t frames_ = 0;
  bool too_many_ = false;
};

}  // namespace

void examine(Report& report, Machine& machine, bool all_tasks) {
  const auto outcome = outcome_of(report);
  if (!report.machine || (outcome != Outcome::panicked && outcome != Outcome::stopped)) return;
  Examination(report, machine, all_tasks).run();
}

}  // namespace unoops::state
