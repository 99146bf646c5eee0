// What a report was whose head is lost, by what is left of it: one table of evidence.
#pragma once

#include <string_view>

#include "base/rooms.hpp"
#include "grammar/report_builder.hpp"
#include "kinds/kind.hpp"

namespace unoops::facts {
struct DerivedPanic;
}

namespace unoops::kinds {

struct LostHead {
  std::string_view what;  // for programs: Report::fact(lost_head). Rows that have the same say the same
  const Kind* kind;
  std::string_view title = {};       // "<title> in <culprit>"; empty: as the kind's reports are called
  std::string_view sentence = {};    // as Kind::sentence; empty: the kind's
  std::string_view printed_by = {};  // functions on the way to the report; a trailing '*': all that begin so
  bool (*holds)(const ReportBuilder&) = nullptr;
  bool dies = false;      // the task was to die of it, or the machine
  bool doubtful = false;  // the trace need not name the culprit
};

// LostHead::what of a report of which only "note: cat[42] exited with ..." is left.
inline constexpr std::string_view exit_note = "exit note";

// By the functions on the trace alone: no later line takes that back. Null: they tell nothing, or more may follow.
const LostHead* told_by_trace(const Report&, bool whole = false);
// By all that is left. Null: somebody asked for this trace, and nothing is lost; where the log begins with it, nobody
// knows that.
const LostHead* told_by_rest(const ReportBuilder&, bool begins_log);
// By the panic that came of it.
const LostHead* told_by_panic(const DerivedPanic&);
// What the report was taken for; null: its head is there.
const LostHead* lost_head_of(const Report&);

// "a page fault": of the handlers on the way to the report the one nearest to it; empty: there is none.
std::string_view traced_exception(const Report&);
const Frame* panic_frame(const Report&);  // panic() on the trace; null: it is not there
bool is_asked_for(const Report&);         // by dump_stack()
// Words of a file system's or a driver's own check that failed.
bool is_failure(std::string_view words);

}  // namespace unoops::kinds
