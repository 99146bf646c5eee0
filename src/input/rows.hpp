// The readers of the transports, which are the rows of transports.cpp, by the file that holds them.
#pragma once

#include "base/rooms.hpp"
#include "input/transport.hpp"

namespace unoops::input {

// printk.cpp: the kernel's own prefix
bool printk_prefix(Peel&);
bool is_programs(std::string_view text);                                 // what is left of a line bears a program's tag
bool bracketed_seconds(Scanner&, std::int64_t& us);                      // "[    1.234567]"
bool caller_id(Scanner&, std::string_view& caller);                      // "[  T123]"
bool is_padded_caller(std::string_view text);                            // "  T123": in a bracket it is padded to six
bool level_mark(Scanner&, LogLine&);                                     // "<4>", "<c>"
std::size_t find_glued_prefix(std::string_view text, std::size_t from);  // npos: none

// dmesg.cpp: util-linux's renderings
bool dmesg_decoded(Peel&);
bool dmesg_ctime(Peel&);
bool dmesg_delta(Peel&);
bool dmesg_reltime(Peel&);
bool dmesg_iso(Peel&);

// syslog.cpp: syslog daemons and journalctl's short forms
bool rfc5424(Peel&);
bool is_kernel_tag(std::string_view program);  // "kernel", "klogd"
bool syslog_line(Peel&);
bool journal_full(Peel&);
bool journal_unix(Peel&);
bool journal_monotonic(Peel&);
bool openwrt_logread(Peel&);
bool wall_broadcast(Peel&);

// kmsg.cpp: /dev/kmsg, extended netconsole
bool kmsg_record(Peel&);
bool is_kmsg_dictionary(std::string_view text);

// stamps.cpp: stamps on any text
bool ts_stamp(Peel&);
bool clock_stamp(Peel&);
bool epoch_stamp(Peel&);
bool iso_stamp(Peel&);
bool bracket_stamp(Peel&);
bool lava_yaml(Peel&);
bool gitlab_section(Peel&);

// android.cpp: logcat, vendors' contexts
bool logcat_threadtime(Peel&);
bool logcat_brief(Peel&);
bool samsung_context(Peel&);
bool mediatek_context(Peel&);
bool spreadtrum_context(Peel&);

// structure.cpp: a transport's own lines; hypervisors
struct PstorePart {
  std::string_view reason;
  unsigned count = 0, part = 0;
};
bool pstore_header(std::string_view text, PstorePart&);
bool structure_line(Peel&);
bool xen_console(Peel&);

// quotes.cpp: mail, trackers, TAP
bool mail_quote(Peel&);
bool other_quote(Peel&);
bool indentation(Peel&);

}  // namespace unoops::input
