#include "kinds/lost_head.hpp"

#include <algorithm>
#include <array>
#include <functional>
#include <vector>

#include "base/text.hpp"
#include "facts/exception_handlers.hpp"
#include "facts/frames.hpp"
#include "facts/panics.hpp"
#include "report/fact_names.hpp"
#include "report/questions.hpp"

namespace unoops::kinds {

extern constinit const Kind kasan, kmsan, kcsan, kfence, ubsan, slab, bad_page, bad_map, page_allocation, oom_kill,
    lockdep_deadlock, lockdep_state, lockdep_wait, lockdep_balance, lockdep_rcu, lockdep_key, lockdep_limit, warning,
    soft_lockup, hard_lockup, rcu_stall, hung_task, scheduling_while_atomic, sleeping_in_atomic, preemptible_use,
    spinlock_bug, rwlock_bug, irq_nobody, machine_check, unknown_nmi, oops, page_fault, kernel_bug, panic, lost_head;

namespace {

bool is_asking(std::string_view symbol) { return symbol.starts_with("dump_stack") || symbol.starts_with("show_stack"); }

// "name", "begins*"
bool is_named(std::string_view symbol, std::string_view names) {
  while (!names.empty()) {
    const auto word = names.substr(0, names.find(' '));
    if (matches_pattern(symbol, word)) return true;
    names.remove_prefix(std::min(names.size(), word.size() + 1));
  }
  return false;
}

bool does_work(const Frame& frame) {
  static constexpr RoleSet machinery = Culprit::usual | FrameRole::interrupt | FrameRole::softirq;
  return frame.reliable && !frame_roles(frame.ref.symbol).has(machinery);
}

// The frames from the top of the trace down to the first that does work: the way to the report. "?" entries above it
// count too: x86 finds there what ran on the exception's stack (v6.1 arch/x86/kernel/dumpstack.c show_trace_log_lvl).
// It is asked for with each frame that comes, and a trace may be as long as a log.
std::vector<const Frame*> way_to_report(const Report& r) {
  constexpr std::size_t longest = 64;
  std::vector<const Frame*> way;
  for (const Stack& stack : r.stacks) {
    if (!is_call_trace(stack) || is_repeat(stack)) continue;
    for (const Frame& frame : stack.frames) {
      way.push_back(&frame);
      if (does_work(frame) || way.size() == longest) return way;
    }
  }
  return way;
}

const Frame* on_the_way(const Report& r, std::string_view names) {
  const auto way = way_to_report(r);
  const auto at =
      std::ranges::find_if(way, [&](const Frame* f) { return is_named(plain_symbol(f->ref.symbol), names); });
  return at == way.end() ? nullptr : *at;
}

const Frame* kernel_pc(const Report& r) {
  const Frame* pc = own_pc(r);
  return pc && !pc->ref.symbol.empty() ? pc : nullptr;
}

bool has_trace(const Report& r) {
  return std::ranges::any_of(r.stacks, [](const Stack& s) { return is_call_trace(s) && !s.frames.empty(); });
}

// Where in the report's lines the first stands that begins so.
std::size_t line_with(const Report& r, std::string_view start) {
  const auto at = std::ranges::find_if(r.raw, [&](const std::string& line) { return trim(line).starts_with(start); });
  return static_cast<std::size_t>(at - r.raw.begin());
}

bool holds_words(const Report& r, std::string_view words) {
  return std::ranges::any_of(r.raw, [&](const std::string& line) { return line.find(words) != std::string::npos; });
}

// "CR2: 0000000000000008" alone: only a page fault prints it once more behind its trace (v6.1 arch/x86/mm/fault.c
// page_fault_oops, before that no_context).
bool repeats_cr2(const ReportBuilder& d) {
  return std::ranges::any_of(d.report.raw, [](const std::string& line) {
    const auto words = trim(line);
    return words.starts_with("CR2: ") && words.size() > 12 && words.find(' ', 5) == std::string_view::npos;
  });
}

// x86 prints the modules behind the trace of an oops, and in front of everything else (v4.18
// arch/x86/kernel/dumpstack.c __die).
bool has_modules_behind(const ReportBuilder& d) {
  const auto& r = d.report;
  const auto trace = line_with(r, "Call Trace:"), modules = line_with(r, "Modules linked in:");
  return trace < r.raw.size() && modules < r.raw.size() && modules > trace && has_trace(r);
}

bool dumps_again(const Report& r) {
  return std::ranges::any_of(r.stacks, [](const Stack& s) { return s.occurrence == Occurrence::repeat; });
}

// The instruction of BUG() and WARN(), as it stands in memory.
struct Trap {
  int unit;  // Code::unit
  std::string_view bytes;
  bool kills;  // the code is printed where a task dies, and not with a warning
};
constexpr auto traps = std::to_array<Trap>({
    {1, "\x0f\x0b", false},                               // x86 asm/bug.h
    {4, std::string_view("\x00\x00\x21\xd4", 4), true},   // arm64 asm/bug.h; kernel/traps.c __die
    {4, std::string_view("\x0f\xe0\x00\x00", 4), false},  // powerpc asm/bug.h; kernel/process.c show_regs
    {4, std::string_view("\x00\x00\xe0\x0f", 4), false},
    {2, "\x02\x90", true},  // riscv asm/bug.h; kernel/traps.c die
});

const Trap* trap_of(const Code& code) {
  const auto at =
      code.fault_offset
          ? std::ranges::find_if(
                traps,
                [&](const Trap& trap) {
                  return trap.unit == code.unit && *code.fault_offset + trap.bytes.size() <= code.bytes.size() &&
                         std::equal(trap.bytes.begin(), trap.bytes.end(),
                                    code.bytes.begin() + static_cast<long>(*code.fault_offset),
                                    [](char a, std::uint8_t b) { return static_cast<std::uint8_t>(a) == b; });
                })
          : traps.end();
  return at == traps.end() ? nullptr : &*at;
}

// The kernel's half of the addresses (Documentation/arch/*/mm.rst; 32 bits: CONFIG_VMSPLIT_3G).
bool is_on_kernel_stack(const Report& r) {
  const Register* sp = stack_pointer(r);
  return sp && (sp->bits == 32 ? sp->value >= 0xc0000000 : sp->value >> 63 != 0);
}

// Kernel code and where it stopped.
bool has_marked_code(const ReportBuilder& d) {
  return d.report.code.fault_offset && (kernel_pc(d.report) || has_trace(d.report) || is_on_kernel_stack(d.report));
}

bool hit_bug(const ReportBuilder& d) {
  const Trap* trap = trap_of(d.report.code);
  return trap && has_marked_code(d) && (trap->kills || has_modules_behind(d) || dumps_again(d.report));
}

// Behind the trace of a warning its end mark follows at once.
bool hit_warning(const ReportBuilder& d) {
  const Trap* trap = trap_of(d.report.code);
  return trap && trap->unit == 1 && d.ended && has_trace(d.report);
}

// "ORIG_RAX: ffffffffffffff13" is an interrupt's number, negated; an exception has an error code or -1 there (v6.1
// arch/x86/entry/entry_64.S).
bool is_interrupted(const ReportBuilder& d) {
  if (!kernel_pc(d.report) && !has_trace(d.report)) return false;
  const Register* number = d.report.reg("ORIG_RAX");
  if (!number) number = d.report.reg("ORIG_EAX");
  if (!number) return false;
  const auto value = static_cast<std::int64_t>(number->bits == 32 ? number->value | 0xffffffff00000000 : number->value);
  return value < -1 && value >= -256;
}

// Registers that are only printed where an access was refused: mips (v6.1 arch/mips/kernel/traps.c __show_regs),
// powerpc (arch/powerpc/kernel/process.c __show_regs).
bool has_bad_address(const ReportBuilder& d) {
  return kernel_pc(d.report) &&
         (holds_words(d.report, "BadVA : ") || (holds_words(d.report, "DAR: ") && holds_words(d.report, "DSISR: ")));
}

constexpr std::string_view oopsed =
    "the CPU raised {traced-exception|an exception} in kernel code[ in {culprit}] that it can't go on from (an oops); "
    "{its-words|which one} is not in the log";
constexpr std::string_view warned =
    "a check in the kernel's code failed[ in {culprit}] (WARN); which one is not in the log";

// What the trace tells comes first: nothing that follows takes it back. Of the other rows the first that holds.
constexpr auto rows = std::to_array<LostHead>({
    {"kasan", &kasan, "KASAN: bad access",
     "memory that must not be touched was touched[ in {culprit}] (KASAN); how is not in the log",
     "kasan_report* __kasan_report* kasan_end_report kasan_object_err print_address_description* __asan_report* "
     "kasan_report_invalid_free"},
    {"kmsan", &kmsan, "KMSAN: uninit-value", "a value that was never set was used[ in {culprit}]",
     "kmsan_report* __msan_warning*"},
    {"kcsan", &kcsan, "KCSAN: data-race", "two CPUs raced for memory[ in {culprit}]", "kcsan_report*"},
    {"kfence", &kfence, "KFENCE: bad access",
     "memory that must not be touched was touched[ in {culprit}] (KFENCE); how is not in the log", "kfence_report*"},
    {"ubsan", &ubsan, "UBSAN: undefined behaviour",
     "undefined behaviour of C[ in {culprit}] (UBSAN); which one is not in the log",
     "ubsan_epilogue* __ubsan_handle_* handle_overflow"},
    {"slab", &slab, "BUG: slab object or page damaged",
     "the allocator found an object or its page damaged[; {culprit} was about to use or free it]",
     "object_err slab_err print_trailer check_bytes_and_report free_debug_processing alloc_debug_processing"},
    {"bad page", &bad_page, "BUG: Bad page state", "the kernel found a page of memory in a state that it must not have",
     "bad_page* free_page_is_bad* bad_page_*"},
    {"bad page map", &bad_map, "BUG: Bad page map", "a page table holds what must not be there", "print_bad_pte*"},
    {"lock order", &lockdep_deadlock, "possible deadlock",
     "locks are taken in an order that can deadlock[; {culprit} takes the last one]",
     "print_circular_bug* print_deadlock_bug* check_noncircular*"},
    {"lock key", &lockdep_key, "INFO: trying to register non-static key",
     "a lock was taken that lockdep can't tell apart from others[, in {culprit}]: it was never set up",
     "register_lock_class* assign_lock_key*"},
    {"lockdep limit", &lockdep_limit, "BUG: a limit of lockdep was reached",
     "lockdep ran out of room for what it keeps of locks, and watches no more",
     "add_chain_cache* alloc_list_entry* lookup_chain_cache_add*"},
    {"lock state", &lockdep_state, "inconsistent lock state",
     "a lock is taken both with and without interrupts[; {culprit} takes it]",
     "print_usage_bug* print_irq_inversion_bug* print_bad_irq_dependency*"},
    {"unlock", &lockdep_balance, "bad unlock balance", "a lock was released that was not held[, in {culprit}]",
     "print_unlock_imbalance_bug*"},
    {"wait context", &lockdep_wait, "Invalid wait context",
     "a lock that may sleep is taken where nothing may sleep[, in {culprit}]", "print_lock_invalid_wait_context*"},
    {"rcu usage", &lockdep_rcu, "suspicious RCU usage",
     "data that RCU guards was read without its lock[, in {culprit}]", "lockdep_rcu_suspicious*"},
    {"soft lockup", &soft_lockup, "BUG: soft lockup",
     "a CPU ran kernel code too long without a break[; it was in {culprit}]", "watchdog_timer_fn softlockup_fn"},
    {"hard lockup", &hard_lockup, "BUG: hard lockup", "a CPU took no interrupts for too long[; it was in {culprit}]",
     "watchdog_overflow_callback watchdog_hardlockup_check"},
    {"rcu stall", &rcu_stall, "INFO: rcu detected stall",
     "a CPU or task kept RCU waiting for too long[; it was in {culprit}]",
     "print_cpu_stall* print_other_cpu_stall* check_cpu_stall* rcu_dump_cpu_stacks* panic_on_rcu_stall "
     "rcu_check_gp_kthread_starvation rcu_sched_clock_irq* rcu_check_callbacks"},
    {"hung task", &hung_task, "INFO: task hung", "tasks have slept for too long",
     "check_hung_uninterruptible_tasks check_hung_task watchdog"},
    {"scheduling in atomic", &scheduling_while_atomic, "BUG: scheduling while atomic",
     "code slept where nothing may sleep[: {culprit}]", "__schedule_bug"},
    {"sleeping in atomic", &sleeping_in_atomic, "BUG: sleeping function called from invalid context",
     "a function that may sleep was called where nothing may sleep[: by {culprit}]",
     "___might_sleep __might_sleep __might_resched"},
    {"preemptible", &preemptible_use, "BUG: using smp_processor_id() in preemptible code",
     "the CPU's own number or data was asked for where the task may move to another CPU[, by {culprit}]",
     "check_preemption_disabled debug_smp_processor_id"},
    {"spinlock bug", &spinlock_bug, "BUG: spinlock misused",
     "a spinlock was found damaged, or used in a way that is wrong[, in {culprit}]", "spin_dump spin_bug"},
    {"rwlock bug", &rwlock_bug, "BUG: rwlock misused",
     "a rwlock was found damaged, or used in a way that is wrong[, in {culprit}]", "rwlock_bug*"},
    {"irq nobody cared", &irq_nobody, "irq: nobody cared", "an interrupt came again and again, and no driver took it",
     "__report_bad_irq*"},
    {"machine check", &machine_check, "Machine check", "the hardware reported an error that it can't survive",
     "mce_panic"},
    {"unknown nmi", &unknown_nmi, "NMI received for unknown reason",
     "a non-maskable interrupt came for no known reason", "unknown_nmi_error"},
    {"out of memory", &oom_kill, "out of memory", "memory ran out, and the kernel had to kill a program",
     "oom_kill_process out_of_memory dump_header"},
    {"failed allocation", &page_allocation, "page allocation failure", "an allocation of memory failed", "warn_alloc*"},
    {"warning", &warning, "WARNING", warned, "__warn* warn_slowpath*"},
    {"oops", &oops, "Oops", oopsed,
     "oops_end* die die_* __die* page_fault_oops* no_context* kernelmode_fixup_or_oops* __do_kernel_fault* "
     "die_kernel_fault* make_task_dead rewind_stack_do_exit rewind_stack_and_make_dead",
     nullptr, true},
    {"panic", &panic, "kernel panic",
     "the kernel stopped the machine on purpose[, in {culprit}]; why is not in the log", "panic vpanic nmi_panic"},

    {.what = "bug",
     .kind = &kernel_bug,
     .title = "kernel BUG",
     .sentence = "a check in the kernel's code failed[ in {culprit}], and {end} (BUG); which one is not in the log",
     .holds = hit_bug,
     .dies = true},
    {.what = "warning", .kind = &warning, .title = "WARNING", .sentence = warned, .holds = hit_warning},
    {.what = "page fault", .kind = &page_fault, .holds = repeats_cr2, .dies = true},
    {.what = "interrupted",
     .kind = &lost_head,
     .title = "CPU interrupted",
     .sentence =
         "a CPU was interrupted[ in {culprit}] to show what it did, as a lockup's or a stall's report does; why "
         "is not in the log",
     .holds = is_interrupted,
     .doubtful = true},
    {.what = "warning or bug",
     .kind = &lost_head,
     .title = "WARNING or BUG",
     .sentence = "a check in the kernel's code failed[ in {culprit}] (WARN or BUG); which one is not in the log",
     .holds = [](const ReportBuilder& d) { return trap_of(d.report.code) && kernel_pc(d.report); }},
    {.what = "oops", .kind = &oops, .title = "Oops", .sentence = oopsed, .holds = has_modules_behind, .dies = true},
    {.what = "oops", .kind = &oops, .title = "Oops", .sentence = oopsed, .holds = has_bad_address, .dies = true},
    {.what = "oops", .kind = &oops, .title = "Oops", .sentence = oopsed, .holds = has_marked_code, .dies = true},
    {.what = "recursive fault",
     .kind = &oops,
     .title = "Oops: recursive fault",
     .sentence = "a task that died by an oops faulted once more while it exited (recursive fault); the kernel left it "
                 "as it was, and needs a reboot",
     .holds = [](const ReportBuilder& d) { return holds_words(d.report, "Fixing recursive fault"); },
     .dies = true},
    {.what = exit_note,
     .kind = &oops,
     .title = "Oops",
     .sentence = "an oops killed the task[ {task}]; what happened is not in the log",
     .dies = true},
    {.what = "end mark",
     .kind = &oops,
     .title = "Oops",
     .sentence = "a report of an oops, or of a warning, ends here[; it happened in {culprit} or in what that called]; "
                 "what it was is not in the log",
     .holds = [](const ReportBuilder& d) { return d.ended; },
     .dies = true},
});

// No row holds: a trace, and no word of why.
constexpr LostHead unknown = {
    .what = "unknown",
    .kind = &lost_head,
    .title = "trace without its beginning",
    .sentence = "why the kernel printed this trace is not in the log[; it begins in {culprit}]",
    .doubtful = true};

// sysrq (v6.1 drivers/tty/sysrq.c): whoever pressed it asked for the trace.
constexpr std::string_view sysrq = "__handle_sysrq* sysrq_handle_show* sysrq_showregs* showacpu";

}  // namespace

// By the code right below it: lockdep's own functions, and what other checks the kernel has, are no asking code.
bool is_asked_for(const Report& r) {
  const auto way = way_to_report(r);
  static constexpr RoleSet checking = FrameRole::lock | FrameRole::atomic | FrameRole::sanitizer | FrameRole::stall |
                                      FrameRole::check | FrameRole::allocator | FrameRole::thread;
  return !way.empty() && std::ranges::none_of(way, [](const Frame* f) {
    return f->reliable && frame_roles(f->ref.symbol).has(checking);
  }) && std::ranges::any_of(way, [](const Frame* f) { return is_asking(plain_symbol(f->ref.symbol)); });
}

// The machine stands, or the kernel that writes the dump runs instead.
const Frame* panic_frame(const Report& r) {
  return on_the_way(r, "panic vpanic nmi_panic machine_kexec crash_kexec __crash_kexec");
}

// The function nearest to the top printed the report; what called panic() says why.
const LostHead* told_by_trace(const Report& r, bool whole) {
  const auto way = way_to_report(r);
  if (way.empty() || !(whole || does_work(*way.back()))) return nullptr;
  const LostHead* stopped = nullptr;
  for (const Frame* frame : way) {
    const auto symbol = plain_symbol(frame->ref.symbol);
    const auto at = std::ranges::find_if(rows, [&](const LostHead& row) { return is_named(symbol, row.printed_by); });
    if (at == rows.end()) continue;
    if (at->kind != &panic) return &*at;
    stopped = &*at;
  }
  return stopped;
}

const LostHead* told_by_rest(const ReportBuilder& d, bool begins_log) {
  const auto& r = d.report;
  if (const auto* row = told_by_trace(r, true)) return row;
  if (on_the_way(r, sysrq)) return nullptr;
  const auto at = std::ranges::find_if(rows, [&](const LostHead& row) { return row.holds && row.holds(d); });
  if (at != rows.end()) return &*at;
  if (way_to_report(r).empty() && !kernel_pc(r)) return nullptr;
  return is_asked_for(r) && !begins_log ? nullptr : &unknown;
}

const LostHead* told_by_panic(const DerivedPanic& derived) {
  const auto at = std::ranges::find_if(rows, [&](const LostHead& row) {
    return derived.from.empty() ? row.kind == &oops : row.kind->info.id == derived.from.front();
  });
  return at == rows.end() ? nullptr : &*at;
}

std::string_view traced_exception(const Report& r) {
  for (const Frame* frame : way_to_report(r))
    if (const auto told = exception_handled_by(plain_symbol(frame->ref.symbol)); !told.empty()) return told;
  return {};
}

const LostHead* lost_head_of(const Report& r) {
  const auto what = r.fact(fact::lost_head);
  if (what.empty()) return nullptr;
  const auto at = std::ranges::find(rows, what, &LostHead::what);
  return at == rows.end() ? &unknown : &*at;
}

}  // namespace unoops::kinds
