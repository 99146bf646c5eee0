// Lines that a transport prints about itself: nothing that the kernel said.
#include <array>

#include "input/clock.hpp"
#include "input/rows.hpp"

namespace unoops::input {

namespace {

// journalctl's headings, conserver's and syslogd's marks, ramoops' footers, CI sections
constexpr std::array<std::string_view, 18> openings{"-- Boot ",
                                                    "-- Reboot --",
                                                    "-- Logs begin at ",
                                                    "-- Journal begins at ",
                                                    "-- No entries --",
                                                    "-- Subject: ",
                                                    "-- MARK --",
                                                    "[-- MARK -- ",
                                                    "[-- Console ",
                                                    "[-- Log opened ",
                                                    "[-- Log closed ",
                                                    "Message from syslogd@",
                                                    "ECC: No errors detected",
                                                    "No errors detected",
                                                    "Last reset was ",
                                                    "Boot cause: ",
                                                    "##[group]",
                                                    "##[endgroup]"};
// Around a block of text: Markdown, Jira, Trac, BBCode. The whole line.
constexpr std::array<std::string_view, 8> fences{"```", "~~~", "{noformat}", "{code}",
                                                 "{{{", "}}}", "[code]",     "[/code]"};
constexpr std::array<std::string_view, 9> dump_reasons{"Panic",   "Oops", "Emergency", "Shutdown", "Unknown",
                                                       "Restart", "Halt", "Poweroff",  "MCE"};

// "ECC: 12 Corrected bytes, 0 unrecoverable blocks" (fs/pstore/ram_core.c, persistent_ram_ecc_string)
bool ecc_footer(Scanner s) {
  unsigned n = 0;
  s.lit("ECC: ");
  return s.dec(n) && s.lit(" Corrected bytes");
}

// "====1736154672.123456-D" (fs/pstore/ram.c, ramoops_write_kmsg_hdr)
bool ramoops_header(Scanner s) {
  std::string_view number;
  if (!s.lit("====") || !s.run(is_digit, number) || !s.lit(".") || !s.run(is_digit, number)) return false;
  return s.at_end() || s.rest() == "-C" || s.rest() == "-D";
}

bool is_fence(std::string_view text) {
  for (const auto fence : fences)
    if (text == fence) return true;
  const bool with_language = text.starts_with("{code:") && text.find('}') == text.size() - 1;
  return with_language || (text.starts_with("```") && text.find_first_of(" `", 3) == std::string_view::npos);
}

// "[-- user@host attached -- Mon Jan  6 10:00:00 2025]"
bool conserver_mark(Scanner s) {
  std::string_view who;
  return s.lit("[-- ") && s.until(" -- ", who) && ctime_time(s) && s.rest() == "]";
}

}  // namespace

// "Panic#2 Part1": the first line of a pstore record (fs/pstore/platform.c, pstore_dump, v6.1)
bool pstore_header(std::string_view text, PstorePart& part) {
  for (const auto reason : dump_reasons) {
    Scanner s(text);
    PstorePart out{reason, 0, 0};
    if (!s.lit(reason) || !s.lit("#") || !s.dec(out.count) || !s.lit(" Part") || !s.dec(out.part) || !s.at_end())
      continue;
    part = out;
    return true;
  }
  return false;
}

bool structure_line(Peel& peel) {
  const std::string_view text = peel.rest.rest();
  if (text.starts_with('[') && !text.starts_with("[-- ") && !is_fence(text)) return false;
  PstorePart part;
  bool found = pstore_header(text, part) || is_fence(text) || ecc_footer(peel.rest) || ramoops_header(peel.rest) ||
               conserver_mark(peel.rest);
  for (const auto opening : openings) found = found || text.starts_with(opening);
  if (!found) return false;
  peel.line.kernel = false;
  peel.structure = true;
  return true;
}

// Xen's own console: "(XEN) text" is the hypervisor's, "(d1) [    1.234567] text" a guest's
bool xen_console(Peel& peel) {
  Scanner s = peel.rest;
  unsigned domain = 0;
  if (s.lit("(XEN) ")) {
    peel.line.kernel = false;
    peel.structure = true;
  } else if (!s.lit("(d") || !s.dec(domain) || !s.lit(") ")) {
    return false;
  }
  peel.rest = s;
  return true;
}

}  // namespace unoops::input
