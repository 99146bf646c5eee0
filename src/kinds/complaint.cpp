// "BUG: " and words that no other kind knows: v6.1 kernel/locking/lockdep.c "BUG: looking up invalid subclass: 8",
// "BUG: key ffff8881 has not been registered!", kernel/sched/topology.c "BUG: arch topology borken", and drivers' own.
#include <algorithm>
#include <array>

#include "base/text.hpp"
#include "grammar/words.hpp"
#include "kinds/headers.hpp"
#include "kinds/incident.hpp"
#include "kinds/kind.hpp"
#include "report/fact_names.hpp"

namespace unoops::kinds {
namespace {

// These announce what the next line says: fs/dcache.c umount_check; syzkaller's own words above kmemleak's.
constexpr auto announcements = std::to_array<std::string_view>({"Dentry ", "memory leak"});

bool complaint(std::string_view before, Scanner rest, ReportBuilder& d) {
  const auto words = trim(rest.rest());
  if (!only_prefixes(before) || words.empty()) return false;
  if (words.starts_with("IN=") && words.find(" OUT=") != std::string_view::npos)
    return false;  // a prefix of somebody's own (net/netfilter/nf_log_syslog.c, iptables --log-prefix)
  if (words.ends_with(" messages suppressed")) return false;  // mm/memory.c print_bad_pte, mm/page_alloc.c bad_page
  if (std::ranges::any_of(announcements, [&](std::string_view start) { return words.starts_with(start); }))
    return false;
  d.report.set_fact(fact::complaint, words);
  return true;
}

constexpr auto headers = std::to_array<Header>({{"BUG: ", complaint, Header::Use::last}});

std::string title(const Report& report, std::string_view) {
  return "BUG: " + plain_words(report.fact(fact::complaint));
}

}  // namespace

extern constinit const Kind kernel_complaint{
    .info = {"bug-message", "the kernel found a bug in itself", Severity::error, Trait::traceless},
    .headers = headers,
    .title_of = title,
    .sentence = "the kernel says that it found a bug in itself[: {complaint}]",
    .culprit = {.from = Culprit::From::trace},
    .next_none = "the message is all that the kernel says, and has no trace",
    .goes_on = same_place,
};

}  // namespace unoops::kinds
