// What the reports of KASAN's relatives share.
#pragma once

#include <string_view>

#include "base/rooms.hpp"
#include "base/text.hpp"
#include "grammar/report_builder.hpp"
#include "grammar/scanner.hpp"
#include "report/fact_names.hpp"

namespace unoops::kinds {

// "use-after-free read in foo+0x1/0x2": keeps the type and stands behind " in " then. Empty: not a header.
inline std::string_view read_bug_type(Scanner& rest, ReportBuilder& d) {
  std::string_view type;
  if (!rest.blanks().until(" in ", type)) type = rest.rest();
  type = trim(type);
  if (!type.empty()) d.report.set_fact(fact::bug_type, type);
  return type;
}

}  // namespace unoops::kinds
