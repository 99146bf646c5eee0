// Records of /dev/kmsg and of extended netconsole: numbered, so that they can be put in order again.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "base/rooms.hpp"
#include "grammar/log_line.hpp"

namespace unoops::input {

struct KmsgHeader {
  std::uint64_t sequence = 0;
  char flag = '-';                           // 'c': a continuation (of what follows with '+', v3.5 to v4.9)
  std::optional<std::size_t> offset, total;  // ncfrag: this part and the whole, in bytes
  std::string_view text;                     // the header as printed, up to ncfrag
};

// A line that has to wait: it owns what LogLine borrows.
class KeptLine {
 public:
  explicit KeptLine(const LogLine&);
  LogLine line() const;  // borrows from this
  std::string text;

 private:
  LogLine line_;
  std::string raw_, caller_, wall_time_, host_, cut_;
};

// Puts records in the order of their numbers. Netconsole loses packets and leaves out what the console's loglevel
// hides, so a gap is waited for only a few records long.
class Resequencer {
 public:
  using Deliver = std::function<void(const LogLine&)>;  // `text` as in the record, escapes and all
  explicit Resequencer(Deliver deliver) : deliver_(std::move(deliver)) {}
  void record(const KmsgHeader&, const LogLine&);
  void flush();  // nothing more to wait for
  // The record is the next one, and whole: it can be handed on at once, and is.
  bool passes(std::uint64_t sequence) const { return !waiting() && expected_ == sequence; }
  void pass(std::uint64_t sequence) { expected_ = sequence + 1; }
  bool waiting() const { return !held_.empty() || open_ || !parts_.empty(); }

 private:
  struct Held {
    std::uint64_t sequence;
    char flag;
    KeptLine line;
  };
  struct Parts {  // of a fragmented record
    KmsgHeader header;
    KeptLine line;
    std::map<std::size_t, std::string> pieces;  // by offset
    std::size_t received = 0;
  };
  void part(const KmsgHeader&, const LogLine&);
  void complete(std::size_t index);
  void hold(const KmsgHeader&, const LogLine&);
  void in_order(std::uint64_t sequence, char flag, const LogLine&);
  void release();  // what stands next in the row
  void close();    // the open continuation

  Deliver deliver_;
  std::deque<Held> held_;  // sorted by sequence
  std::deque<Parts> parts_;
  std::optional<KeptLine> open_;  // flag 'c', waiting for '+'
  std::optional<std::uint64_t> expected_;
};

}  // namespace unoops::input
