// RawLine → LogLine: clean the line, take its transports off, split what was glued, unescape, put in order.
#include "input/log_reader.hpp"

#include <algorithm>
#include <array>

#include "grammar/words.hpp"
#include "input/cut_lines.hpp"
#include "input/escapes.hpp"
#include "input/log_reader_impl.hpp"
#include "input/residue.hpp"
#include "input/rows.hpp"

namespace unoops::input {
namespace {

// Nothing but blanks, or a quote's marks behind a record's prefix.
bool is_empty_head(std::string_view text) { return text.find_first_not_of(" \t\r>|:") == std::string_view::npos; }

}  // namespace

LogLine LogReader::Impl::line_of(const RawLine& raw) {
  LogLine line;
  line.number = raw.number;
  line.offset = raw.offset;
  line.raw = raw.bytes;
  return line;
}

LogReader::Impl::Impl(Sink s, BeginsLine begins_line)
    : sink_(std::move(s)),
      parts_([this](const RawLine& raw) { read_in_order(raw); }, [this](unsigned part) { tell_gap(part); }),
      edge_([this](const RawLine& raw) { unwrapper_.take(raw); },
            [this](std::string_view text) { return front_of(text) == Unwrapper::Front::bare; }, begins_line),
      unwrapper_([this](const RawLine& raw) { read_whole(raw); },
                 [this](std::string_view text) { return front_of(text); }, std::move(begins_line)),
      resequencer_([this](const LogLine& line) { hand_out_text(line, line.text, Escapes::hex); }) {
  const auto deliver = [this](const Record& record) {
    flush_broken();  // its lines came before
    if (record.raw_line)
      read_line(record.line, record.text);
    else
      hand_out_text(record.line, record.text, Escapes::none);
  };
  assemblers_ = {make_json_assembler(deliver), make_export_assembler(deliver), make_verbose_assembler(deliver),
                 make_partial_assembler(deliver)};
}

void LogReader::Impl::read(const RawLine& raw) {
  if (!parts_.take(raw)) read_in_order(raw);
}

void LogReader::Impl::read_in_order(const RawLine& raw) {
  if (read_assembled(raw)) return;
  if (!raw.continued) quoted_printable_.look_for(raw.bytes);
  if (raw.continued || !quoted_printable_.on()) return edge_.take(raw);
  RawLine decoded = raw;
  if (quoted_printable_.decode(decoded)) edge_.take(decoded);
}

void LogReader::Impl::read_whole(const RawLine& raw) {
  if (raw.continued) return read_piece(raw);
  read_line(line_of(raw), raw.bytes);
}

// What would be found in front of this text, as far as the lines before taught?
Unwrapper::Front LogReader::Impl::front_of(std::string_view text) const {
  Memory memory = memory_;
  std::string caller;
  std::string room;
  Peel peel{.rest = Scanner(text), .line = {}, .memory = &memory, .caller = &caller, .room = &room, .kmsg = {}};
  const bool prefix = take_off(peel, Layer::quote) || !peel.line.wall_time.empty();
  return peel.structure ? Unwrapper::Front::structure : prefix ? Unwrapper::Front::prefix : Unwrapper::Front::bare;
}

bool LogReader::Impl::read_assembled(const RawLine& raw) {
  if (active_) {
    const bool taken = active_->take(raw);
    if (!active_->active()) active_ = nullptr;
    if (taken) return true;
  }
  for (const auto& assembler : assemblers_) {
    if (active_ || !assembler->may_begin(raw)) continue;
    const bool taken = assembler->take(raw);
    if (assembler->active()) active_ = assembler.get();
    if (taken) record_indent_ = 0;
    if (taken) return true;
  }
  return false;
}

// The line passed the bound: what follows the first piece is more of the same.
void LogReader::Impl::read_piece(const RawLine& raw) {
  LogLine line = record_;
  line.number = raw.number;
  line.offset = raw.offset;
  line.raw = raw.bytes;
  line.text = clean(raw.bytes, cleaned_).text;
  line.goes_on = true;
  sink_(line);
}

void LogReader::Impl::read_line(LogLine line, std::string_view text) {
  const Cleaned cleaned = clean(text, cleaned_);
  if (in_kmsg_ && is_kmsg_dictionary(cleaned.text)) return;
  if (record_indent_ && read_further_line(cleaned.text, line)) return;
  line.level = cleaned.level;
  Peel peel{
      .rest = Scanner(cleaned.text), .line = line, .memory = &memory_, .caller = &caller_, .room = &room_, .kmsg = {}};
  peel.line.prefixed = take_off(peel, Layer::quote);
  in_kmsg_ = peel.kmsg.has_value();
  if (in_kmsg_) return read_kmsg(peel);
  if (resequencer_.waiting()) resequencer_.flush();
  if (is_copy(peel)) return;
  if (peel.repeats)
    hand_out_repeats(peel);
  else
    hand_out(peel);
  if (!peel.repeats) repeats_left_ = std::min(repeats_left_ + 1, most_repeats);
  remember(peel, cleaned.text);
}

// syslogd broadcasts to terminals what goes to the log as well, with its stamp or without.
bool LogReader::Impl::is_copy(const Peel& peel) {
  const std::string_view text = peel.rest.rest();
  if (peel.broadcast) return recent_.has(text);
  recent_.add(text);
  return false;
}

bool LogReader::Impl::read_further_line(std::string_view text, const LogLine& line) {
  if (text.size() < record_indent_ || text.substr(0, record_indent_).find_first_not_of(' ') != std::string_view::npos)
    return false;
  const std::string_view rest = text.substr(record_indent_);
  LogLine more = record_;
  more.number = line.number;
  more.offset = line.offset;
  more.raw = line.raw;
  more.goes_on = true;
  hand_out_text(more, rest, Escapes::breaks);
  return true;
}

void LogReader::Impl::remember(const Peel& peel, std::string_view text) {
  const std::string_view rest = peel.rest.rest();
  const bool inside = rest.data() >= text.data() && rest.data() <= text.data() + text.size();
  record_indent_ =
      peel.line.prefixed && inside && !peel.line.glued ? static_cast<std::size_t>(rest.data() - text.data()) : 0;
  record_ = peel.line;
  record_.raw = record_.text = {};
  record_.caller = record_caller_.assign(record_.caller);
  record_.wall_time = record_wall_.assign(record_.wall_time);
  record_.host = record_host_.assign(record_.host);
}

// A fragment's packet ends without \n: the next one's header stands behind it on the same line.
void LogReader::Impl::read_kmsg(Peel& peel) {
  const std::string next = peel.kmsg->total ? std::string(peel.kmsg->text) + "ncfrag=" : "";
  for (;;) {
    const std::string_view text = peel.rest.rest();
    const auto end = next.empty() ? std::string_view::npos : text.find(next);
    peel.line.text = text.substr(0, end);
    resequencer_.record(*peel.kmsg, peel.line);
    if (end == std::string_view::npos) break;
    peel.rest = Scanner(text.substr(end));
    if (!kmsg_record(peel)) break;
  }
  record_indent_ = 0;
}

// One raw line can hold several: "login: [   16.312345] BUG: ...", "** 12 printk messages dropped **[   50.2] RIP:
// 0010:...".
void LogReader::Impl::hand_out(Peel& peel) {
  const Escapes escapes = peel.octal_escapes ? Escapes::octal : Escapes::breaks;
  for (;;) {
    const std::string_view text = peel.rest.rest();
    const auto next = peel.structure ? std::string_view::npos : find_glued_prefix(text, 0);
    if (next == std::string_view::npos) break;
    if (!is_empty_head(text.substr(0, next))) {
      LogLine head = peel.line;
      head.kernel = head.kernel && (head.prefixed || !dropped_messages(text).empty());
      hand_out_text(head, text.substr(0, next), escapes);
      peel.line.glued = true;
    }
    peel.rest = Scanner(text.substr(next));
    peel.line.time_us.reset();
    peel.line.caller = {};
    peel.line.kernel = true;
    peel.line.prefixed = take_off(peel, Layer::printk);
  }
  peel.rest = Scanner(without_leaked_level(peel.rest.rest(), peel.line.level));
  if (peel.octal_escapes) record_text_.assign(peel.rest.rest());
  hand_out_text(peel.line, peel.rest.rest(), escapes);
}

void LogReader::Impl::hand_out_repeats(Peel& peel) {
  const std::string_view text = peel.rest.rest();
  if (text.starts_with('[')) peel.line.prefixed = take_off(peel, Layer::printk);
  const bool last = peel.rest.at_end();
  if (last) peel.line.kernel = record_.kernel;
  if (last) peel.line.level = record_.level;
  const auto times = std::min(peel.repeats, 1 + repeats_left_);
  repeats_left_ -= times - 1;
  for (unsigned i = 0; i < times; ++i)
    hand_out_text(peel.line, last ? std::string_view(record_text_) : peel.rest.rest(), Escapes::octal);
}

void LogReader::Impl::hand_out_text(LogLine line, std::string_view text, Escapes escapes) {
  const bool whole_record = escapes == Escapes::hex || escapes == Escapes::none;
  if (escapes == Escapes::octal) text = unescape_octal(text, unescaped_);
  if (escapes == Escapes::breaks) text = unescape_breaks(text, unescaped_);
  if (escapes == Escapes::hex) text = unescape_hex(text, unescaped_);
  line.kernel = line.kernel && !is_programs(text);
  if (whole_record) line.prefixed = true;
  for (;;) {
    const auto end = text.find('\n');
    const std::string_view one = text.substr(0, end);
    line.text = without_cut_word(whole_record ? clean(one, line_room_).text : one, line.cut);
    sink_(line);
    line.goes_on = true;
    line.cut = {};
    if (end == std::string_view::npos) return;
    text.remove_prefix(end + 1);
    if (text.empty()) return;
  }
}

void LogReader::Impl::tell_gap(unsigned part) {
  const std::string text = "** pstore part " + std::to_string(part) + " is missing: printk messages dropped **";
  LogLine line;
  line.text = text;
  flush_broken();
  sink_(line);
}

// Lines that wait for their rest.
void LogReader::Impl::flush_broken() {
  edge_.flush();
  unwrapper_.flush();
}

void LogReader::Impl::flush() {
  flush_broken();
  for (const auto& assembler : assemblers_) assembler->flush();
  resequencer_.flush();
}

void LogReader::Impl::finish() {
  parts_.finish();
  edge_.flush();
  unwrapper_.forget();
  for (const auto& assembler : assemblers_) assembler->finish();
  active_ = nullptr;
  resequencer_.flush();
}

LogReader::LogReader(Sink sink, BeginsLine begins_line)
    : impl_(std::make_unique<Impl>(std::move(sink), std::move(begins_line))) {}
LogReader::~LogReader() = default;
LogReader::LogReader(LogReader&&) noexcept = default;
LogReader& LogReader::operator=(LogReader&&) noexcept = default;

void LogReader::read(const RawLine& line) { impl_->read(line); }
void LogReader::flush() { impl_->flush(); }
void LogReader::finish() { impl_->finish(); }
}  // namespace unoops::input
