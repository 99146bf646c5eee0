// What the source says at the places of a report: the check that failed, the comment of the member that was touched.
#pragma once

#include "base/rooms.hpp"
#include "base/source_tree.hpp"
#include "unoops/report.hpp"

namespace unoops::source {

// Sets site.check and cause->comment from the tree; nothing where it has no such place.
void read_source(Report&, SourceTree&);

}  // namespace unoops::source
