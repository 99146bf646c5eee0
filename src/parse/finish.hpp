// The last look at a report: its kind, culprit, title, signature, and what about it can't be trusted.
#pragma once

#include "base/rooms.hpp"
#include "grammar/draft.hpp"

namespace unoops::parse {

void finish(Draft&);

}  // namespace unoops::parse
