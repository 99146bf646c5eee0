// Header lines: each opens a report, joins one, or turns out to be a part of one.
#pragma once

#include <string_view>

#include "base/rooms.hpp"
#include "parse/header_index.hpp"
#include "parse/open_reports.hpp"
#include "parse/prelude.hpp"
#include "parse/troubles.hpp"

namespace unoops::facts {
struct DerivedPanic;
}

namespace unoops::parse {

class Opener {
 public:
  Opener(OpenReports& reports, Preludes& preludes, Troubles& troubles, const Trace* trace)
      : reports_(reports), preludes_(preludes), troubles_(troubles), trace_(trace) {}

  // False: the line has no header, or the header's reader refused it.
  bool read(const LogLine&);

 private:
  void note(const LogLine&, const HeaderHit&);  // a trouble
  bool take(const LogLine&, const HeaderHit&);
  bool take_as_body(const LogLine&, std::string_view before, Scanner rest, const HeaderHit&);
  OpenReport* find_dying(const LogLine&);
  bool join(const LogLine&, std::string_view before, Scanner rest, const HeaderHit&);
  OpenReport* find_panicked(const LogLine&, const DerivedPanic&);
  bool derive_panic(const LogLine&, std::string_view reason);
  void open(const LogLine&, const HeaderHit&, ReportBuilder&& read);

  OpenReports& reports_;
  Preludes& preludes_;
  Troubles& troubles_;
  const Trace* trace_;
};

}  // namespace unoops::parse
