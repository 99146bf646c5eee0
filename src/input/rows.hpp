// The readers of the table's rows, by the file that holds them.
#pragma once

#include "input/transport.hpp"

namespace unoops::input {

// printk.cpp: the kernel's own prefix
bool printk_prefix(Peel&);
bool bracketed_seconds(Scanner&, std::int64_t& us);            // "[    1.234567]"
bool caller_id(Scanner&, std::string_view& caller);            // "[  T123]"
bool level_mark(Scanner&, LogLine&);                           // "<4>", "<c>"
std::size_t find_glued_prefix(std::string_view text, std::size_t from);   // npos: none

// dmesg.cpp: util-linux's renderings
bool dmesg_decoded(Peel&);
bool dmesg_ctime(Peel&);
bool dmesg_delta(Peel&);
bool dmesg_reltime(Peel&);
bool dmesg_iso(Peel&);

// syslog.cpp: syslog daemons and journalctl's short forms
bool rfc5424(Peel&);
bool syslog_line(Peel&);
bool journal_full(Peel&);
bool journal_unix(Peel&);
bool journal_monotonic(Peel&);
bool openwrt_logread(Peel&);
bool wall_broadcast(Peel&);
bool structure_line(Peel&);

// quotes.cpp: mail, trackers, TAP
bool mail_quote(Peel&);
bool other_quote(Peel&);
bool indentation(Peel&);

}  // namespace unoops::input
