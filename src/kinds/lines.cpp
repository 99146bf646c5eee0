#include "kinds/lines.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "grammar/pc_kind.hpp"
#include "report/fact_names.hpp"

namespace unoops::kinds {

std::string_view line_text(const ReportBuilder& d) { return trim(d.line->text); }

bool keep_line(Scanner, ReportBuilder& d) {
  d.in_stack = false;
  d.heading.clear();
  d.add_message(trim_right(d.line->text));
  return true;
}

bool pass_line(Scanner, ReportBuilder& d) {
  d.in_stack = false;
  d.heading.clear();
  return true;
}

bool label_line(Scanner, ReportBuilder& d) {
  auto label = line_text(d);
  for (const std::string_view end : {" on cpu ", " (stack is not available)"}) label = label.substr(0, label.find(end));
  if (label.ends_with(':')) label.remove_suffix(1);
  d.heading.clear();
  d.mark = {};
  d.open_stack(label);
  return true;
}

bool label_pointer(Scanner rest, ReportBuilder& d) {
  label_line(rest, d);
  d.next_pc = label_pc(line_text(d));
  return true;
}

bool is_hex_row(std::string_view text) {
  Scanner s(trim_left(text));
  s.lit(">");
  std::string_view word;
  Scanner label = s;  // "Object   ", "Bytes b4 ": to two words
  for (int words = 0; words < 2 && label.run([](char c) { return is_word(c); }, word) && is_blank(label.peek());
       ++words)
    s = label.blanks();
  std::uint64_t address = 0;
  unsigned byte = 0;
  const auto before = s.rest().size();
  if (!s.hex(address) || before - s.rest().size() < 3 || !s.lit(": ")) return false;
  return s.blanks().hex_n(2, byte) && (s.at_end() || is_blank(s.peek()));
}

bool is_caret(std::string_view text) { return trim(text) == "^"; }

void fact_until(Scanner rest, std::string_view end, ReportBuilder& d, FactName name) {
  std::string_view value;
  if (end.empty() ? rest.blanks().word(value) : rest.until(end, value)) d.report.set_fact(name, trim(value));
}

bool read_comm_pid(std::string_view text, std::string& comm, std::int64_t& pid) {
  const auto slash = text.rfind('/');
  if (slash == std::string_view::npos) return false;
  Scanner number(text.substr(slash + 1));
  std::int64_t value = 0;
  if (!number.dec(value)) return false;
  comm = trim(text.substr(0, slash));
  pid = value;
  return true;
}

// "page:ffffea00001c0000 refcount:0 mapcount:0 mapping:0000000000000000 index:0x0 pfn:0x7000"
bool page_line(Scanner, ReportBuilder& d) {
  keep_line(Scanner({}), d);
  Scanner rest(line_text(d));
  if (rest.skip_to(" pfn:")) fact_until(rest, "", d, fact::page_frame);
  return true;
}

bool page_reason(Scanner rest, ReportBuilder& d) {
  d.report.set_fact(fact::page_reason, trim(rest.rest()));
  return keep_line(rest, d);
}

// "page last allocated via order 0, migratetype Unmovable, gfp_mask 0x...(GFP_KERNEL), pid 1, tgid 1 (init), ts 1, ..."
// "page last free pid 8932 tgid 8930 stack trace:"
// "page last free stack trace:"                                                                           to v6.6
bool page_owner_stack(Scanner, ReportBuilder& d) {
  const auto text = line_text(d);
  d.add_message(text);
  d.heading.clear();
  d.mark = {};
  d.open_stack(text.starts_with("page last free") ? "page last free" : "page last allocated");
  return true;
}

}  // namespace unoops::kinds
