// The table of transports: a new one is one reader and one row. What spans lines (JSON, the journal's export form) is
// in assembler.hpp.
#include <array>
#include <bit>
#include <iterator>

#include "input/rows.hpp"
#include "input/transport.hpp"

namespace unoops::input {

namespace {

constexpr std::string_view digit = "0123456789";
constexpr std::string_view day = "MTWFS";
constexpr std::string_view lower = "abcdefghijklmnopqrstuvwxyz";
constexpr std::string_view word = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_";
constexpr std::string_view structure_first = "-[=#0123456789BEHLMNOPRSU`~{}";
// What a date begins with in any locale: letters, bytes of UTF-8, digits ("3月"), the blank before one of these; and a
// level before it.
constexpr auto time_or_level_bytes = [] {
  std::array<char, 52 + 128 + 10 + 2> out{};
  std::size_t n = 0;
  for (char c = 'a'; c <= 'z'; ++c) out[n++] = c, out[n++] = static_cast<char>(c - 'a' + 'A');
  for (int c = 0x80; c <= 0xff; ++c) out[n++] = static_cast<char>(c);
  for (char c = '0'; c <= '9'; ++c) out[n++] = c;
  out[n++] = ' ', out[n] = '<';
  return out;
}();
constexpr std::string_view time_or_level(time_or_level_bytes.data(), time_or_level_bytes.size());
constexpr std::string_view month = time_or_level.substr(0, time_or_level.size() - 1);

constexpr std::string_view mail_quote_samples[] = {"> text", ">> > text", ">[    1.234567] text"};
constexpr std::string_view other_quote_samples[] = {"# [    1.234567] text", "| [    1.234567] text"};
constexpr std::string_view indentation_samples[] = {"    [    1.234567] text", "\t<4>[    1.234567] text"};
constexpr std::string_view structure_samples[] = {"-- Boot 0123456789abcdef0123456789abcdef --",
                                                  "Panic#2 Part1",
                                                  "====1736154672.123456-D",
                                                  "ECC: 12 Corrected bytes, 0 unrecoverable blocks",
                                                  "[-- user@host attached -- Mon Jan  6 10:00:00 2025]",
                                                  "{noformat}",
                                                  "```text",
                                                  "Message from syslogd@host at Jan  6 10:11:12 ..."};
constexpr std::string_view rfc5424_samples[] = {"<4>1 2025-01-06T10:11:12.345678+01:00 host kernel - - - text",
                                                "<4>1 2025-01-06T10:11:12Z host kernel - - [a b=\"]\\\"\"][c] text",
                                                "69 <4>1 2025-01-06T10:11:12.345678+01:00 host kernel - - - text"};
constexpr std::string_view syslog_samples[] = {"Jan  6 10:11:12 host kernel: [   93.120044] text",
                                               "<4>Jan  6 10:11:12 host kernel: text",
                                               "2025-01-06T10:11:12.345678+01:00 host kernel: text",
                                               "2025-01-06T10:11:12+0100 host kernel: text",
                                               "Jan  6 10:11:12 host kern.warn kernel: text",
                                               "2025-01-06T09:11:12.345678Z WARNING kernel: text",
                                               "Jan  6 10:11:12 kernel: text",
                                               "M\xc3\xa4r 06 10:11:12 host kernel: text",
                                               " 3\xe6\x9c\x88 06 10:11:12 host kernel: text"};
constexpr std::string_view journal_full_samples[] = {"Mon 2025-01-06 10:11:12 CET host kernel: text",
                                                     "lun. 2025-01-06 10:11:12 CET host kernel: text"};
constexpr std::string_view journal_unix_samples[] = {"1736154672.345678 host kernel: text"};
constexpr std::string_view openwrt_samples[] = {"Mon Jan  6 10:11:12 2025 kern.warn kernel: [   93.120044] text"};
constexpr std::string_view wall_samples[] = {" kernel:[   50.100001] text", "kernel:text"};
constexpr std::string_view decoded_samples[] = {"kern  :warn  : [    1.234567] text",
                                                "kern  :warn  : [Mon Jan  6 10:11:12 2025] text"};
constexpr std::string_view ctime_samples[] = {
    "[Mon Jan  6 10:11:12 2025] text", "[Mon Jan  6 10:11:12 2025 <    0.000123>] text",
    "[lun. janv.  6 10:11:12 2025] text", "[Mon Jan  6 10:11:12 UTC 2025] text"};
constexpr std::string_view delta_samples[] = {"[   12.345678 <    0.000123>] text", "[<    0.000123>] text",
                                              "[   93.120044 <    0.000010 >] host kernel: text",
                                              "[   93.120044 <             >] host kernel: text"};
constexpr std::string_view reltime_samples[] = {"[Jan 6 10:11] text", "[  +0.000123] text", "[ 6. Jan 10:11] text",
                                                "[  +0,000123] text"};
constexpr std::string_view iso_samples[] = {"2025-01-06T10:11:12,345678+01:00 text"};
constexpr std::string_view printk_samples[] = {"[    1.234567] text", "[    1.234567][  T123] text", "[    C0] text",
                                               "[    1.234567] [   T42] text"};
constexpr std::string_view printk_level_samples[] = {"<4>[    1.234567][  T123] text", "<4>text", "<c>text",
                                                     "<6>[    1.234567] text"};
constexpr std::string_view kmsg_samples[] = {"4,812,93120044,-,caller=T771;text", "6.6.8,4,1234,567890,-;text",
                                             "3,813,93120051,c;text"};
constexpr std::string_view ts_samples[] = {"Jan 06 10:11:12 [    1.234567] text"};
constexpr std::string_view clock_samples[] = {"00:00:12 [    1.234567] text", "10:11:12.345678  [    1.234567] text"};
constexpr std::string_view epoch_samples[] = {"1736154672.345678 [    1.234567] text"};
constexpr std::string_view iso_stamp_samples[] = {
    "2025-01-06T10:11:12.3456789Z text", "2025-01-06T10:11:12.345678Z 01O text", "2025-01-06T10:11:12.345678Z 01O+text",
    "2025-01-06T10:11:12.345678901Z stdout F text", "2025-01-06T10:11:12.345678901Z stderr P <4>[    1.234567] text"};
constexpr std::string_view section_samples[] = {"section_start:1736154672:name \x1b[0Ktext"};
constexpr std::string_view bracket_samples[] = {"[2025-01-06 10:11:12] text", "[2025-01-06T10:11:12.345Z] text",
                                                "[2025-01-06 10:11:12.345] [    1.234567] text"};
constexpr std::string_view lava_samples[] = {
    R"(- {"dt": "2025-01-06T10:11:12.345678", "lvl": "target", "msg": "[    1.234567] text"})",
    R"(- {dt: '2025-01-06T10:11:12.345678', lvl: target, msg: '[    1.234567] text'})"};
constexpr std::string_view threadtime_samples[] = {
    "01-06 10:11:12.345     0     0 W         : [   12.345678] text",
    "2025-01-06 10:11:12.345 +0100     0     0 W         : <4>[   12.345678] text"};
constexpr std::string_view brief_samples[] = {"W/        (    0): text"};
constexpr std::string_view xen_samples[] = {"(d1) [    1.234567] text"};
constexpr std::string_view samsung_samples[] = {"[   12.345678]  [0:      swapper/0:    1] text",
                                                "[   12.345678] I[2:  kworker/2:1:  123] text"};
constexpr std::string_view mediatek_samples[] = {
    "[   12.345678].(1)[123:init]text", "[   12.345678] -(0)[0:swapper/0]text", "[   12.345678]  (0)[1:init]text",
    "[   12.345678] (CPU:1-pid:123:init) text"};
constexpr std::string_view spreadtrum_samples[] = {"[   12.345678] C1 [    kworker/1:1] text"};
constexpr std::string_view monotonic_samples[] = {"[   93.120044] host kernel: text"};

// The order matters: printk first, because most lines have it; a record before the bare timestamp that it starts with.
constexpr Transport table[] = {
    {"printk", Layer::printk, "[", printk_prefix, Belief::sure, printk_samples},
    {"mail quote", Layer::quote, ">", mail_quote, Belief::sure, mail_quote_samples},
    {"quote", Layer::quote, "|:#", other_quote, Belief::learned, other_quote_samples},
    {"indentation", Layer::quote, " \t", indentation, Belief::with_inner, indentation_samples},
    {"structure", Layer::record, structure_first, structure_line, Belief::sure, structure_samples},
    {"syslog RFC 5424", Layer::record, "<0123456789", rfc5424, Belief::sure, rfc5424_samples},
    {"kmsg, extended netconsole", Layer::record, digit, kmsg_record, Belief::sure, kmsg_samples},
    {"syslog", Layer::record, time_or_level, syslog_line, Belief::sure, syslog_samples},
    {"journalctl short-full", Layer::record, month, journal_full, Belief::sure, journal_full_samples},
    {"journalctl short-unix", Layer::record, digit, journal_unix, Belief::sure, journal_unix_samples},
    {"OpenWrt logread", Layer::record, day, openwrt_logread, Belief::sure, openwrt_samples},
    {"syslogd broadcast", Layer::record, " k", wall_broadcast, Belief::sure, wall_samples},
    {"logcat threadtime", Layer::record, digit, logcat_threadtime, Belief::sure, threadtime_samples},
    {"logcat brief", Layer::record, "VDIWEFS", logcat_brief, Belief::sure, brief_samples},
    {"Xen console", Layer::record, "(", xen_console, Belief::sure, xen_samples},
    {"dmesg -x", Layer::record, lower, dmesg_decoded, Belief::sure, decoded_samples},
    {"dmesg -T", Layer::record, "[", dmesg_ctime, Belief::sure, ctime_samples},
    {"dmesg -d", Layer::record, "[", dmesg_delta, Belief::sure, delta_samples},
    {"dmesg -e", Layer::record, "[", dmesg_reltime, Belief::sure, reltime_samples},
    {"dmesg --time-format iso", Layer::record, digit, dmesg_iso, Belief::sure, iso_samples},
    {"ts", Layer::stamp, month, ts_stamp, Belief::learned, ts_samples},
    {"ts -s, LAVA, Jenkins", Layer::stamp, digit, clock_stamp, Belief::learned, clock_samples},
    {"ts %.s", Layer::stamp, digit, epoch_stamp, Belief::learned, epoch_samples},
    {"GitHub, GitLab, containers", Layer::stamp, digit, iso_stamp, Belief::sure, iso_stamp_samples},
    {"GitLab's sections", Layer::stamp, "s", gitlab_section, Belief::sure, section_samples},
    {"minicom, Jenkins", Layer::stamp, "[", bracket_stamp, Belief::sure, bracket_samples},
    {"LAVA YAML", Layer::stamp, "-", lava_yaml, Belief::sure, lava_samples},
    {"printk with a level", Layer::printk, "<", printk_prefix, Belief::sure, printk_level_samples},
    {"journalctl short-monotonic", Layer::context, word, journal_monotonic, Belief::sure, monotonic_samples},
    {"Samsung", Layer::context, " [ABCDEFGHIJKLMNOPQRSTUVWXYZ", samsung_context, Belief::sure, samsung_samples},
    {"MediaTek", Layer::context, " .-(", mediatek_context, Belief::sure, mediatek_samples},
    {"Spreadtrum", Layer::context, "C", spreadtrum_context, Belief::sure, spreadtrum_samples},
};
constexpr std::size_t rows = std::size(table);
static_assert(rows <= 64);

using Rows = std::uint64_t;  // bit n: row n

// The rows that can read a line, by its first byte.
constexpr auto by_first_byte = [] {
  std::array<Rows, 256> out{};
  for (std::size_t row = 0; row < rows; ++row)
    for (const char c : table[row].first) out[static_cast<unsigned char>(c)] |= Rows{1} << row;
  return out;
}();

constexpr Rows rows_of(Layer from) {
  Rows out = 0;
  for (std::size_t row = 0; row < rows; ++row)
    if (table[row].layer >= from) out |= Rows{1} << row;
  return out;
}
constexpr std::array<Rows, 6> from_layer{rows_of(Layer::quote),  rows_of(Layer::stamp),   rows_of(Layer::record),
                                         rows_of(Layer::printk), rows_of(Layer::context), 0};

// A quote may follow a quote, and a stamp a stamp; after a record only the kernel's own prefix may come.
Rows rows_behind(Layer layer) {
  const auto index = static_cast<std::size_t>(layer);
  return from_layer[layer <= Layer::stamp ? index : index + 1];
}

constexpr Rows believed_late = [] {
  Rows out = 0;
  for (std::size_t row = 0; row < rows; ++row)
    if (table[row].belief != Belief::sure) out |= Rows{1} << row;
  return out;
}();

// The first candidate that reads, or `rows`.
std::size_t first_that_reads(Peel& peel, Rows candidates) {
  for (Rows left = candidates; left != 0; left &= left - 1) {
    const auto row = static_cast<std::size_t>(std::countr_zero(left));
    if (table[row].read(peel)) return row;
  }
  return rows;
}

}  // namespace

std::span<const Transport> transports() { return table; }

bool take_off(Peel& peel, Layer from) {
  constexpr int deepest = 12;  // "> > 10:11:12 [2025-01-06T10:11:12Z] [    1.234567][    C0] [0:swapper/0:    0] "
  Rows allowed = from_layer[static_cast<std::size_t>(from)];
  Rows doubtful = 0;  // rows that wait for a confirmation
  bool sure = false;
  bool fallback = false;  // if none comes, the line is read as it was `before`
  Peel before;
  for (int depth = 0; depth < deepest && !peel.rest.at_end() && !peel.structure; ++depth) {
    const Rows candidates = allowed & by_first_byte[static_cast<unsigned char>(peel.rest.peek())];
    if (candidates == 0) break;
    if (!fallback && (candidates & believed_late) != 0) before = peel;
    const std::size_t row = first_that_reads(peel, candidates);
    if (row == rows) break;
    const Transport& transport = table[row];
    const bool trusted = transport.belief == Belief::sure ||
                         (transport.belief == Belief::learned && (peel.memory->trusted >> row & 1) != 0);
    if (!trusted && !fallback) fallback = true;
    if (transport.belief == Belief::learned) doubtful |= Rows{1} << row;
    allowed = rows_behind(transport.layer);
    sure = sure || transport.layer >= Layer::record;
  }
  Memory& memory = *peel.memory;
  // Three lines in a row that begin alike are enough, too.
  memory.trusted |= sure ? doubtful : doubtful & memory.once & memory.twice;
  memory.twice = memory.once;
  memory.once = doubtful;
  if (!sure && fallback) peel = before;
  return sure && !peel.structure;
}

}  // namespace unoops::input
