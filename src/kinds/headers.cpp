#include "kinds/headers.hpp"

#include "base/text.hpp"
#include "grammar/frame_line.hpp"
#include "grammar/task_line.hpp"
#include "grammar/words.hpp"

namespace unoops::kinds {

bool plain_header(std::string_view before, Scanner, ReportBuilder&) { return only_prefixes(before); }

bool anywhere(std::string_view, Scanner, ReportBuilder&) { return true; }

bool take_ref(Scanner rest, ReportBuilder& d, std::string_view label) {
  auto found = first_frame(d.line->text, rest.rest());
  if (!found) return false;
  d.add_single(label, *std::move(found), Occurrence::headline);
  return true;
}

bool die_header(std::string_view, Scanner rest, ReportBuilder& d) {
  std::string_view detail;
  int number = 0;
  if (!rest.until("[#", detail) || !rest.dec(number)) return false;
  d.report.die_number = number;
  d.die = true;
  Scanner s(detail);
  std::uint64_t address = 0;
  if (s.skip_to("ddress 0x") && s.hex(address)) d.set_fault_address(address);
  return true;
}

bool task_line(Scanner, ReportBuilder& d) { return start_task_block(d); }

}  // namespace unoops::kinds
