#include "parse/open_report.hpp"

namespace unoops::parse {

SameCaller same_caller(const OpenReport& open, const LogLine& line) {
  const auto& own = open.report().caller;
  if (line.caller.empty() || own.empty()) return SameCaller::unknown;
  return own == line.caller || open.turn.guest == line.caller ? SameCaller::yes : SameCaller::no;
}

}  // namespace unoops::parse
