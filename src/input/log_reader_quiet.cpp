// Lines that need not be read: what of them the reader has to know.
#include <algorithm>
#include <utility>

#include "input/escapes.hpp"
#include "input/log_reader_impl.hpp"
#include "input/rows.hpp"

namespace unoops::input {

bool LogReader::Impl::is_quiet() const {
  return !active_ && !parts_.waits() && !quoted_printable_.on() && !edge_.waits() && !unwrapper_.waits() &&
         !resequencer_.waiting();
}

bool LogReader::Impl::settle_edge() {
  edge_.flush();
  return is_quiet();
}

namespace {

MarkedLine marked(std::string_view line, const TextMarks& marks) {
  const auto begin = static_cast<std::size_t>(line.data() - marks.block().data());
  return {line, !line.empty() && marks.has_odd(begin, begin + line.size())};
}

}  // namespace

// Plain words behind what the line before began with.
bool LogReader::Impl::is_alike(std::string_view line, const TextMarks& marks) const {
  return last_line_ && passed_form_ == last_front_.form() && line.size() <= longest_plain_line &&
         last_front_.fits(line) && is_plain_words(line.substr(last_front_.size()), marks, memory_);
}

bool LogReader::Impl::look_at(std::string_view line, const TextMarks& marks, PlainLine& out) const {
  using Form = PlainLine::Form;
  if (line.starts_with('{'))
    return (passed_form_ == Form::none || passed_form_ == Form::json) &&
           read_plain_json(marked(line, marks), entry_text_, out);
  if (edge_.is_wider(line.size()) || !unwrapper_.passes()) return false;
  const bool behind_kmsg = passed_form_ == Form::kmsg || (passed_form_ == Form::none && in_kmsg_);
  if (behind_kmsg && line.starts_with(' ') && !edge_.may_wait(line.size()))
    return read_plain_dictionary(marked(line, marks), out);
  if (is_alike(line, marks)) {
    out = last_front_.read(line);
    out.alike = true;
  } else if (!read_plain(marked(line, marks), memory_, front_, out)) {
    return false;
  }
  out.at_edge = edge_.may_wait(line.size());
  return passed_form_ == Form::none || passed_form_ == out.form;
}

// The text of a line that begins as the last one.
LogReader::Impl::Alike LogReader::Impl::text_alike(const TextMarks& marks, std::size_t at,
                                                   const RunStops& stops) const {
  const auto rest = marks.block().substr(at);
  if (!last_front_.fits(rest) || !unwrapper_.passes()) return {};
  const auto begin = last_front_.size();
  const auto behind = marks.newline(at + begin);
  if (behind >= stops.needle) return {};
  const auto newline = behind - at, end = newline - (rest[newline - 1] == '\r' ? 1 : 0);
  const std::string_view text(rest.data() + begin, end - begin);
  if (end > longest_plain_line || edge_.is_as_wide(end) || !last_front_.goes_on(last_line_, rest.data())) return {};
  if (!is_plain_words(text, marks, memory_) &&
      !is_plain_behind(marked(rest.substr(0, end), marks), begin, last_front_.form(), memory_))
    return {};
  const bool may_begin = text.size() < 4 || is_blank(text.front()) || stops.beginnings.may_begin(text);
  const auto beginning = may_begin ? stops.beginning_of(text) : Beginning::unknown;
  return {beginning == Beginning::opening ? std::string_view() : text, beginning == Beginning::part};
}

// The width of a dictionary's line behind a record; 0: it is none, or it has to be looked at.
std::size_t LogReader::Impl::dictionary_alike(const TextMarks& marks, std::size_t at, const RunStops& stops) const {
  if (passed_form_ != PlainLine::Form::kmsg || at >= marks.block().size() || marks.block()[at] != ' ') return 0;
  const auto newline = marks.newline(at);
  if (newline >= stops.needle || !unwrapper_.passes()) return 0;
  const auto line = marks.block().substr(at, newline - at);
  if (line.ends_with('\r') || edge_.is_as_wide(line.size())) return 0;
  PlainLine plain;
  const auto of = marked(line, marks);
  const bool printable = line.size() <= longest_plain_line && !of.odd && is_word(line.back());
  return (printable ? is_kmsg_dictionary(line) : read_plain_dictionary(of, plain)) ? line.size() : 0;
}

PlainRun LogReader::Impl::pass_alike(const TextMarks& marks, std::size_t at, const RunStops& stops,
                                     const RawLine& first) {
  PlainRun run{.end = at};
  if (!last_line_) return run;
  const auto block = marks.block();
  std::size_t width = 0;
  for (;;) {
    if (const auto [text, part] = text_alike(marks, run.end, stops); !text.empty()) {
      last_line_ = block.data() + run.end;
      width = last_front_.size() + text.size();
      unwrapper_.pass(width);
      if (passed_form_ != PlainLine::Form::kmsg) recent_.add(text);
      run.last[run.said++ % run.last.size()] = {run.end, run.lines++, part};
      run.parts += part;
      run.end += width + (block[run.end + width] == '\r' ? 2 : 1);
    } else if (const auto bytes = dictionary_alike(marks, run.end, stops); bytes != 0) {
      unwrapper_.pass(bytes);
      ++run.lines;
      run.end += bytes + 1;
    } else {
      break;
    }
  }
  if (run.lines == 0) return run;
  repeats_left_ = static_cast<unsigned>(std::min<std::uint64_t>(repeats_left_ + run.lines, most_repeats));
  if (run.said == 0) return run;
  const auto& last = run.last[(run.said - 1) % run.last.size()];
  many_passed_ = true;
  passed_ = {first.number + last.index, first.offset + last.begin - at, block.substr(last.begin, width), true, false};
  if (passed_form_ == PlainLine::Form::kmsg) resequencer_.pass(last_front_.read(passed_.bytes).sequence);
  return run;
}

// As hand_out_text() does, which takes such a record apart, too, and cleans it.
bool LogReader::Impl::undo_tabs(PlainLine& plain) const {
  const auto text = unescape_hex(plain.text, entry_text_);
  const bool tabs = std::ranges::all_of(text, [](char c) { return c == '\t' || (c >= ' ' && c <= '~'); });
  plain.decoded = true;
  return tabs && take_plain_message({text}, plain);
}

bool LogReader::Impl::is_next(const PlainLine& plain) const {
  return plain.form != PlainLine::Form::kmsg || resequencer_.passes(plain.sequence);
}

void LogReader::Impl::pass(const RawLine& raw, const PlainLine& plain) {
  if (plain.form == PlainLine::Form::json) return void(passed_form_ = plain.form);
  repeats_left_ = std::min(repeats_left_ + 1, most_repeats);
  unwrapper_.pass(raw.bytes.size());
  if (plain.form == PlainLine::Form::kmsg_more) return;
  if (plain.form == PlainLine::Form::kmsg)
    resequencer_.pass(plain.sequence);
  else
    recent_.add(plain.text);
  many_passed_ = passed_form_ != PlainLine::Form::none;
  passed_form_ = plain.form;
  passed_ = raw;
  const bool known = plain.alike || last_front_.is_of(raw.bytes, plain) || last_front_.learn(raw.bytes, plain, front_);
  last_line_ = known ? raw.bytes.data() : nullptr;
}

namespace {

// "6,339,5140900,-;text", "<6>[    1.234567] text": the level is the priority's last three bits.
std::optional<int> level_of(std::string_view line) {
  Scanner s(line);
  unsigned priority = 0;
  s.lit("<");
  return s.dec(priority) ? std::optional(static_cast<int>(priority & 7)) : std::nullopt;
}

}  // namespace

bool LogReader::Impl::hand_out(const RawLine& raw, const RawLine& line, const PlainLine& plain, bool bare) {
  using Form = PlainLine::Form;
  if (plain.form == Form::json || plain.form == Form::kmsg_more) return false;
  pass(line, plain);
  LogLine out = line_of(raw);
  if (plain.form == Form::wall) {
    out.wall_time = front_.time().of(line.bytes);
    if (front_.has_host()) out.host = memory_.host;
  }
  out.time_us = plain.time_us;
  out.caller = plain.caller;
  out.kernel = plain.kernel;
  out.prefixed = true;
  out.bare = bare;
  if (plain.form == Form::kmsg || plain.form == Form::printk) out.level = level_of(line.bytes);
  if (plain.form == Form::kmsg) {
    hand_out_text(out, plain.text, Escapes::hex);
  } else if (plain.text.find('\\') != std::string_view::npos) {
    hand_out_text(out, plain.text, Escapes::breaks);
  } else {  // plain text is handed out as it is
    out.text = plain.text;
    sink_(out);
  }
  return true;
}

// What the last line leaves behind: it is read once more, and not handed out.
void LogReader::Impl::catch_up() {
  const auto form = std::exchange(passed_form_, PlainLine::Form::none);
  last_line_ = nullptr;
  if (form == PlainLine::Form::json) record_indent_ = 0;
  if (form == PlainLine::Form::json || form == PlainLine::Form::none) return;
  if (std::exchange(many_passed_, false)) memory_.once = memory_.twice = 0;
  Peel peel{.rest = Scanner(passed_.bytes),
            .line = line_of(passed_),
            .memory = &memory_,
            .caller = &caller_,
            .room = &room_,
            .kmsg = {}};
  peel.line.prefixed = take_off(peel, Layer::quote);
  in_kmsg_ = peel.kmsg.has_value();
  if (peel.octal_escapes) record_text_.assign(peel.rest.rest());
  if (in_kmsg_)
    record_indent_ = 0;
  else
    remember(peel, passed_.bytes);
}

bool LogReader::is_quiet() const { return impl_->is_quiet(); }
bool LogReader::waits_at_edge() const { return impl_->waits_at_edge(); }
bool LogReader::settle_edge() { return impl_->settle_edge(); }
bool LogReader::look_at(std::string_view line, const TextMarks& marks, PlainLine& out) const {
  return impl_->look_at(line, marks, out);
}
PlainRun LogReader::pass_alike(const TextMarks& marks, std::size_t at, const RunStops& stops, const RawLine& first) {
  return impl_->pass_alike(marks, at, stops, first);
}
PlainLine LogReader::look_like_last(std::string_view line) const { return impl_->look_like_last(line); }
bool LogReader::undo_tabs(PlainLine& plain) const { return impl_->undo_tabs(plain); }
bool LogReader::is_next(const PlainLine& plain) const { return impl_->is_next(plain); }
void LogReader::pass(const RawLine& line, const PlainLine& plain) { impl_->pass(line, plain); }
bool LogReader::hand_out(const RawLine& raw, const RawLine& line, const PlainLine& plain, bool bare) {
  return impl_->hand_out(raw, line, plain, bare);
}
void LogReader::catch_up() { impl_->catch_up(); }
void LogReader::learn(std::string_view line) { impl_->learn(line); }

}  // namespace unoops::input
