// WARN(): v6.1 kernel/panic.c __warn; v6.19 lib/bug.c.
//   WARNING: CPU: 1 PID: 115 at net/core/dev.c:31 foo+0x2f/0x40 [mod]      v3.10
//   WARNING: at fs/x.c:12 foo+0x1/0x2()                                   to v3.9
//   WARNING: fs/x.c:12 at foo+0x1/0x2, CPU#0: comm/pid                    v6.19
//   BUG: warning at fs/x.c:12/foo(), Badness in foo at fs/x.c:12          to 2.6.18
#include <array>
#include <string>

#include "base/text.hpp"
#include "grammar/words.hpp"
#include "kinds/headers.hpp"
#include "kinds/incident.hpp"
#include "kinds/kind.hpp"
#include "kinds/lines.hpp"
#include "kinds/page_words.hpp"
#include "kinds/place.hpp"
#include "report/fact_names.hpp"

namespace unoops::kinds {
namespace {

void place(std::string_view word, ReportBuilder& d) {
  if (word.find(':') != std::string_view::npos) d.report.set_fact(fact::place, word);
}

bool with_cpu(std::string_view, Scanner rest, ReportBuilder& d) {
  int cpu = 0;
  std::int64_t pid = 0;
  std::string_view word;
  if (!rest.blanks().dec(cpu) || !rest.blanks().lit("PID: ") || !rest.blanks().dec(pid)) return false;
  if (!rest.blanks().lit("at ")) return false;
  d.report.cpu = cpu;
  d.report.pid = pid;
  if (Scanner s = rest; s.word(word)) place(word, d);
  take_ref(rest, d, "WARNING at");
  return true;
}

bool old_at(std::string_view before, Scanner rest, ReportBuilder& d) {
  std::string_view word;
  if (!only_prefixes(before)) return false;
  if (Scanner s = rest; s.word(word)) place(word, d);
  return take_ref(rest, d, "WARNING at") || !d.report.fact(fact::place).empty();
}

// "[x < y] fs/x.c:12 at foo+0x1/0x2, CPU#0: comm/pid": the condition stands in front with
// CONFIG_DEBUG_BUGVERBOSE_DETAILED
bool since_6_19(std::string_view before, Scanner rest, ReportBuilder& d) {
  std::string_view where, comm;
  int cpu = 0;
  std::int64_t pid = 0;
  if (!only_prefixes(before) || !rest.until(", CPU#", where) || !rest.dec(cpu) || !rest.lit(": ")) return false;
  if (!Scanner(rest).until_last("/", comm)) return false;
  Scanner tail(rest.rest().substr(comm.size() + 1));
  if (!tail.dec(pid)) return false;
  d.report.cpu = cpu;
  d.report.pid = pid;
  d.report.comm = comm;
  const auto split = where.rfind(" at ");
  if (split != std::string_view::npos) {
    const auto file = where.substr(0, split);
    const auto blank = file.rfind(' ');
    place(blank == std::string_view::npos ? file : file.substr(blank + 1), d);
    if (blank != std::string_view::npos) d.report.set_fact(fact::condition, file.substr(0, blank));
    where = where.substr(split + 4);
  } else if (where.starts_with("at ")) {
    where.remove_prefix(3);
  }
  take_ref(Scanner(where), d, "WARNING at");  // "at 0x0" where the trap was not in a function
  return true;
}

// "BUG: warning at kernel/softirq.c:138/local_bh_enable() (Not tainted)"      2.6.17, 2.6.18 (include/asm-generic/bug.h)
bool slash_function(std::string_view before, Scanner rest, ReportBuilder& d) {
  std::string_view word, where, function;
  if (!only_prefixes(before) || !rest.word(word)) return false;
  Scanner s(word);
  if (!s.until_last("/", where) || !s.until("()", function)) return false;
  place(where, d);
  return !d.report.fact(fact::place).empty();
}

// "Badness in local_bh_enable at kernel/softirq.c:138"                        to 2.6.16
bool badness(std::string_view before, Scanner rest, ReportBuilder& d) {
  std::string_view function, where;
  if (!only_prefixes(before) || !rest.until(" at ", function) || !rest.word(where)) return false;
  place(where, d);
  return function.find(' ') == std::string_view::npos && !d.report.fact(fact::place).empty();
}

constexpr auto headers = std::to_array<Header>({
    {"BUG: warning at ", slash_function},
    {"Badness in ", badness},
    {"WARNING: CPU: ", with_cpu},
    {"WARNING: at ", old_at},
    {"WARNING: ", since_6_19},
});

// What WARN() was given to say.
std::string warned(const Report& r) {
  auto words = first_message(r);
  if (words.starts_with("WARNING: ")) words.remove_prefix(9);
  return std::string(words);
}
constexpr auto gaps =
    std::to_array<Gap>({{"warned", warned}, {"page-complaint", page_complaint}, {"page-reason", page_dump_reason}});
constexpr auto rules = std::to_array<Rule>({{"page-dump", tell_page}, {"next-page", next_page}});
constexpr auto wordings = std::to_array<Wording>({
    {"page-complaint", "", "a check of a page failed[ at {place}] ({page-reason}): {page-complaint}[; {goes-on}]"},
    {"warned", "", "the kernel's code warns: {warned}",
     "look in {culprit} for what its words say: at {place} it says on which condition[{source-hint}]"},
    {"condition", "", "a check in the kernel's code failed[ at {place}] ({condition}) (WARN)[; {goes-on}]",
     "see in {culprit} where the values of this condition come from, and what may change them meanwhile"},
});

}  // namespace

extern constinit const Kind warning{
    .info = {"warning", "warning", Severity::warning},
    .headers = headers,
    .shared = page_dump,
    .title = "WARNING",
    .sentence = "a check in the kernel's code failed[ at {place}] (WARN)[; {goes-on}]",
    .wordings = wordings,
    .gaps = gaps,
    .culprit = {.from = Culprit::From::headline},
    .rules = rules,
    .next = "read what is asked at {place}[{source-hint}], then follow from {culprit} who brought that about",
    .next_none = "what the check asks is in its source, not in the log",
    .words_behind = true,
    .goes_on = same_place,
};

}  // namespace unoops::kinds
