// Where lockdep gives up: v6.1 kernel/locking/lockdep.c print_lockdep_off, register_lock_class, lockdep_init_map_type.
#include <array>

#include "base/text.hpp"
#include "grammar/words.hpp"
#include "kinds/headers.hpp"
#include "kinds/kind.hpp"
#include "kinds/lines.hpp"
#include "report/fact_names.hpp"

namespace unoops::kinds {
namespace {

// "BUG: MAX_LOCK_DEPTH too low!", "BUG: MAX_LOCKDEP_CHAINS too low!", "BUG: MAX_STACK_TRACE_ENTRIES too low!"
bool limit(std::string_view before, Scanner rest, ReportBuilder& d) {
  std::string_view name;
  if (!only_prefixes(before) || !rest.until(" too low!", name)) return false;
  d.report.set_fact(fact::limit, "MAX_" + std::string(name));
  return true;
}

constexpr auto key_headers = std::to_array<Header>({{"INFO: trying to register non-static key", plain_header}});
constexpr auto limit_headers = std::to_array<Header>({{"BUG: MAX_", limit}});
constexpr auto sections = std::to_array<Section>({
    {SectionId::text, "the code is fine but needs lockdep annotation", pass_line},
    {SectionId::text, "The code is fine but needs lockdep annotation", pass_line},
    {SectionId::text, "you didn't initialize this object before use?", pass_line},
    {SectionId::text, "turning off the locking correctness validator.", pass_line},
    {SectionId::text, "Please attach the output of /proc/lock_stat", pass_line},
    {SectionId::text, "depth: ", keep_line},
});

std::string limit_title(const Report& report, std::string_view) {
  return "BUG: " + std::string(report.fact(fact::limit)) + " too low!";
}

// v6.1 kernel/locking/lockdep_internals.h, include/linux/sched.h MAX_LOCK_DEPTH
constexpr auto limit_wordings = std::to_array<Wording>({
    {"limit", "MAX_LOCK_DEPTH", "a task holds more locks at once than lockdep can keep ({limit}, 48)",
     "look at the list of held locks: a loop takes one lock after another; one lock for all, or nest_lock, ends that"},
    {"limit", "MAX_LOCKDEP_KEYS", "there are more classes of locks than lockdep can keep ({limit})",
     "see /proc/lockdep for a class that is there many times: a module loaded again and again, or a key for each "
     "object "
     "(lockdep_register_key)"},
    {"limit", "MAX_LOCKDEP_CHAINS", "lockdep ran out of its own tables and switched itself off: {limit}",
     "raise CONFIG_LOCKDEP_CHAINS_BITS (since v5.13), and see /proc/lockdep_stats for what fills them"},
    {"limit", "MAX_LOCKDEP_ENTRIES", "lockdep ran out of its own tables and switched itself off: {limit}",
     "raise CONFIG_LOCKDEP_BITS (since v5.13), and see /proc/lockdep_stats for what fills them"},
    {"limit", "MAX_STACK_TRACE", "lockdep ran out of its own tables and switched itself off: {limit}",
     "raise CONFIG_LOCKDEP_STACK_TRACE_BITS (since v5.13), and see /proc/lockdep_stats for what fills them"},
});

constexpr std::string_view key_words = "stack lock IRQ";

}  // namespace

extern constinit const Kind lockdep_key{
    .info = {"lockdep-key", "lock without a static key", Severity::warning, Trait::runs_in_task},
    .headers = key_headers,
    .sections = sections,
    .title = "INFO: trying to register non-static key",
    .sentence = "a lock is used that lockdep can't classify: its key is not static, or it was never initialised",
    .culprit = {.from = Culprit::From::trace, .words = key_words},
    .next =
        "call the lock's init function (spin_lock_init(), mutex_init(), timer_setup(), INIT_WORK()) before {culprit} "
        "uses it: that the memory was zeroed is not enough; perhaps its set-up failed, or it is torn down already",
};

extern constinit const Kind lockdep_limit{
    .info = {"lockdep-limit", "lockdep's own limit", Severity::warning},
    .headers = limit_headers,
    .sections = sections,
    .title_of = limit_title,
    .sentence = "lockdep ran out of its own tables and switched itself off[: {limit}]",
    .wordings = limit_wordings,
    .culprit = {.from = Culprit::From::none},
    .next = "see /proc/lockdep_stats for what fills lockdep's tables; until the next boot it finds no more deadlocks",
};

}  // namespace unoops::kinds
