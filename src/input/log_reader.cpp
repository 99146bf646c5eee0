// RawLine → LogLine: clean the line, take its transports off, split what was glued.
#include "unoops/log_reader.hpp"

#include "input/clean.hpp"
#include "input/rows.hpp"
#include "input/transport.hpp"

namespace unoops {

using namespace input;

struct LogReader::Impl {
  explicit Impl(Sink s) : sink(std::move(s)) {}

  void read(const RawLine& raw);
  void read_piece(const RawLine& raw);
  bool read_continuation(std::string_view text, LogLine line);
  void hand_out(Peel& peel, bool sure);
  void remember(const Peel& peel, std::string_view text);

  Sink sink;
  Memory memory;
  std::string scratch, caller;
  // The record before, whose further lines may follow without a prefix, indented to its text (util-linux, journalctl).
  LogLine record;
  std::string record_caller, record_wall, record_host;
  std::size_t record_indent = 0;   // 0: there is none
};

namespace {

bool is_blank_text(std::string_view text) { return text.find_first_not_of(" \t\r") == std::string_view::npos; }

bool is_drop_notice(std::string_view text) { return text.find("** ") != std::string_view::npos && text.find(" **") != std::string_view::npos; }

}  // namespace

void LogReader::Impl::read(const RawLine& raw) {
  if (raw.continued) return read_piece(raw);
  const Cleaned cleaned = clean(raw.bytes, scratch);
  Peel peel{.rest = Scanner(cleaned.text), .line = {}, .memory = &memory, .caller = &caller};
  peel.line.number = raw.number;
  peel.line.offset = raw.offset;
  peel.line.raw = raw.bytes;
  peel.line.level = cleaned.level;
  if (record_indent && read_continuation(cleaned.text, peel.line)) return;
  const bool sure = take_off(peel, Layer::quote);
  peel.line.prefixed = sure;
  hand_out(peel, sure);
  remember(peel, cleaned.text);
}

// The line passed the bound: what follows the first piece is more of the same.
void LogReader::Impl::read_piece(const RawLine& raw) {
  LogLine line = record;
  line.number = raw.number;
  line.offset = raw.offset;
  line.raw = raw.bytes;
  line.text = clean(raw.bytes, scratch).text;
  sink(line);
}

bool LogReader::Impl::read_continuation(std::string_view text, LogLine line) {
  if (text.size() < record_indent || text.substr(0, record_indent).find_first_not_of(' ') != std::string_view::npos) return false;
  const std::string_view rest = text.substr(record_indent);
  if (is_blank_text(rest)) return false;
  LogLine more = record;
  more.number = line.number;
  more.offset = line.offset;
  more.raw = line.raw;
  more.text = rest;
  sink(more);
  return true;
}

void LogReader::Impl::remember(const Peel& peel, std::string_view text) {
  record_indent = peel.line.prefixed && !peel.structure ? text.size() - peel.rest.rest().size() : 0;
  record = peel.line;
  if (!record.caller.empty()) record.caller = record_caller.assign(record.caller);
  if (!record.wall_time.empty()) record.wall_time = record_wall.assign(record.wall_time);
  if (!record.host.empty()) record.host = record_host.assign(record.host);
}

// One raw line can hold several: "login: [   16.312345] BUG: ...", "** 12 printk messages dropped **[   50.2] RIP: ...".
void LogReader::Impl::hand_out(Peel& peel, bool sure) {
  for (;;) {
    const std::string_view text = peel.rest.rest();
    const auto next = find_glued_prefix(text, 0);
    peel.line.text = text.substr(0, next);
    if (next == std::string_view::npos) break;
    if (!is_blank_text(peel.line.text)) {
      LogLine head = peel.line;
      head.kernel = head.kernel && (sure || is_drop_notice(head.text));
      sink(head);
      peel.line.glued = true;
    }
    peel.rest = Scanner(text.substr(next));
    peel.line.time_us.reset();
    peel.line.caller = {};
    peel.line.kernel = true;
    peel.line.prefixed = sure = take_off(peel, Layer::printk);
    if (!sure) break;
  }
  peel.line.text = peel.rest.rest();
  sink(peel.line);
}

LogReader::LogReader(Sink sink) : impl_(std::make_unique<Impl>(std::move(sink))) {}
LogReader::~LogReader() = default;
LogReader::LogReader(LogReader&&) noexcept = default;
LogReader& LogReader::operator=(LogReader&&) noexcept = default;

void LogReader::read(const RawLine& line) { impl_->read(line); }
void LogReader::finish() {}

}  // namespace unoops
