// What a memory dump tells beside the log: the machine as it stopped, and who waits for whom.
#pragma once

#include "base/rooms.hpp"
#include "render/view.hpp"
#include "unoops/report.hpp"

namespace unoops::render {

// Without sentences where the report is no dump's.
Statement dump_statement(const Report&);

}  // namespace unoops::render
