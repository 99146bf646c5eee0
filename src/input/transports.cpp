// The table of transports: a new one is one reader and one row. What spans lines (JSON, the journal's export form) is in
// assemblers.hpp.
#include "input/transport.hpp"

#include <array>
#include <bit>
#include <iterator>

#include "input/rows.hpp"

namespace unoops::input {

namespace {


constexpr std::string_view digit = "0123456789";
constexpr std::string_view month = "JFMASOND";
constexpr std::string_view day = "MTWFS";
constexpr std::string_view lower = "abcdefghijklmnopqrstuvwxyz";
constexpr std::string_view word = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_";
constexpr std::string_view time_or_level = "<JFMASOND0123456789";

constexpr std::string_view mail_quote_samples[] = {"> text", ">> > text", ">[    1.234567] text"};
constexpr std::string_view other_quote_samples[] = {"# [    1.234567] text", "| [    1.234567] text"};
constexpr std::string_view indentation_samples[] = {"    [    1.234567] text", "\t<4>[    1.234567] text"};
constexpr std::string_view rfc5424_samples[] = {"<4>1 2025-01-06T10:11:12.345678+01:00 host kernel - - - text",
                                                "<4>1 2025-01-06T10:11:12Z host kernel - - [a b=\"]\\\"\"][c] text"};
constexpr std::string_view syslog_samples[] = {"Jan  6 10:11:12 host kernel: [   93.120044] text",
                                               "<4>Jan  6 10:11:12 host kernel: text",
                                               "2025-01-06T10:11:12.345678+01:00 host kernel: text",
                                               "2025-01-06T10:11:12+0100 host kernel: text",
                                               "Jan  6 10:11:12 host kern.warn kernel: text",
                                               "2025-01-06T09:11:12.345678Z WARNING kernel: text",
                                               "Jan  6 10:11:12 kernel: text"};
constexpr std::string_view journal_full_samples[] = {"Mon 2025-01-06 10:11:12 CET host kernel: text"};
constexpr std::string_view journal_unix_samples[] = {"1736154672.345678 host kernel: text"};
constexpr std::string_view openwrt_samples[] = {"Mon Jan  6 10:11:12 2025 kern.warn kernel: [   93.120044] text"};
constexpr std::string_view wall_samples[] = {" kernel:[   50.100001] text", "kernel:text"};
constexpr std::string_view decoded_samples[] = {"kern  :warn  : [    1.234567] text"};
constexpr std::string_view ctime_samples[] = {"[Mon Jan  6 10:11:12 2025] text", "[Mon Jan  6 10:11:12 2025 <    0.000123>] text"};
constexpr std::string_view delta_samples[] = {"[   12.345678 <    0.000123>] text", "[<    0.000123>] text",
                                              "[   93.120044 <    0.000010 >] host kernel: text"};
constexpr std::string_view reltime_samples[] = {"[Jan 6 10:11] text", "[  +0.000123] text"};
constexpr std::string_view iso_samples[] = {"2025-01-06T10:11:12,345678+01:00 text"};
constexpr std::string_view printk_samples[] = {"[    1.234567] text", "<4>[    1.234567][  T123] text", "<4>text", "[    C0] text",
                                               "[    1.234567] [   T42] text"};
constexpr std::string_view monotonic_samples[] = {"[   93.120044] host kernel: text"};

constexpr Transport table[] = {
    {"mail quote", Layer::quote, ">", mail_quote, false, mail_quote_samples},
    {"quote", Layer::quote, "|:#", other_quote, true, other_quote_samples},
    {"indentation", Layer::quote, " \t", indentation, true, indentation_samples},
    {"syslog RFC 5424", Layer::record, "<", rfc5424, false, rfc5424_samples},
    {"syslog", Layer::record, time_or_level, syslog_line, false, syslog_samples},
    {"journalctl short-full", Layer::record, day, journal_full, false, journal_full_samples},
    {"journalctl short-unix", Layer::record, digit, journal_unix, false, journal_unix_samples},
    {"OpenWrt logread", Layer::record, day, openwrt_logread, false, openwrt_samples},
    {"syslogd broadcast", Layer::record, " k", wall_broadcast, false, wall_samples},
    {"dmesg -x", Layer::record, lower, dmesg_decoded, false, decoded_samples},
    {"dmesg -T", Layer::record, "[", dmesg_ctime, false, ctime_samples},
    {"dmesg -d", Layer::record, "[", dmesg_delta, false, delta_samples},
    {"dmesg -e", Layer::record, "[", dmesg_reltime, false, reltime_samples},
    {"dmesg --time-format iso", Layer::record, digit, dmesg_iso, false, iso_samples},
    {"printk", Layer::printk, "<[", printk_prefix, false, printk_samples},
    {"journalctl short-monotonic", Layer::context, word, journal_monotonic, false, monotonic_samples},
};
constexpr std::size_t rows = std::size(table);
static_assert(rows <= 64);

using Rows = std::uint64_t;   // bit n: row n

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

// Quotes and stamps may stand behind their likes; behind a record stands the kernel's own prefix at most.
Rows rows_behind(Layer layer) {
  const auto index = static_cast<std::size_t>(layer);
  return from_layer[layer <= Layer::stamp ? index : index + 1];
}

}  // namespace

std::span<const Transport> transports() { return table; }

bool take_off(Peel& peel, Layer from) {
  constexpr int deepest = 12;   // "> > 10:11:12 [2025-01-06T10:11:12Z] [    1.234567][    C0] [0:swapper/0:    0] "
  Rows allowed = from_layer[static_cast<std::size_t>(from)];
  Rows doubtful = 0;            // rows that wait for a confirmation
  bool sure = false;
  Peel fallback = peel;         // where to stand if none comes
  for (int depth = 0; depth < deepest && !peel.rest.at_end(); ++depth) {
    Rows left = allowed & by_first_byte[static_cast<unsigned char>(peel.rest.peek())];
    const Peel before = peel;
    bool moved = false;
    for (; left != 0 && !moved; left &= left - 1) {
      const auto row = static_cast<std::size_t>(std::countr_zero(left));
      if (!table[row].read(peel)) continue;
      moved = true;
      allowed = rows_behind(table[row].layer);
      const bool trusted = (peel.memory->trusted >> row & 1) != 0;
      if (table[row].needs_inner && !trusted) {
        if (doubtful == 0) fallback = before;
        doubtful |= Rows{1} << row;
      }
      sure = sure || table[row].layer >= Layer::record;
    }
    if (!moved) break;
  }
  if (doubtful != 0 && sure) peel.memory->trusted |= doubtful;
  if (doubtful != 0 && !sure) peel = fallback;
  return sure;
}

}  // namespace unoops::input
