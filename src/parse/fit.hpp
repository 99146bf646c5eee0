// Does a report expect this line now? The grammar of a report, as far as it tells two interleaved ones apart.
#pragma once

#include "grammar/draft.hpp"
#include "parse/sections.hpp"

namespace unoops {

// 0: not its line; higher: more surely.
int fit(const Draft&, const SectionHit&, const LogLine&);
int fit_frame(const Draft&, const LogLine&);

// The caller ids speak: same, unknown, or another's.
enum class SameCaller { no, unknown, yes };
SameCaller same_caller(const Draft&, const LogLine&);

}  // namespace unoops
