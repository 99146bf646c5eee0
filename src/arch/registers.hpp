// Register lines that several architectures print alike.
#pragma once

#include "base/rooms.hpp"
#include "grammar/report_builder.hpp"
#include "grammar/scanner.hpp"

namespace unoops::arch {

// The address space of 32-bit architectures, as they are usually configured: CONFIG_VMSPLIT_3G.
inline constexpr AddressRange lower_split[] = {
    {0x0, 0xbfffffff, AddressClass::user, "a user-space address"},
    {0xc0000000, 0xffffffff, AddressClass::kernel, "a kernel address"},
};

// "RAX: 0000000000000000 RBX: ffff8881 RCX: ..." or "x29: ... x28: ...": names, a colon, hex values of 4 to 16 digits;
// alpha prints "v0 = 0000000000000007  t0 = ...".
// A segment in front of a value ("RSP: 0018:ffff...") is stepped over. false: not a single pair.
bool read_register_pairs(std::string_view text, ReportBuilder&);
// The same without colons (loongarch: "a0 0000000000000001 a1 ...").
bool read_register_words(std::string_view text, ReportBuilder&);
// "GPR04: v v v v", "$ 4   : v v v v", "r04-07  v v v v": values of consecutive registers from `first` on.
bool read_register_row(std::string_view values, ReportBuilder&, std::string_view prefix, int first);

// What kernels to 3.8 (powerpc: all) print between or behind the registers: "CPU: 0", "Not tainted  (2.6.16 #3)",
// "Tainted: P   (2.6.16 #3)", "(2.6.16 #3)". Each goes to its place in the report, unless another line told it before.
void take_state(std::string_view text, ReportBuilder&);
// The same, of a line that has nothing else to keep.
bool state_line(Scanner, ReportBuilder&);

// "Instruction dump:" and then rows of words, "<7c0004ac>" at the pc, XXXXXXXX where memory could not be read: the first
// line, with or without words of its own, and those behind it.
bool dump_start(Scanner rest, ReportBuilder&);
bool dump_row(Scanner, ReportBuilder&);

// The line belongs to the report, and nothing on it is kept: what ends a line of frames.
bool passed_line(Scanner, ReportBuilder&);

// The whole line as a register section: keeps the values of the report's own block.
bool register_line(Scanner, ReportBuilder&);
bool register_words_line(Scanner, ReportBuilder&);

// A symbol behind "RIP: 0010:", "pc : ", "epc : 8010abcd ": a stack of its own. false: no symbol and no address.
bool read_pc(std::string_view text, ReportBuilder&, std::string_view label);
// The whole rest of the line as the pc (exact), or as the link register (return address).
bool pc_line(Scanner rest, ReportBuilder&);
bool link_line(Scanner rest, ReportBuilder&);

// "pc : [<8010abcd>]    lr : [<80101234>]    psr: 60000013" of 32-bit ARM, "pstate: 60000145" of arm64 to v4.x: the
// values alone, their symbols stand in "PC is at", "LR is at" before it. False: not of the one with this status word.
bool bracketed_pc_line(ReportBuilder&, std::string_view status, int bits);

// The fault's address in hex ("BadVA : ...", "BADV: ..."), when the line is the report's own.
bool fault_address_line(Scanner rest, ReportBuilder&);

// The line as it stands, kept among the messages.
bool detail_line(Scanner, ReportBuilder&);

// The value of "NAME = 0x..." or "NAME: ..." on the current line, wherever it stands.
std::optional<std::uint64_t> value_behind(std::string_view text, std::string_view name);

}  // namespace unoops::arch
