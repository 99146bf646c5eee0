// kmemleak's objects: v6.1 mm/kmemleak.c print_unreferenced, from /sys/kernel/debug/kmemleak or in verbose mode from
// the log.
#include <array>

#include "base/text.hpp"
#include "grammar/words.hpp"
#include "kinds/headers.hpp"
#include "kinds/incident.hpp"
#include "kinds/kind.hpp"
#include "kinds/lines.hpp"
#include "report/fact_names.hpp"

namespace unoops::kinds {
namespace {

// "unreferenced object 0xffff8882d78c9ea0 (size 96):", "kmemleak: unreferenced object 0x..." in verbose mode
bool header(std::string_view before, Scanner rest, ReportBuilder& d) {
  before = trim(before);
  if (before.ends_with("kmemleak:")) before = before.substr(0, before.size() - 9);
  if (!trim(before).empty()) return false;
  std::string_view address;
  if (!rest.blanks().lit("0x")) return rest.at_end();
  if (!rest.run(is_hex, address)) return false;
  d.report.set_fact(fact::object_address, address);
  if (rest.lit(" (size ")) fact_until(rest, ")", d, fact::object_size);
  return true;
}

// comm "syz.0.23", pid 5988, jiffies 4294941388 (age 8.120s)
bool who(Scanner rest, ReportBuilder& d) {
  std::string_view comm;
  if (!rest.until_last("\", pid ", comm)) return false;
  d.report.comm = comm;
  std::int64_t pid = 0;
  if (rest.dec(pid)) d.report.pid = pid;
  if (rest.skip_to("(age ")) fact_until(rest, ")", d, fact::age);
  return keep_line(rest, d);
}

// "backtrace:", since v6.8 "backtrace (crc c9a1c131):": of the allocation
bool backtrace(Scanner rest, ReportBuilder& d) {
  if (rest.lit(" (crc ")) fact_until(rest, ")", d, fact::crc);
  d.in_stack = false;
  d.open_stack("Call Trace");
  d.block.trace = true;
  return true;
}

// "    df 82 95 86 ff ff ff ff a8 9e 8c d7 82 88 ff ff  ................"
bool hex_row(std::string_view text, ReportBuilder& d) {
  Scanner s(text);
  unsigned byte = 0;
  int bytes = 0;
  while (s.blanks().hex_n(2, byte) && (s.at_end() || is_blank(s.peek()))) ++bytes;
  return bytes > 0 && (bytes > 3 || text.starts_with("    ")) && keep_line(s, d);
}

constexpr auto headers = std::to_array<Header>({{"unreferenced object", header}});
constexpr auto sections = std::to_array<Section>({
    {SectionId::text, "comm \"", who},
    {SectionId::text, "hex dump (first ", keep_line},
    {SectionId::trace_start, "backtrace", backtrace},
});

// In verbose mode every line has the module's name in front: "kmemleak:     [<0000000012345678>] foo+0x1/0x2"
bool row(std::string_view text, ReportBuilder& d) {
  constexpr std::string_view prefix = "kmemleak: ";
  if (!trim_left(text).starts_with(prefix)) return hex_row(text, d);
  text = trim_left(text).substr(prefix.size());
  const auto words = trim(text);
  for (const auto& section : sections)
    if (words.starts_with(section.starts)) return section.read(Scanner(words.substr(section.starts.size())), d);
  return d.in_stack ? d.read_frame_line(words) : hex_row(text, d);
}

// Who asked for the object is not who allocates for others: whatever has "alloc" in its name, and these.
constexpr std::string_view leak_words =
    "kmemleak mmap kmem slab alloc create_object kobject_set_name asprintf idr_get list_lru_init strdup strndup memdup "
    "pcpu_create";

}  // namespace

extern constinit const Kind kmemleak{
    .info = {"memory-leak", "memory leak (kmemleak)", Severity::error, Trait::runs_in_task},
    .headers = headers,
    .sections = sections,
    .line = row,
    .title = "memory leak",
    .sentence = "nothing points to an allocated object[ of {object-size} bytes] any more: it was never freed",
    .culprit = {.from = Culprit::From::trace, .words = leak_words},
    .next =
        "find who keeps what {culprit} allocates: on one of its paths, an error's most often, the kfree() is missing",
    .goes_on = same_place,
};

}  // namespace unoops::kinds
