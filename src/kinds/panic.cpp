// panic(): v6.1 kernel/panic.c. Which panics come from another report: facts/panics.
#include <algorithm>
#include <array>

#include "base/text.hpp"
#include "facts/addresses.hpp"
#include "grammar/symbol_ref.hpp"
#include "grammar/words.hpp"
#include "kinds/headers.hpp"
#include "kinds/kind.hpp"
#include "kinds/live_dump.hpp"
#include "kinds/place.hpp"
#include "report/fact_names.hpp"

namespace unoops::kinds {
namespace {

constexpr std::string_view stack_protector = "stack-protector: Kernel stack is corrupted in: ";
constexpr std::string_view stack_end = "corrupted stack end detected inside scheduler";

// From behind "panic": "Kernel panic - not syncing: VFS: ...", and as people copy it: "kernel Panic -not syncing:".
bool reason_of(Scanner rest, std::string_view& words) {
  static constexpr std::string_view syncing = "not syncing";
  words = trim(rest.rest());
  const auto at = words.find_first_not_of(" -:");
  const auto tail = at == std::string_view::npos ? std::string_view() : words.substr(at);
  if (!equal_ignoring_case(tail.substr(0, syncing.size()), syncing)) return false;
  words = tail.substr(syncing.size());
  if (!words.empty() && words.front() != ':' && words.front() != ' ') return false;
  words = trim(words.substr(std::min(words.size(), words.find_first_not_of(" :"))));
  return true;
}

// "---[ end Kernel panic - not syncing: VFS: ... ]---" alone (v6.1 kernel/panic.c)
bool closing_line(std::string_view text, ReportBuilder& d) {
  static constexpr std::string_view end = "---[ end kernel panic";
  std::string_view words;
  text = trim(text);
  if (!equal_ignoring_case(text.substr(0, end.size()), end) || !reason_of(Scanner(text.substr(end.size())), words))
    return false;
  if (const auto close = words.rfind("]---"); close != std::string_view::npos) words = trim(words.substr(0, close));
  d.report.set_fact(fact::reason, words);
  return true;
}

// "stack-protector: Kernel stack is corrupted in: foo+0x7ea/0x7f0", to v4.19 also an address alone
bool reason(std::string_view before, Scanner rest, ReportBuilder& d) {
  if (before.ends_with("---[ end ")) return false;  // the closing line
  std::string_view text;
  // To v2.4: "Kernel panic: VFS: Unable to mount root fs on 08:03"
  if (only_prefixes(before) && rest.lit(": "))
    text = trim(rest.rest());
  else if (!reason_of(rest, text))
    return false;
  d.report.set_fact(fact::reason, text);
  if (const auto at = text.find("corrupted in: "); at != std::string_view::npos)
    take_ref(Scanner(text.substr(at)), d, "corrupted in");
  return true;
}

constexpr auto headers = std::to_array<Header>({{"Kernel panic", reason},
                                                {"kernel panic", reason},
                                                {"Kernel Panic", reason},
                                                {"kernel Panic", reason},
                                                {"KERNEL PANIC", reason}});

// Reasons that end in what differs from time to time.
constexpr auto stems = std::to_array<std::string_view>({
    "Attempted to kill init!",    // kernel/exit.c: exitcode=
    "Couldn't open N_TTY ldisc",  // drivers/tty/tty_ldisc.c: for ptm1 --- error -12.
    "No working init found.",     // init/main.c: Try passing ...
    "Requested init", "Oopsed too often",
    "Fatal exception",    // arch/*/kernel/traps.c, dumpstack.c: in interrupt
    "panic_on_warn set",  // kernel/panic.c: "..."
});

std::string title(const Report& report, std::string_view) {
  const auto why = report.fact(fact::reason);
  for (const auto stem : stems)
    if (why.starts_with(stem)) return "kernel panic: " + std::string(stem);
  return "kernel panic: " + plain_words(why);
}

bool is_stack_protector(const Report& r) { return r.fact(fact::reason).starts_with(stack_protector); }
bool is_stack_end(const Report& r) { return r.fact(fact::reason).starts_with(stack_end); }
bool is_init(const Report& r) { return r.fact(fact::reason).starts_with("Attempted to kill init!"); }
bool is_root(const Report& r) {
  return r.fact(fact::reason).starts_with("VFS: Unable to mount root fs") ||
         r.fact(fact::reason).starts_with("No working init found.");
}

// A stack's arrays: which function, and what is copied into them.
void next_array(const Report& r, Explanation& e, std::string_view) {
  if (const auto name = place_name(r); !name.empty())
    add_step(e, "look at the arrays on the stack of " + name + " and at what is copied into them: it is longer");
}

struct Reason {
  std::string_view text, words, step;
  bool by_hand = false;  // mostly because the machine hung
};
constexpr auto reasons = std::to_array<Reason>({
    {"Requested init", "the program that init= names could not be started",
     "check the init= parameter, and that the program and its loader are on the root file system"},
    {"VFS: Unable to mount root fs", "",
     "check root= and rootfstype=, that the disk's driver is built in or in the initramfs, and that an initramfs was "
     "loaded"},
    {"No working init found", "",
     "the root file system was mounted, but has no /sbin/init, /etc/init, /bin/init or /bin/sh that runs: wrong root=, "
     "or wrong architecture"},
    {"sysrq triggered crash", "somebody asked for it: sysrq-c, or \"echo c > /proc/sysrq-trigger\"",
     "nothing failed: if nobody meant it, look who can write to /proc/sysrq-trigger, and at kernel.sysrq", true},
    {"Out of memory and no killable processes", "memory ran out, and no process was left that may be killed",
     "a too small machine or a leak in the kernel: see Slab and Unreclaimable in the memory state"},
    {"System is deadlocked on memory", "memory ran out, and no process was left that may be killed",
     "a leak in the kernel: see Slab in the memory state"},
    {"IO-APIC + timer doesn't work", "the timer interrupt does not arrive",
     "a firmware or virtualisation problem; \"noapic\" tells"},
    {"NMI: Not continuing", "a non-maskable interrupt came for no known reason, and the kernel is set to stop then",
     "a watchdog card, the \"NMI\" button or failing memory send them: look into the machine's own event log", true},
    {"NMI: IOCK error", "an expansion card reported a failure (IOCHK#)", "look for the failing card"},
    {"Timeout: Not all CPUs entered broadcast exception handler", "a machine check came, and not all CPUs answered",
     "look above for the machine check's own lines, and into the machine's event log"},
    {"hung_task: blocked tasks", "kernel.hung_task_panic is set",
     "look above for the tasks that were blocked: what one of them waits for is the cause"},
});

void panic_reason(const Report& r, Explanation& e, std::string_view id) {
  const auto reason = r.fact(fact::reason);
  const auto at =
      std::ranges::find_if(reasons, [&](const Reason& row) { return reason.find(row.text) != std::string_view::npos; });
  if (at == reasons.end()) return;
  if (!at->words.empty()) add_certain(e, id, std::string(at->words), "the reason that panic() prints");
  if (at->by_hand && r.machine && hangs(r)) return tell_hangs(r, e, id);
  if (!at->step.empty()) add_step(e, std::string(at->step));
}

// "VFS: Cannot open root device "sda3" or unknown-block(8,3): error -6"
// "No filesystem could mount root, tried:  ext3 ext2"
// Before the panic (v6.1 init/do_mounts.c mount_block_root)
void root_device(const Report& r, Explanation& e, std::string_view id) {
  for (const std::string_view start : {"VFS: Cannot open root device", "No filesystem could mount root, tried: "}) {
    const auto* line = find_message(r, start);
    if (!line) continue;
    std::string text = *line;
    int error = 0;
    if (Scanner s(*line); s.skip_to(": error -") && s.dec(error))
      if (const auto name = errno_name(error, r.arch); !name.empty()) text += " (" + std::string(name) + ")";
    add_certain(e, id, text, "the kernel's own line");
  }
}

constexpr auto root_rules = std::to_array<Rule>(
    {{"root-device", root_device}, {.id = "panic-reason", .apply = panic_reason, .after_traces = true}});
constexpr auto rules = std::to_array<Rule>({{.id = "panic-reason", .apply = panic_reason, .after_traces = true}});
constexpr auto smashed_rules = std::to_array<Rule>({{"next-array", next_array}});

}  // namespace

extern constinit const Kind panic{
    .info = {"panic", "kernel panic", Severity::fatal, Trait::traceless | Trait::derives_panic},
    .headers = headers,
    .title_of = title,
    .sentence = "the kernel stopped the machine on purpose: {reason|no reason was given}",
    .culprit = {.from = Culprit::From::trace},
    .rules = rules,
    .next = "read in {culprit} on which condition it calls panic(), and follow who brought that about",
    .next_none = "the reason that panic() prints is all that the log holds of it",
    .remainder = closing_line,
    .remainder_needle = "---[ ",
};

extern constinit const Kind stack_protector_panic{
    .info = {"stack-protector", "stack overwritten", Severity::fatal, Trait::traceless},
    .title = "kernel panic: stack is corrupted",
    .sentence = "a function overwrote its own stack frame (buffer overflow on the stack)[: {culprit}]",
    .culprit = {.from = Culprit::From::headline, .skip = FrameRole::report, .words = "stack_chk"},
    .rules = smashed_rules,
    .next_none = "the function whose frame was overwritten is not in the log",
    .refines = &panic,
    .claims = is_stack_protector,
};

extern constinit const Kind stack_end_panic{
    .info = {"stack-end", "end of the stack overwritten", Severity::fatal},
    .title = "kernel panic: corrupted stack end",
    .sentence = "the end of a task's kernel stack was overwritten: it ran over",
    .culprit = {.from = Culprit::From::interrupted},
    .next =
        "look for a deep recursion or large arrays on the stack: stack_max_size of ftrace's stack tracer measures them "
        "(stacktrace on the command line)",
    .refines = &panic,
    .claims = is_stack_end,
};

extern constinit const Kind init_killed{
    .info = {"init-killed", "the init process died", Severity::fatal},
    .title_of = title,
    .sentence = "the first process (init) ended, without which no system runs",
    .culprit = {.from = Culprit::From::none},
    .next_none = "why init ended is in its own messages, not in the kernel's log",
    .refines = &panic,
    .claims = is_init,
};

extern constinit const Kind no_root{
    .info = {"no-root", "no root file system or no init in it", Severity::fatal},
    .title_of = title,
    .sentence =
        "the kernel found no root file system to start from, or no init in it: {reason|a driver, a parameter or the "
        "initramfs is missing}",
    .culprit = {.from = Culprit::From::none},
    .rules = root_rules,
    .next = "check root= and init=, and that an initramfs with the disk's driver was loaded",
    .refines = &panic,
    .claims = is_root,
};

}  // namespace unoops::kinds
