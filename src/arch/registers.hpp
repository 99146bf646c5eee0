// Register lines that several architectures print alike.
#pragma once

#include "grammar/draft.hpp"
#include "grammar/scanner.hpp"

namespace unoops {

// "RAX: 0000000000000000 RBX: ffff8881 RCX: ..." or "x29: ... x28: ...": names, a colon, hex values of 4 to 16 digits.
// A segment in front of a value ("RSP: 0018:ffff...") is stepped over. false: not a single pair.
bool read_register_pairs(std::string_view text, Draft&);

// The whole line as a register section: keeps the values of the report's own block.
bool register_line(Scanner, Draft&);

// A symbol behind "RIP: 0010:", "pc : ", "epc : 8010abcd ": a stack of its own. false: no symbol and no address.
bool read_pc(std::string_view text, Draft&, std::string_view label, PcKind);

}  // namespace unoops
