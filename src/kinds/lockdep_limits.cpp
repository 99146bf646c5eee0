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

constexpr std::string_view key_words = "stack lock IRQ";

}  // namespace

extern constinit const Kind lockdep_key{
    .info = {"lockdep-key", "lock without a static key", Severity::warning, Trait::runs_in_task},
    .headers = key_headers,
    .sections = sections,
    .title = "INFO: trying to register non-static key",
    .sentence = "a lock is used that lockdep can't classify: its key is not static, or it was never initialised",
    .culprit = {.from = Culprit::From::trace, .words = key_words},
};

extern constinit const Kind lockdep_limit{
    .info = {"lockdep-limit", "lockdep's own limit", Severity::warning},
    .headers = limit_headers,
    .sections = sections,
    .title_of = limit_title,
    .sentence = "lockdep ran out of its own tables and switched itself off[: {limit}]",
    .culprit = {.from = Culprit::From::none},
};

}  // namespace unoops::kinds
