// One line of a call trace, whatever architecture, version or earlier decoder printed it.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/rooms.hpp"
#include "unoops/stack.hpp"

namespace unoops::grammar {

struct FrameLine {
  SymbolRef ref;             // symbol empty: an address only
  bool reliable = true;      // false: '?', powerpc's "(unreliable)", s390's "([<"
  std::string marks;         // arm64's letters, 6.13: "P", "PF"
  std::string_view context;  // x86 up to 4.9, on the frame's line: "IRQ", "EOI", "NMI", "<EOE>"; a view of the line
  std::vector<Location> printed;  // file:line that the log already carries, innermost first
  bool inline_entry = false;      // a line of its own for an inlined function (syzkaller's "[inline]")
  SymbolRef callee;               // arm: "callee from ref"; only the first line's says something new
  std::string_view behind;  // the other frames of a line that holds several: a view of it, frames and nothing else
};

// True only if the whole line, blanks around it aside, is a frame, or several: prose mentions symbols, too.
bool read_frame(std::string_view text, FrameLine& out);

// Every function that a line names with an address, wherever it stands: "RIP: 0010:foo+0x1/0x2 [bar]", and as decoders
// leave it, "pc : foo (fs/foo.c:12 fs/foo.c:40) bar"; what they wrote behind it is Frame::printed.
std::vector<Frame> named_frames(std::string_view line);
// The first of them within `part` of the line; how its pc counts is told by what stands before it on the line.
std::optional<Frame> first_frame(std::string_view line, std::string_view part);
// With nothing but its address.
Frame frame_of(SymbolRef);

}  // namespace unoops::grammar
