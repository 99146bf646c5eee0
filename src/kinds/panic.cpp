// panic(): v6.1 kernel/panic.c. Which panics come from another report: facts/panics.
#include <array>

#include "base/text.hpp"
#include "grammar/symbol_ref.hpp"
#include "grammar/words.hpp"
#include "kinds/headers.hpp"
#include "kinds/kind.hpp"

namespace unoops::kinds {
namespace {

constexpr std::string_view stack_protector = "stack-protector: Kernel stack is corrupted in: ";
constexpr std::string_view stack_end = "corrupted stack end detected inside scheduler";

// "stack-protector: Kernel stack is corrupted in: foo+0x7ea/0x7f0", to v4.19 also an address alone
bool reason(std::string_view before, Scanner rest, ReportBuilder& d) {
  if (before.ends_with("---[ end ")) return false;  // the closing line
  const auto text = trim(rest.rest());
  d.report.set_fact("reason", text);
  if (const auto at = text.find("corrupted in: "); at != std::string_view::npos)
    take_ref(Scanner(text.substr(at)), d, "corrupted in");
  return true;
}

constexpr auto headers = std::to_array<Header>({{"Kernel panic - not syncing: ", reason}});

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
  const auto why = report.fact("reason");
  for (const auto stem : stems)
    if (why.starts_with(stem)) return "kernel panic: " + std::string(stem);
  return "kernel panic: " + plain_words(why);
}

bool is_stack_protector(const Report& r) { return r.fact("reason").starts_with(stack_protector); }
bool is_stack_end(const Report& r) { return r.fact("reason").starts_with(stack_end); }
bool is_init(const Report& r) { return r.fact("reason").starts_with("Attempted to kill init!"); }
bool is_root(const Report& r) {
  return r.fact("reason").starts_with("VFS: Unable to mount root fs") ||
         r.fact("reason").starts_with("No working init found.");
}

// Symbol "__stack_chk_fail" is the messenger.
constexpr auto canary = std::to_array<std::string_view>({"__stack_chk_fail*"});

}  // namespace

extern constinit const Kind panic;
constinit const Kind panic{
    .info = {"panic", "kernel panic", Severity::fatal, Trait::traceless | Trait::derives_panic},
    .headers = headers,
    .title_of = title,
    .sentence = "the kernel stopped the machine on purpose: {reason|no reason was given}",
    .culprit = {.from = Culprit::From::trace},
};

extern constinit const Kind stack_protector_panic;
constinit const Kind stack_protector_panic{
    .info = {"stack-protector", "stack overwritten", Severity::fatal, Trait::traceless},
    .title = "kernel panic: stack is corrupted",
    .sentence = "a function overwrote its own stack frame (buffer overflow on the stack)[: {culprit}]",
    .culprit = {.from = Culprit::From::headline, .skip = FrameRole::report, .also = canary},
    .refines = &panic,
    .claims = is_stack_protector,
};

extern constinit const Kind stack_end_panic;
constinit const Kind stack_end_panic{
    .info = {"stack-end", "end of the stack overwritten", Severity::fatal},
    .title = "kernel panic: corrupted stack end",
    .sentence = "the end of a task's kernel stack was overwritten: it ran over",
    .culprit = {.from = Culprit::From::interrupted},
    .refines = &panic,
    .claims = is_stack_end,
};

extern constinit const Kind init_killed;
constinit const Kind init_killed{
    .info = {"init-killed", "the init process died", Severity::fatal},
    .title_of = title,
    .sentence = "the first process (init) ended, without which no system runs",
    .culprit = {.from = Culprit::From::none},
    .refines = &panic,
    .claims = is_init,
};

extern constinit const Kind no_root;
constinit const Kind no_root{
    .info = {"no-root", "no root file system or no init in it", Severity::fatal},
    .title_of = title,
    .sentence =
        "the kernel found no root file system to start from, or no init in it: {reason|a driver, a parameter or the "
        "initramfs is missing}",
    .culprit = {.from = Culprit::From::none},
    .refines = &panic,
    .claims = is_root,
};

}  // namespace unoops::kinds
