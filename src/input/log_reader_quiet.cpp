// Lines that need not be read: what of them the reader has to know.
#include <algorithm>
#include <utility>

#include "input/log_reader_impl.hpp"

namespace unoops::input {

bool LogReader::Impl::is_quiet() const {
  return !active_ && !parts_.waits() && !quoted_printable_.on() && !edge_.waits() && !unwrapper_.waits() &&
         !resequencer_.waiting();
}

bool LogReader::Impl::look_at(std::string_view line, PlainLine& out) const {
  using Form = PlainLine::Form;
  if (line.starts_with('{'))
    return (passed_form_ == Form::none || passed_form_ == Form::json) && read_plain_json(line, out);
  if (edge_.is_wider(line.size()) || !unwrapper_.passes()) return false;
  const bool behind_kmsg = passed_form_ == Form::kmsg || (passed_form_ == Form::none && in_kmsg_);
  if (behind_kmsg && line.starts_with(' ') && !edge_.may_wait(line.size())) return read_plain_dictionary(line, out);
  if (!read_plain(line, memory_, front_, out)) return false;
  out.at_edge = edge_.may_wait(line.size());
  return passed_form_ == Form::none || passed_form_ == out.form;
}

const char* LogReader::Impl::look_like_last(const char* line, const char* limit, PlainLine& out) const {
  const char* const newline = last_front_.read(line, limit, memory_, out);
  if (!newline || !unwrapper_.passes()) return nullptr;
  const auto width = static_cast<std::size_t>(out.text.data() + out.text.size() - line);
  return width > longest_plain_line || edge_.is_as_wide(width) ? nullptr : newline;
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
  if (!plain.like_last && !last_front_.fits(raw.bytes)) last_front_.learn(raw.bytes, plain, front_);
}

// What the last line leaves behind: it is read once more, and not handed out.
void LogReader::Impl::catch_up() {
  const auto form = std::exchange(passed_form_, PlainLine::Form::none);
  last_front_.forget();
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
bool LogReader::look_at(std::string_view line, PlainLine& out) const { return impl_->look_at(line, out); }
const char* LogReader::look_like_last(const char* line, const char* limit, PlainLine& out) const {
  return impl_->look_like_last(line, limit, out);
}
bool LogReader::is_next(const PlainLine& plain) const { return impl_->is_next(plain); }
void LogReader::pass(const RawLine& line, const PlainLine& plain) { impl_->pass(line, plain); }
void LogReader::catch_up() { impl_->catch_up(); }
void LogReader::learn(std::string_view line) { impl_->learn(line); }

}  // namespace unoops::input
