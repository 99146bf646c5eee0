#include "input/unwrap.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "input/rows.hpp"

namespace unoops::input {

namespace {

// Mail clients break at 65 to 80 columns (RFC 5322 wants 78, RFC 3676 wants 72), terminals at 80.
constexpr std::size_t narrowest = 63;
constexpr std::size_t widest = 82;
constexpr std::size_t screen = 80;
constexpr std::size_t most_waiting = 96;  // lines: an oops holds a line that proves the margin among fewer
constexpr std::size_t longest_line = 16 * 1024;
constexpr std::size_t enough = 3;  // breaks at one margin are no accident
constexpr std::size_t far = 400;   // lines that one too long speaks for

std::string_view without_return(std::string_view s) {
  while (s.ends_with('\r')) s.remove_suffix(1);
  return s;
}

// "> > ". A '>' directly before text is KASAN's (quotes.cpp).
std::size_t quote_length(std::string_view text) {
  std::size_t length = 0;
  while (length < text.size() && text[length] == '>') {
    std::size_t next = length + 1;
    if (next < text.size() && text[next] == ' ')
      ++next;
    else if (next < text.size() && text[next] != '>' && text[next] != '[' && text[next] != '<')
      break;
    length = next;
  }
  return length;
}

}  // namespace

void Unwrapper::take(const RawLine& raw) {
  const std::string_view text = without_return(raw.bytes);
  if (passes()) return pass(text.size()), deliver_(raw);
  if (raw.continued || is_too_long(text)) {
    not_broken_ = far;
    forget();
    return deliver_(raw);
  }
  const Break found = in_use_ != 0 ? break_before(raw, text) : Break::none;
  if (found != Break::none) return join(raw, text, found);
  if (!in_doubt() || in_use_ >= most_waiting) release(proven_);
  if (text.size() > 2 * widest) return release(proven_), deliver_(raw);
  begin(raw, text);
}

void Unwrapper::pass(std::size_t width) { not_broken_ = width > widest ? far : not_broken_ - 1; }

// Past every margin, with a blank where it could have been broken. Of a mail's own lines some are (Received: ...).
bool Unwrapper::is_too_long(std::string_view text) {
  if (text.size() <= widest + 2) return false;
  const std::size_t quote = quote_length(text);
  if (text.size() - quote <= widest + 2) return false;
  const auto breakable = text.substr(quote).substr(narrowest / 2, widest - narrowest / 2).find(' ');
  return breakable != std::string_view::npos && front_of_(text) != Front::bare;
}

bool Unwrapper::is_prefixed(Line& line) {
  if (!line.prefixed) line.prefixed = front_of_(line.text) == Front::prefix;
  return *line.prefixed;
}

Unwrapper::Break Unwrapper::break_before(const RawLine& raw, std::string_view text) {
  Line& line = waiting_[in_use_ - 1];
  const std::size_t quote = quote_length(text);
  // Broken first and quoted then, or the other way round.
  if (quote != 0 && quote != line.quote) return Break::none;
  const std::string_view rest = text.substr(quote);
  const std::string_view more = trim(rest);
  if (more.empty() || line.text.size() + more.size() > longest_line || !raw.ended) return Break::none;
  if (rest.starts_with('+') && is_offset_of(last_word(line.text), rest)) return Break::within_word;
  const std::size_t first = std::min(rest.find(' ', static_cast<std::size_t>(more.data() - rest.data())), rest.size());
  const auto broken_at = [&](std::size_t width) { return width <= widest && width + 1 + first > narrowest; };
  if (!broken_at(line.width) && !broken_at(line.width - line.quote)) return Break::none;
  if (is_more_code(line.text, more)) return Break::sure;
  constexpr std::size_t alike = 3;
  if (rest.substr(0, alike) == std::string_view(line.text).substr(0, alike)) return Break::none;
  if (is_kmsg_dictionary(rest) || front_of_(rest) != Front::bare ||
      find_glued_prefix(rest, 0) != std::string_view::npos)
    return Break::none;
  const bool prefixed = is_prefixed(line);
  constexpr std::size_t shortest_ruler = 8;
  if (!prefixed && is_ruler(more, "=-*_#~", shortest_ruler)) return Break::none;
  if (prefixed && line.width == screen && are_one_word(last_word(line.text), first_word(rest))) return Break::sure;
  if (!prefixed && is_blank(rest.front())) return Break::none;  // the kernel indents, too
  if (completes(trim(line.text), more, prefixed)) return Break::sure;
  if (!prefixed) return bare_break(line, rest);
  if (full_breaks_ >= enough && at_screen_edge() && line.width != screen) return Break::none;
  return proven_ ? Break::sure : Break::doubtful;
}

// Nothing tells the rest from a line of its own but what it says.
Unwrapper::Break Unwrapper::bare_break(const Line& line, std::string_view rest) {
  if (begins_line_(rest) || !begins_line_(line.text)) return Break::none;
  if (goes_on_with_register(trim(line.text), rest)) return Break::sure;
  return proven_ && fits_margin(line, rest) ? Break::sure : Break::none;
}

// The line ends before the margin of the breaks so far, and the first word of the rest would have gone past it. Rows
// with a name in front are lines of their own.
bool Unwrapper::fits_margin(const Line& line, std::string_view rest) const {
  const auto first = first_word(rest);
  return margin_from_ <= margin_to_ && line.width <= margin_to_ && line.width + 1 + first.size() > margin_from_ &&
         !first.ends_with(':');
}

void Unwrapper::begin(const RawLine& raw, std::string_view text) {
  if (in_use_ == waiting_.size()) waiting_.emplace_back();
  Line& line = waiting_[in_use_++];
  line.pieces.resize(1);
  line.pieces[0].raw = raw;
  line.pieces[0].bytes.assign(raw.bytes);
  line.quote = quote_length(text);
  line.width = text.size();
  widest_ = std::max(widest_, line.width);
  line.text.assign(text.substr(line.quote));
  line.prefixed.reset();
}

void Unwrapper::join(const RawLine& raw, std::string_view text, Break found) {
  Line& line = waiting_[in_use_ - 1];
  const std::string_view rest = text.substr(quote_length(text));
  const bool within = found == Break::within_word;
  if (!within) learn(line, rest);
  if (!within && !line.text.ends_with(' ')) line.text += ' ';
  line.text += rest;
  line.width = text.size();
  line.pieces.push_back({raw, std::string(raw.bytes), within});
  if (found == Break::doubtful) ++doubtful_;
  proven_ = proven_ || found >= Break::sure || (full_breaks_ >= enough && at_screen_edge()) ||
            (doubtful_ >= enough && margin_from_ <= margin_to_ && widest_ <= margin_to_);
  if (proven_) doubtful_ = 0;
}

void Unwrapper::learn(const Line& line, std::string_view rest) {
  const std::string_view more = trim(rest);
  const std::string_view first = first_word(more);
  ++(line.width == screen ? full_breaks_ : short_breaks_);
  const std::string_view last = last_word(line.text);
  const bool separate = last.empty() || std::string_view(",:;)]}").find(last.back()) != std::string_view::npos;
  if (line.width == screen && are_one_word(last, first_word(rest))) ++broken_words_;
  if (line.width == screen && (separate || rest.starts_with('['))) ++whole_words_;
  keeps_blanks_ = keeps_blanks_ && line.text.ends_with(' ');
  margin_from_ = std::max(margin_from_, line.width);
  margin_to_ = std::min(margin_to_, line.width + static_cast<std::size_t>(first.end() - rest.begin()));
}

bool Unwrapper::at_screen_edge() const {
  return short_breaks_ == 0 && full_breaks_ != 0 &&
         (broken_words_ != 0 || full_breaks_ >= enough || whole_words_ * 2 < full_breaks_);
}

// Where there is one, is it a mail client's or the screen's?
bool Unwrapper::in_doubt() const {
  return doubtful_ != 0 || (full_breaks_ != 0 && full_breaks_ < enough && short_breaks_ == 0);
}

std::string_view Unwrapper::whole(const Line& line) {
  whole_.assign(without_return(line.pieces.front().bytes));
  for (std::size_t i = 1; i < line.pieces.size(); ++i) {
    const std::string_view piece = without_return(line.pieces[i].bytes);
    const std::string_view rest = piece.substr(quote_length(piece));
    if (!line.pieces[i].within && !at_screen_edge() && !(keeps_blanks_ && whole_.ends_with(' '))) whole_ += ' ';
    whole_ += rest;
  }
  return whole_;
}

void Unwrapper::release(bool joined) {
  for (std::size_t i = 0; i < in_use_; ++i) {
    Line& line = waiting_[i];
    for (auto& piece : line.pieces) piece.raw.bytes = piece.bytes;
    if (joined && line.pieces.size() > 1) {
      RawLine raw = line.pieces.front().raw;
      raw.bytes = whole(line);
      deliver_(raw);
      continue;
    }
    for (const auto& piece : line.pieces) deliver_(piece.raw);
  }
  in_use_ = 0;
  if (!proven_) forget_breaks();
}

void Unwrapper::forget_breaks() {
  doubtful_ = full_breaks_ = short_breaks_ = broken_words_ = whole_words_ = margin_from_ = widest_ = 0;
  margin_to_ = longest_line;
  keeps_blanks_ = true;
  proven_ = false;
}

void Unwrapper::flush() { release(proven_); }

void Unwrapper::forget() {
  flush();
  forget_breaks();
}

}  // namespace unoops::input
