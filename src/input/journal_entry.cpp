// systemd.journal-fields(7)
#include <fmt/format.h>

#include <array>
#include <cstdint>

#include "grammar/scanner.hpp"
#include "input/assembler.hpp"
#include "input/utc_time.hpp"

namespace unoops::input {

namespace {

constexpr std::array<std::string_view, 8> wanted{"MESSAGE",
                                                 "PRIORITY",
                                                 "_TRANSPORT",
                                                 "SYSLOG_IDENTIFIER",
                                                 "_HOSTNAME",
                                                 "_SOURCE_MONOTONIC_TIMESTAMP",
                                                 "__MONOTONIC_TIMESTAMP",
                                                 "__REALTIME_TIMESTAMP"};

template <class Int>
void set_number(std::optional<Int>& out, std::string_view value) {
  Int number{};
  Scanner s(value);
  if (s.dec(number) && number >= 0) out = number;
}

// Microseconds since 1970 (systemd.journal-fields(7)); what is no number stays.
std::string wall_time(std::string_view value) {
  constexpr std::uint64_t second = 1'000'000, latest = 253'402'300'800 * second;  // the year 10000
  std::uint64_t us = 0;
  Scanner s(value);
  if (!s.dec(us) || !s.rest().empty() || us >= latest) return std::string(value);
  return utc_text(static_cast<std::time_t>(us / second), fmt::format(".{:06}Z", us % second));
}

}  // namespace

bool JournalEntry::wants(std::string_view field) {
  for (const auto name : wanted)
    if (field == name) return true;
  return false;
}

void JournalEntry::set(std::string_view field, std::string_view value) {
  if (field == "MESSAGE")
    message.emplace(value);
  else if (field == "PRIORITY")
    set_number(priority, value);
  else if (field == "_TRANSPORT")
    transport.assign(value);
  else if (field == "SYSLOG_IDENTIFIER")
    identifier.assign(value);
  else if (field == "_HOSTNAME")
    host.assign(value);
  else if (field == "_SOURCE_MONOTONIC_TIMESTAMP")
    set_number(source_us, value);
  else if (field == "__MONOTONIC_TIMESTAMP")
    set_number(monotonic_us, value);
  else if (field == "__REALTIME_TIMESTAMP")
    realtime = wall_time(value);
}

// An entry without a transport and an identifier (journalctl --output-fields=MESSAGE) may be the kernel's.
void JournalEntry::deliver(const RawLine& raw, const Assembler::Deliver& out) const {
  if (!message) return;
  Record record;
  record.line.number = raw.number;
  record.line.offset = raw.offset;
  record.line.raw = raw.bytes;
  // What programs write to /dev/kmsg is of the kernel's transport, too, with their tag as its identifier
  // (systemd src/journal/journald-kmsg.c dev_kmsg_record).
  const bool untagged = identifier.empty() || identifier == "kernel";
  record.line.kernel = untagged && (transport.empty() || transport == "kernel");
  record.line.time_us = source_us ? source_us : monotonic_us;
  if (priority && *priority < 8) record.line.level = priority;
  record.line.wall_time = realtime;
  record.line.host = host;
  record.text = *message;
  out(record);
}

}  // namespace unoops::input
