// A report without a header gets the kind that what is left of it proves (kinds/lost_head).
#pragma once

#include "base/rooms.hpp"
#include "parse/open_report.hpp"

namespace unoops::facts {
struct DerivedPanic;
}

namespace unoops::parse {

// As soon as its trace tells, so that the kind's own lines are read. No other report is changed, nor by the next two.
void settle_by_trace(OpenReport&);
// The panic that comes from it; false: it does not.
bool settle_by_panic(OpenReport&, const DerivedPanic&);
// Nothing of it is to come.
void settle_by_rest(OpenReport&);

// Lines without a headline, a trace and a proof: a program's registers (v6.1 kernel/signal.c print_fatal_signal,
// arch/arm64/kernel/traps.c arm64_show_signal, arch/s390/mm/fault.c report_user_fault), or no report at all.
bool tells_nothing(const OpenReport&);

}  // namespace unoops::parse
