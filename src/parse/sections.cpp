#include "parse/sections.hpp"

#include <algorithm>
#include <array>

#include "arch/arch.hpp"
#include "base/limits.hpp"
#include "base/text.hpp"
#include "facts/taint.hpp"
#include "grammar/code_line.hpp"
#include "grammar/contexts.hpp"
#include "grammar/cpu_line.hpp"
#include "grammar/symbol_ref.hpp"
#include "grammar/task_line.hpp"
#include "kinds/kind.hpp"

namespace unoops {
namespace {

std::string_view whole(const Draft& d) { return trim(d.line->text); }

bool cpu_line(Scanner, Draft& d) {
  const auto line = read_cpu_line(whole(d));
  if (!line) return false;
  auto& r = d.report;
  if (d.is_own() && r.pid && line->pid && r.pid != line->pid)
    return false;  // the header named its task: this is another's
  // Behind another task's trace the CPU that reports shows its own registers (v6.1 kernel/sched/core.c dump_cpu_task).
  if (d.block.role == Block::Role::other && d.block.trace) {
    const bool has_own = std::ranges::any_of(r.stacks, [](const Stack& s) { return s.label == "Call Trace"; });
    d.start_block(has_own ? Block::Role::other : Block::Role::own,
                  has_own ? "Call Trace of " + std::string(line->comm) : std::string("Call Trace"));
  }
  d.block.cpu = true;
  if (d.is_own() || !r.pid) {
    r.cpu = line->cpu ? line->cpu : r.cpu;
    r.pid = line->pid;
    r.uid = line->uid;
    r.comm = line->comm;
    r.taint = read_taint(line->taint);
  } else {
    d.block_cpu = line->cpu;
    d.block_pid = line->pid ? std::optional<int>(static_cast<int>(*line->pid)) : std::nullopt;
    d.block_comm = line->comm;
    // "WARNING: CPU: 0 PID: 5944 at" has no name for its task, and the panic that follows at once has it.
    if (r.comm.empty() && r.pid == line->pid) {
      r.comm = line->comm;
      r.taint = read_taint(line->taint);
    }
  }
  if (r.kernel.release.empty()) {
    r.kernel.release = line->release;
    r.kernel.version = line->version;
    r.kernel.build_id = line->build_id;
  }
  return true;
}

bool hardware(Scanner rest, Draft& d) {
  if (d.report.hardware.empty()) d.report.hardware = trim(rest.rest());
  return true;
}

bool workqueue(Scanner rest, Draft& d) {
  if (d.is_own() && d.report.workqueue.empty()) d.report.workqueue = trim(rest.rest());
  return true;
}

// v6.12 kernel/panic.c print_tainted_verbose: "Tainted: [W]=WARN, [O]=OOT_MODULE"
bool tainted_verbose(Scanner rest, Draft&) { return rest.peek() == '['; }

bool code(Scanner rest, Draft& d) {
  d.block.code = true;
  // To v4.17 the kernel's own Code stands at the end, behind the user's registers; since v4.18 the user's directly
  // behind its RIP.
  const bool of_user = d.block.user && d.last == SectionId::pc;
  d.code_open = d.is_own() && !of_user && !d.block.skip && d.report.code.bytes.empty();
  if (!d.code_open) return true;
  read_code(trim(rest.rest()), d.arch ? &d.arch->info : nullptr, d.report.code);
  return true;
}

// To v4.17 each byte was printed alone: where another CPU came between, the rest is a line of its own.
bool more_code(Scanner rest, Draft& d) {
  if (d.code_open) d.code_open = read_code(trim(rest.rest()), d.arch ? &d.arch->info : nullptr, d.report.code);
  return true;
}

bool is_code_word(std::string_view word) {
  if (word.starts_with('<') && word.ends_with('>')) word = word.substr(1, word.size() - 2);
  return word.size() == 2 && std::ranges::all_of(word, is_hex);
}

bool is_more_code(std::string_view text) {
  Scanner s(text);
  std::string_view word;
  int words = 0;
  for (; s.blanks().word(word); ++words)
    if (!is_code_word(word)) return false;
  return words > 0;
}

bool trace_start(Scanner rest, Draft& d) {
  d.block.trace = true;
  d.context.clear();
  // A kind whose frames may follow its headline at once has opened the stack already.
  if (!d.in_stack || !d.report.stacks.back().frames.empty() || d.report.stacks.back().label != d.trace_label)
    d.open_stack(d.trace_label);
  // To v4.9, and on m68k, i386 and mips, the first frame may stand on the same line: "Call Trace: [<c0101234>]
  // foo+0x1/0x2".
  auto frame = trim(rest.rest());
  if (const auto mark = frame.find('>'); frame.starts_with('<') && mark != std::string_view::npos) {
    d.context = stack_context(frame.substr(1, mark - 1));
    d.report.stacks.back().context = d.context;
    frame = trim(frame.substr(mark + 1));
  }
  d.read_frame_line(frame);
  return true;
}

bool module_list(Scanner rest, Draft& d) {
  auto text = rest.rest();
  if (const auto at = text.find("[last unloaded: "); at != std::string_view::npos) {
    d.report.modules_unloaded = trim(text.substr(at + 16, text.find(']', at) - at - 16));
    text = text.substr(0, at);
  }
  Scanner s(text);
  std::string_view word;
  while (s.blanks().word(word) && d.report.modules.size() < limits::modules) {
    Module module;
    const auto open = word.find('(');
    module.name = word.substr(0, open);
    if (open != std::string_view::npos) module.flags = word.substr(open + 1, word.find(')', open) - open - 1);
    d.report.modules.push_back(std::move(module));
  }
  return true;
}

bool modules(Scanner rest, Draft& d) {
  d.in_stack = false;
  if (d.modules) return true;
  d.modules = true;
  return module_list(rest, d);
}

// v6.0 kernel/module/tracking.c: "Unloaded tainted modules: foo(O):1", with the last-unloaded part behind it
bool unloaded_tainted(Scanner rest, Draft& d) {
  std::string_view ignored, last;
  if (rest.until("[last unloaded: ", ignored) && rest.until("]", last)) d.report.modules_unloaded = last;
  return true;
}

bool end_mark(Scanner, Draft& d) {
  d.ended = true;
  d.in_stack = false;
  d.bracket = false;
  d.start_block(Block::Role::repeat, "Call Trace");
  return true;
}

bool end_panic(Scanner, Draft& d) {
  d.in_stack = false;
  return true;
}

// v6.1 kernel/locking/lockdep.c print_irqtrace_events: "hardirqs last  enabled at (1234): [<ffffffff81000000>]
// foo+0x1/0x2"
bool irq_stamp(Scanner, Draft& d) {
  for (auto& found : find_symbol_refs(whole(d))) {
    auto label = whole(d).substr(0, found.begin);
    label = trim(label.substr(0, std::min(label.find('('), label.find('['))));
    if (label.ends_with(':')) label.remove_suffix(1);
    d.add_single(label, std::move(found.ref));
  }
  return true;
}

bool held_lock(Scanner, Draft& d) {
  d.add_message(whole(d));
  for (auto& found : find_symbol_refs(whole(d))) {
    d.add_single("at", std::move(found.ref));
  }
  return true;
}

// kernel/sched/core.c: the address stands behind it, or on the next line (to v5.x)
bool preemption_disabled(Scanner rest, Draft& d) {
  d.open_stack("Preemption disabled at");
  d.read_frame_line(trim(rest.rest()));
  return true;
}

// lib/nmi_backtrace.c: "NMI backtrace for cpu 1", "NMI backtrace for cpu 1 skipped: idling at foo+0x1/0x2"
bool nmi_backtrace(Scanner rest, Draft& d) {
  int cpu = 0;
  if (!rest.dec(cpu)) return false;
  const std::string label = "NMI backtrace for cpu " + std::to_string(cpu);
  d.start_block(Block::Role::other, label);
  d.backtraces = true;
  d.guest = d.line->caller;
  d.block_cpu = cpu;
  if (auto found = first_ref(d.line->text, rest.rest())) d.add_single(label, *std::move(found));
  return true;
}

// lib/nmi_backtrace.c: "Sending NMI from CPU 0 to CPUs 1:"; to v4.9 "sending NMI to all CPUs:"
bool sends_nmi(Scanner, Draft& d) {
  d.in_stack = false;
  d.backtraces = true;
  return true;
}

bool kernel_offset(Scanner rest, Draft& d) {
  d.in_stack = false;
  std::uint64_t offset = 0;
  if (rest.hex0x(offset))
    d.report.kernel_offset = offset;
  else if (rest.lit("disabled"))
    d.report.kernel_offset = 0;
  return true;
}

bool message(Scanner, Draft& d) {
  d.in_stack = false;
  d.add_message(whole(d));
  return true;
}

bool nothing_of_a_stack(Scanner, Draft& d) {
  d.in_stack = false;
  return true;
}

bool task_block(Scanner, Draft& d) { return start_task_block(d); }

// Sorted by first use in a report. Sources: v6.1 lib/dump_stack.c, kernel/panic.c, kernel/module/main.c,
// arch/*/kernel/traps.c, dumpstack.c. lib/stackdepot.c, mm/kasan/report.c: "(stack is not available)" in place of the
// frames that its label announced
bool no_stack(Scanner, Draft& d) {
  if (d.in_stack && d.report.stacks.back().frames.empty()) d.report.stacks.pop_back();
  d.in_stack = false;
  return true;
}

// <TASK>, </IRQ>; to v4.9 <<EOE>>, <EOI>, with the first frame on the same line
bool trace_mark(Scanner rest, Draft& d) {
  const bool closes = rest.lit("/");
  rest.lit("<");
  std::string_view name;
  if (!rest.run([](char c) { return is_word(c) || c == '#'; }, name) || !rest.lit(">")) return false;
  rest.lit(">");
  if (name == "EOI" || name == "EOE") {  // the end of the interrupt's stack: the task's frames follow
    d.context = "task";
    d.in_stack = false;
  } else {
    d.context = closes ? std::string() : stack_context(name);
    d.block.over = closes && name == "TASK";
    d.block.mark_depth = std::max(0, d.block.mark_depth + (closes ? -1 : 1));
    // "Call Trace:" opened a stack already: it takes the first mark's context.
    if (!closes && d.in_stack && d.report.stacks.back().frames.empty())
      d.report.stacks.back().context = d.context;
    else
      d.in_stack = false;
  }
  d.block.user = false;
  d.read_frame_line(trim(rest.rest()));
  return true;
}

constexpr auto rows = std::to_array<Section>({
    {SectionId::cpu, "CPU: ", cpu_line},
    {SectionId::cpu, "Pid: ", cpu_line},
    {SectionId::task_info, "Tainted: ", tainted_verbose},
    {SectionId::task_info, "Hardware name: ", hardware},
    {SectionId::task_info, "Workqueue: ", workqueue},
    {SectionId::task_info, "Stopper: ", message},
    {SectionId::task_info, "Sched_ext: ", message},
    {SectionId::task_info, "task: "},
    {SectionId::task_info, "last sysfs file: "},
    {SectionId::task_info, "Process "},
    {SectionId::code, "Code: ", code},
    {SectionId::code, "Code:", code},
    {SectionId::trace_start, "Call Trace:", trace_start},
    {SectionId::trace_start, "Call trace:", trace_start},
    {SectionId::trace_start, "Backtrace:", trace_start},
    {SectionId::trace_start, "Stack Trace:", trace_start},
    {SectionId::trace_start, "Trace:", trace_start},
    {SectionId::text, "(stack is not available)", no_stack},
    {SectionId::trace_mark, "<", trace_mark},
    {SectionId::modules, "Modules linked in:", modules},
    {SectionId::modules_more, "Unloaded tainted modules:", unloaded_tainted},
    {SectionId::end_mark, "---[ end trace", end_mark},
    {SectionId::end_mark, "---[ end Kernel panic", end_panic},
    {SectionId::locks, "irq event stamp:", message},
    {SectionId::locks, "hardirqs last", irq_stamp},
    {SectionId::locks, "softirqs last", irq_stamp},
    {SectionId::locks, "no locks held by ", message},
    {SectionId::locks, "INFO: lockdep is turned off.", message},
    {SectionId::locks, "Showing all locks held in the system:", message},
    {SectionId::locks, "Preemption disabled at:", preemption_disabled},
    {SectionId::backtrace, "NMI backtrace for cpu ", nmi_backtrace},
    {SectionId::trailer, "Sending NMI ", sends_nmi},
    {SectionId::trailer, "sending NMI ", sends_nmi},
    {SectionId::trailer, "Fixing recursive fault but reboot is needed!", message},
    {SectionId::trailer, "Kernel Offset: ", kernel_offset},
    {SectionId::trailer, "Rebooting in ", nothing_of_a_stack},
    {SectionId::trailer, "Disabling lock debugging due to kernel taint", nothing_of_a_stack},
    {SectionId::trailer, "Dumping ftrace buffer:", nothing_of_a_stack},
    {SectionId::trailer, "(ftrace buffer empty)", nothing_of_a_stack},
    {SectionId::trailer, "SMP: stopping secondary CPUs", nothing_of_a_stack},
    {SectionId::trailer, "Shutting down cpus with NMI", nothing_of_a_stack},
    {SectionId::trailer, "SMP: failed to stop secondary CPUs", message},
    {SectionId::trailer, "PHYS_OFFSET: ", nothing_of_a_stack},
    {SectionId::trailer, "CPU features: ", nothing_of_a_stack},
    {SectionId::trailer, "Memory Limit: ", nothing_of_a_stack},
});

// "2 locks held by trig/115:" and " #0: ffff... (name){+.+.}-{3:3}, at: foo+0x1/0x2" do not start with words.
constexpr Section held_lock_row{SectionId::locks, "#", held_lock};
constexpr Section locks_held_row{SectionId::locks, "", message};
constexpr Section code_row{SectionId::code, "", more_code, 1};
constexpr Section task_row{SectionId::backtrace, "",
                           task_block};  // to v5.8: "kworker/1:0     D26904    17      2 0x80004000"

bool is_held_lock(std::string_view text) {
  Scanner s(text);
  unsigned n = 0;
  return s.lit("#") && s.dec(n) && s.lit(": ") && s.rest().find('{') != std::string_view::npos;
}

bool is_locks_held(std::string_view text) {
  Scanner s(text);
  unsigned n = 0;
  return s.dec(n) && (s.lit(" lock held by ") || s.lit(" locks held by "));
}

// All rows by the first character of what they start with.
class SectionIndex {
 public:
  SectionIndex() {
    for (const Kind* kind : kind_rows()) add(kind->sections, nullptr, kind), add(kind->shared, nullptr, kind);
    for (const Arch* arch : arch_rows()) add(arch->sections, arch, nullptr);
    // Of several that fit the one whose words say more: arm's "pc : [<" before arm64's "pc : ".
    for (auto& list : by_first_) {
      const auto arches = std::ranges::find_if(list, [](const SectionHit& h) { return h.arch != nullptr; });
      std::stable_sort(arches, list.end(), [](const SectionHit& a, const SectionHit& b) {
        return a.section->starts.size() > b.section->starts.size();
      });
    }
    add(x86_sections(), nullptr, nullptr);
    add(rows, nullptr, nullptr);
  }
  void find(std::string_view text, std::vector<SectionHit>& out) const {
    for (const auto& hit : by_first_[static_cast<unsigned char>(text.front())])
      if (text.starts_with(hit.section->starts)) out.push_back(hit);
    out.insert(out.end(), continuing_.begin(), continuing_.end());
  }

 private:
  void add(Sections sections, const Arch* arch, const Kind* kind) {
    for (const auto& section : sections) {
      auto& list = section.starts.empty() ? continuing_ : by_first_[static_cast<unsigned char>(section.starts.front())];
      list.push_back({&section, arch, kind});
    }
  }
  std::array<std::vector<SectionHit>, 256> by_first_;
  std::vector<SectionHit> continuing_;
};

}  // namespace

Sections common_sections() { return rows; }

void find_sections(std::string_view text, std::vector<SectionHit>& out) {
  static const SectionIndex index;
  text = trim_left(text);
  if (text.empty()) return;
  index.find(text, out);
  if (is_held_lock(text)) out.push_back({&held_lock_row});
  if (is_locks_held(text)) out.push_back({&locks_held_row});
  if (is_more_code(text)) out.push_back({&code_row});
  if (read_task_line(text)) out.push_back({&task_row});
}

bool may_hold(const Draft& draft, const SectionHit& hit) {
  if (hit.kind && hit.kind != draft.kind) return false;
  if (hit.section->starts.empty() && hit.arch && !draft.arch) return false;
  if (hit.section == &code_row) return draft.last == SectionId::code;
  if (hit.section == &task_row && draft.report.headline.empty()) return false;  // a task's line opens nothing
  return !hit.arch || !draft.arch || hit.arch == draft.arch;
}

void read_more_modules(std::string_view text, Draft& d) { module_list(Scanner(text), d); }

bool looks_like_modules(std::string_view list) {
  Scanner s(list);
  std::string_view word;
  int words = 0, flagged = 0;
  while (s.blanks().word(word)) {
    const auto name = word.substr(0, word.find('('));
    if (name.empty() || !std::ranges::all_of(name, is_word)) return word.starts_with("[last") && words > 0;
    ++words;
    flagged += word.ends_with(')');
  }
  return words >= 3 || flagged > 0;
}

}  // namespace unoops
