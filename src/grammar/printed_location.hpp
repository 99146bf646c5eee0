// file:line that the log already carries: the kernel's own, or an earlier decoder's.
#pragma once

#include <vector>

#include "base/rooms.hpp"
#include "grammar/scanner.hpp"
#include "unoops/symbol_ref.hpp"

namespace unoops::grammar {

// " (fs/foo.c:10 fs/foo.c:123)", innermost first: decode_stacktrace.sh, our own annotate, and the kernel itself
// (CONFIG_KALLSYMS_LINEINFO).
bool read_locations(Scanner& in, std::vector<Location>& out);

// " fs/foo.c:123", syzkaller's way.
bool read_bare_location(Scanner& in, std::vector<Location>& out);

}  // namespace unoops::grammar
