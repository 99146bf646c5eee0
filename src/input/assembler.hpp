// Transports whose records span lines: JSON, the journal's export and verbose forms, a container
// runtime's partial lines.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/rooms.hpp"
#include "grammar/log_line.hpp"
#include "unoops/raw_line.hpp"

namespace unoops::input {

// A finished record. `line` lacks its text; the text may hold line breaks. The views live until the call returns.
struct Record {
  LogLine line;
  std::string_view text;
  bool raw_line = false;  // the text is a line of some log, with transports of its own
};

class Assembler {
 public:
  using Deliver = std::function<void(const Record&)>;
  virtual ~Assembler() = default;
  // True: the line (or the piece of one) is this transport's. False: it never began, or it has ended before this line.
  virtual bool take(const RawLine&) = 0;
  virtual void flush() {}  // the input pauses: hands out a record that only its successor would end
  virtual void finish() { flush(); }
  virtual bool active() const = 0;
  // Quick: could this line begin a record? (Only asked while nothing is active.)
  virtual bool may_begin(const RawLine&) const = 0;
};

std::unique_ptr<Assembler> make_json_assembler(Assembler::Deliver);
std::unique_ptr<Assembler> make_export_assembler(Assembler::Deliver);
std::unique_ptr<Assembler> make_verbose_assembler(Assembler::Deliver);
std::unique_ptr<Assembler> make_partial_assembler(Assembler::Deliver);

// The fields of a journal entry that say something about a kernel's line.
struct JournalEntry {
  std::optional<std::string> message;
  std::string transport, identifier, host, realtime;
  std::optional<std::int64_t> source_us, monotonic_us;
  std::optional<int> priority;

  void set(std::string_view field, std::string_view value);
  static bool wants(std::string_view field);
  void deliver(const RawLine&, const Assembler::Deliver&) const;
};

}  // namespace unoops::input
