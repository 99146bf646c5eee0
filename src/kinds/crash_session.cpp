// What crash(8) prints of a dump's or a live system's tasks: its task.c print_task_header, x86_64.c
// x86_64_print_stack_entry and x86_64_display_exception_frame (8.0). The tasks of a session are one report: the task that
// took the kernel down is its own, the others stand beside it.
#include <algorithm>
#include <array>
#include <span>
#include <utility>

#include "base/text.hpp"
#include "kinds/kind.hpp"
#include "kinds/lines.hpp"
#include "report/fact_names.hpp"
#include "report/questions.hpp"

namespace unoops::kinds {
namespace {

struct Task {
  int pid = 0, cpu = 0;
  std::string_view comm;
};

// "PID: 130      TASK: ffff89a2dbd3e100  CPU: 1    COMMAND: "trig"", also of a thread that has an own "PROCESS"
std::optional<Task> read_task(std::string_view before, Scanner rest) {
  Scanner s(trim_left(before));
  Task task;
  std::uint64_t address = 0;
  if (!s.lit("PID: ") || !s.blanks().dec(task.pid) || !s.blanks().lit("TASK: ") || !s.blanks().hex(address) ||
      !s.blanks().lit("CPU: ") || !s.blanks().dec(task.cpu) || !s.blanks().at_end() ||
      !rest.until_last("\"", task.comm))
    return std::nullopt;
  return task;
}

// Only make_own() tells the report's task.
bool has_own(const Report& r) { return r.pid.has_value(); }

// The last ones, because a session may have as many as the machine has tasks.
std::span<const Stack> last_stacks(const Report& r, std::size_t most) {
  return std::span(r.stacks).last(std::min(most, r.stacks.size()));
}

bool is_told(const Report& r, const Task& task) {
  constexpr std::size_t most = 512;
  return (has_own(r) && r.pid == task.pid && r.cpu == task.cpu && r.comm == task.comm) ||
         std::ranges::any_of(last_stacks(r, most), [&](const Stack& s) {
           return s.pid == task.pid && s.cpu == task.cpu && s.comm == task.comm;
         });
}

// The stacks of the task that is read, if it is not the report's own.
bool is_of_block(const Stack& s, const ReportBuilder& d) {
  return s.pid == d.block_pid && s.cpu == d.block_cpu && s.comm == d.block_comm;
}

// What is printed of the same task again, by bt and then by bt -a, is passed over.
bool task_header(std::string_view before, Scanner rest, ReportBuilder& d) {
  const auto task = read_task(before, rest);
  if (!task) return false;
  const bool again = is_told(d.report, *task);
  d.report.set_fact(fact::debugger, "crash");
  d.start_block(again ? Block::Role::repeat : Block::Role::other,
                "task " + std::string(task->comm) + ":" + std::to_string(task->pid));
  d.block.trace = true;
  d.block_pid = task->pid;
  d.block_cpu = task->cpu;
  d.block_comm = task->comm;
  return true;
}

bool begins_trace(const ReportBuilder& d) {
  return std::ranges::none_of(last_stacks(d.report, 4), [&](const Stack& s) {
    return is_of_block(s, d) && !s.frames.empty() && s.frames.front().ref.pc != PcKind::exact;
  });
}

// The task that the dump is about: its innermost function reported the end of the kernel.
void make_own(ReportBuilder& d) {
  auto& r = d.report;
  d.block.role = Block::Role::own;
  d.trace_label = "Call Trace";
  d.in_stack = false;
  r.pid = std::exchange(d.block_pid, std::nullopt);
  r.cpu = std::exchange(d.block_cpu, std::nullopt);
  r.comm = std::exchange(d.block_comm, {});
}

// The words that crash finds on a stack between the entry's code and its first call are what was there before.
void doubt_frames_at_entry(ReportBuilder& d) {
  constexpr std::ptrdiff_t most = 128;
  auto& frames = d.report.stacks.back().frames;
  if (frames.empty()) return;  // more of them than are kept
  const auto entry = frames.end() - 1;
  const auto begin = entry - std::min(most, entry - frames.begin());
  const auto call = std::find_if(begin, entry, [](const Frame& f) { return f.ref.symbol == "do_syscall_64"; });
  if (call == entry) return;
  for (auto frame = call + 1; frame < entry; ++frame) frame->reliable = false;
}

// " #7 [ffffce80403dbb30] kf_null_write at ffffffffc0402944 [kfault]", "kf_null_write+68 at" (bt -s), "+0x44 at" (-sx)
bool read_crash_frame(std::string_view text, SymbolRef& ref) {
  Scanner s(trim(text));
  unsigned number = 0;
  std::uint64_t value = 0, offset = 0;
  std::string_view name, module;
  if (!s.lit("#") || !s.dec(number) || !s.blanks().lit("[") || !s.hex(value) || !s.lit("] ") || !s.symbol(name))
    return false;
  if (s.lit("+")) {
    if (!s.hex0x(offset) && !s.dec(offset)) return false;
    ref.offset = offset;
  }
  if (!s.lit(" at ") || !s.hex(value)) return false;
  if (s.blanks().lit("[") && !s.until("]", module)) return false;
  ref.symbol = name;
  ref.module = module;
  ref.address = value;
  return s.at_end();
}

bool frame(std::string_view text, ReportBuilder& d) {
  SymbolRef ref;
  if (!read_crash_frame(text, ref)) return false;
  d.report.headline.clear();  // the line of the first task is none
  if (d.block.role == Block::Role::repeat) return true;
  if (!d.is_own() && frame_roles(ref.symbol).has(FrameRole::report) && !has_own(d.report) && begins_trace(d))
    make_own(d);
  // Behind an exception's frame crash prints its function once more.
  auto* const last =
      d.in_stack && !d.report.stacks.back().frames.empty() ? &d.report.stacks.back().frames.back() : nullptr;
  if (last && last->ref.pc == PcKind::exact && last->ref.address == ref.address) {
    last->ref.module = ref.module;
    return true;
  }
  const bool enters = ref.symbol.starts_with("entry_SYSCALL_64");
  Frame read;
  read.ref = std::move(ref);
  d.add_frame(std::move(read));
  if (enters) doubt_frames_at_entry(d);
  d.block.user = false;
  return true;
}

// "--- <IRQ stack> ---", "--- <NMI exception stack> ---": above are the frames of that stack, below those that it broke
// into.
bool stack_mark(std::string_view text, ReportBuilder& d) {
  Scanner s(trim(text));
  std::string_view name;
  if (!s.lit("--- <") || !s.until(" ", name) || !s.rest().ends_with("stack> ---")) return false;
  if (!d.in_stack) return true;
  const bool exception = s.lit("exception ") && name != "NMI";
  d.mark = read_mark(exception ? "#" + std::string(name) : std::string(name));
  d.mark_stack();
  d.mark = {Context::task, {}};
  d.in_stack = false;
  return true;
}

bool follows_at_once(const ReportBuilder& d) { return d.line && d.line->number == d.report.line_last + 1; }

// bt -l, behind a frame: "    /build/linux/kernel/sched/core.c: 5391"
bool source_line(std::string_view text, ReportBuilder& d) {
  Scanner s(trim(text));
  Location place;
  std::string_view file;
  if (!follows_at_once(d) || !s.until_last(": ", file) || !s.dec(place.line) || !s.at_end()) return false;
  if (file.find('/') == std::string_view::npos || file.find(' ') != std::string_view::npos) return false;
  if (d.in_stack && !d.report.stacks.back().frames.empty()) {
    auto& last = d.report.stacks.back().frames.back();
    place.function = last.ref.symbol;
    place.file = file;
    if (last.printed.empty()) last.printed.push_back(std::move(place));
  }
  return true;
}

// bt -f: "    ffffce80403db880: 0000000000000000 ffffce80403db8b0"
bool stack_words(std::string_view text, ReportBuilder& d) {
  Scanner s(trim(text));
  std::uint64_t value = 0;
  if (!follows_at_once(d) || !s.hex_n(16, value) || !s.lit(": ")) return false;
  for (; !s.blanks().at_end();)
    if (!s.hex_n(16, value)) return false;
  return true;
}

bool session_line(std::string_view text, ReportBuilder& d) {
  return frame(text, d) || stack_mark(text, d) || source_line(text, d) || stack_words(text, d);
}

// "[exception RIP: kfault_enqueue+41]", "[exception RIP: unknown or invalid address]": the registers follow.
bool exception_pc(Scanner rest, ReportBuilder& d) {
  std::string_view name;
  std::uint64_t offset = 0;
  const bool known = rest.symbol(name) && rest.lit("+") && (rest.hex0x(offset) || rest.dec(offset)) && rest.lit("]");
  d.block.pc = true;
  d.block.skip = !known || !d.report.registers.empty();
  if (!known || d.block.role == Block::Role::repeat) return true;
  Frame found;
  found.ref.symbol = name;
  found.ref.offset = offset;
  found.ref.pc = PcKind::exact;
  if (!d.is_own() || d.block.skip || !d.in_stack) {
    d.add_frame(std::move(found));
    return true;
  }
  // In front of the trace, which goes on.
  d.add_pc(std::move(found));
  auto& stacks = d.report.stacks;
  std::iter_swap(stacks.end() - 1, stacks.end() - 2);
  d.in_stack = true;
  return true;
}

bool bogus(Scanner, ReportBuilder& d) {
  if (d.is_own()) d.report.registers.clear();
  return true;
}

constexpr auto headers = std::to_array<Header>({{"COMMAND: \"", task_header, Header::Use::joins}});
constexpr auto sections = std::to_array<Section>({
    {SectionId::text, "[exception RIP: ", exception_pc},
    {SectionId::text, "WARNING: possibly bogus exception frame", bogus},
});

// Those that are told of, each once: a trace that changes its stack is several stacks.
std::vector<std::string_view> tasks_of(const Report& r) {
  std::vector<std::string_view> labels;
  for (const auto& stack : r.stacks)
    if (stack.role == StackRole::task_trace && (labels.empty() || labels.back() != stack.label))
      labels.push_back(stack.label);
  return labels;
}

std::string tasks(const Report& r) {
  const auto labels = tasks_of(r);
  return labels.size() == 1 ? std::string(labels.front()) : std::to_string(labels.size()) + " tasks";
}
constexpr auto gaps = std::to_array<Gap>({{"tasks", tasks}});

std::string title(const Report& r, std::string_view) { return "crash session: traces of " + tasks(r); }

}  // namespace

extern constinit const Kind crash_session{
    .info = {"crash-session", "traces from a session of crash(8)", Severity::notice,
             Trait::traceless | Trait::by_debugger},
    .headers = headers,
    .sections = sections,
    .line = session_line,
    .title_of = title,
    .sentence = "somebody looked at {tasks} with the debugger crash; nothing need be wrong with what they do",
    .gaps = gaps,
    .culprit = {.from = Culprit::From::none},
};

}  // namespace unoops::kinds
