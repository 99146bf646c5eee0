// The last look at a report: its kind, culprit, title, signature, and what about it can't be trusted.
#pragma once

#include "grammar/draft.hpp"

namespace unoops {

void finish(Draft&);

}  // namespace unoops
