#include "input/unwrap.hpp"

#include <algorithm>
#include <array>

#include "base/text.hpp"
#include "grammar/scanner.hpp"
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

std::string_view first_word(std::string_view s) { return s.substr(0, s.find_first_of(" \t")); }

std::string_view last_word(std::string_view s) {
  const auto at = s.find_last_of(" \t");
  return at == std::string_view::npos ? s : s.substr(at + 1);
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

// "foo+0x12/0x34"
bool is_symbol_ref(std::string_view word) {
  Scanner s(word);
  std::string_view symbol;
  std::uint64_t number = 0;
  return s.symbol(symbol) && s.lit("+") && s.hex0x(number) && s.lit("/") && s.hex0x(number);
}

std::size_t hex_digits(std::string_view word) {
  if (word.starts_with("0x")) word.remove_prefix(2);
  return static_cast<std::size_t>(std::find_if_not(word.begin(), word.end(), is_hex) - word.begin());
}

// "ffff888012345678", "0x10", "0000000000000000(0063)", "0018:ffffc90000123e58"
bool is_value(std::string_view word) {
  const auto digits = hex_digits(word);
  if (digits < (word.starts_with("0x") ? 1U : 4U)) return false;
  const auto rest = word.substr(digits + (word.starts_with("0x") ? 2 : 0));
  return rest.empty() || rest.front() == '(' || rest.front() == ':' || rest.front() == ',' || rest.front() == '-';
}

// "RAX:", "x29:", "CR2:", "GPR04:", "knlGS:0000000000000000"
bool is_register(std::string_view word) {
  const auto colon = word.find(':');
  if (colon == std::string_view::npos || colon == 0 || colon > 8 || is_digit(word.front())) return false;
  return std::all_of(word.begin(), word.begin() + static_cast<std::ptrdiff_t>(colon), is_word) &&
         (colon + 1 == word.size() || is_value(word.substr(colon + 1)));
}

// "48", "<0f>", "(b9400021)": what `Code:` lists
bool is_code(std::string_view word) {
  if (word.size() > 2 && (word.front() == '<' || word.front() == '(')) word = word.substr(1, word.size() - 2);
  return !word.empty() && word.size() <= 8 && hex_digits(word) == word.size();
}

// "fp=0x0000000000000000"
bool is_assignment(std::string_view word) {
  const auto equals = word.find('=');
  if (equals == std::string_view::npos || equals == 0 || equals + 1 == word.size()) return false;
  const auto name = word.substr(0, equals);
  return std::all_of(name.begin(), name.end(), [](char c) { return is_word(c) || c == '@'; });
}

// "ext4", "kfault(OE)", "[last", "unloaded:", "foo]"
bool is_module(std::string_view word) {
  if (word == "[last" || word == "unloaded:" || word == "unloaded") return true;
  if (word.ends_with(':')) return false;
  const auto name = word.substr(0, word.find_first_of("(:]"));
  return !name.empty() && std::all_of(name.begin(), name.end(), is_word);
}

template <class Predicate>
bool every_word(std::string_view text, Predicate wanted) {
  Scanner s(text);
  std::string_view word;
  while (s.blanks().word(word))
    if (!wanted(word)) return false;
  return true;
}

// Of registers' names only the shortest have neither a digit nor a capital: "lr", "pc".
bool is_english(std::string_view word) {
  return word.size() > 2 && std::all_of(word.begin(), word.end(), [](char c) { return c >= 'a' && c <= 'z'; });
}

// A word that never ends a line of the kernel's: a value, a symbol or a version has to follow.
bool asks_for_more(std::string_view word) {
  static constexpr std::array<std::string_view, 16> words{
      "at",   "in",   "by", "for",      "from", "of",  "to", "address",
      "addr", "task", "?",  "address:", "at:",  "and", "is", "was"};
  return std::find(words.begin(), words.end(), word) != words.end() ||
         (word.ends_with(':') && is_register(word) && !is_english(word.substr(0, word.size() - 1))) ||
         (word.starts_with("[<") && word.ends_with(">]"));
}

// "04/01/2014": a BIOS'
bool is_date(std::string_view word) { return word.size() == 10 && word[2] == '/' && word[5] == '/'; }

// "(i440FX + PIIX," and "1996), BIOS ...": what is open is closed.
bool closes(std::string_view line, std::string_view more) {
  int depth = 0;
  for (const char c : line) {
    if (c == '(') ++depth;
    if (c == ')' && depth > 0) --depth;
  }
  const auto end = more.find_first_of("()");
  return depth > 0 && end != std::string_view::npos && more[end] == ')';
}

bool is_version(std::string_view text) {
  return is_digit(text.front()) && text.find('.') != std::string_view::npos &&
         text.find(" #") != std::string_view::npos;
}

// Bytes at the pc. "<48> 8b 05" looks like a level otherwise.
bool is_more_code(std::string_view line, std::string_view more) {
  return line.find("Code: ") != std::string_view::npos && every_word(more, is_code);
}

// Does `more` end what `line` began? Both without blanks at their ends.
bool completes(std::string_view line, std::string_view more, bool prefixed) {
  const auto last = last_word(line);
  const auto first = first_word(more);
  const auto has = [&](std::string_view words) { return line.find(words) != std::string_view::npos; };
  if (has("Modules linked in:") && every_word(more, is_module)) return true;
  if (has("Hardware name: ") && (last == "BIOS" || is_date(last_word(more)))) return true;
  if (has(" PID: ") && (is_version(more) || more.starts_with("Tainted: ") || more.starts_with("tainted "))) return true;
  if (asks_for_more(last) && (is_value(first) || is_symbol_ref(first))) return true;
  if (is_symbol_ref(last) && more.front() == '[' && more.find(']') != std::string_view::npos) return true;
  if (closes(line, more)) return true;
  if (!prefixed) return false;  // what follows could stand for itself
  if (is_assignment(last) && is_assignment(first)) return true;
  if (last.ends_with(',') || (is_value(last) && is_register(first))) return true;
  return hex_digits(last) == last.size() && last.size() >= 2 && is_value(first);
}

// Two parts of one word: "do_wr" "ite+0x12/0x34", "00000000" "00000010".
bool are_one_word(std::string_view last, std::string_view first) {
  if (is_symbol_ref(first)) return !asks_for_more(last) && std::all_of(last.begin(), last.end(), is_symbol);
  const auto digits = last.size() + first.size();
  return hex_digits(last) == last.size() && hex_digits(first) == first.size() && (digits == 8 || digits == 16);
}

}  // namespace

void Unwrapper::take(const RawLine& raw) {
  const std::string_view text = without_return(raw.bytes);
  if (not_broken_ != 0) {
    not_broken_ = text.size() > widest ? far : not_broken_ - 1;
    return deliver_(raw);
  }
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

// Past every margin, with a blank where it could have been broken. Of a mail's own lines some are (Received: ...).
bool Unwrapper::is_too_long(std::string_view text) {
  if (text.size() <= widest + 2) return false;
  const std::size_t quote = quote_length(text);
  if (text.size() - quote <= widest + 2) return false;
  const auto breakable = text.substr(quote).substr(narrowest / 2, widest - narrowest / 2).find(' ');
  return breakable != std::string_view::npos && has_prefix_(text);
}

bool Unwrapper::is_prefixed(Line& line) {
  if (!line.prefixed) line.prefixed = has_prefix_(line.text);
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
  const std::size_t first = std::min(rest.find(' ', static_cast<std::size_t>(more.data() - rest.data())), rest.size());
  const auto broken_at = [&](std::size_t width) { return width <= widest && width + 1 + first > narrowest; };
  if (!broken_at(line.width) && !broken_at(line.width - line.quote)) return Break::none;
  if (is_more_code(line.text, more)) return Break::sure;
  constexpr std::size_t alike = 3;
  if (rest.substr(0, alike) == std::string_view(line.text).substr(0, alike)) return Break::none;
  if (is_kmsg_dictionary(rest) || has_prefix_(rest) || find_glued_prefix(rest, 0) != std::string_view::npos)
    return Break::none;
  const bool prefixed = is_prefixed(line);
  if (prefixed && line.width == screen && are_one_word(last_word(line.text), first_word(rest))) return Break::sure;
  if (!prefixed && is_blank(rest.front())) return Break::none;  // the kernel indents, too
  if (completes(trim(line.text), more, prefixed)) return Break::sure;
  if (!prefixed || (full_breaks_ >= enough && at_screen_edge() && line.width != screen)) return Break::none;
  return proven_ ? Break::sure : Break::doubtful;
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
  learn(line, rest);
  if (!line.text.ends_with(' ')) line.text += ' ';
  line.text += rest;
  line.width = text.size();
  line.pieces.push_back({raw, std::string(raw.bytes)});
  if (found == Break::doubtful) ++doubtful_;
  proven_ = proven_ || found == Break::sure || (full_breaks_ >= enough && at_screen_edge()) ||
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
    if (!at_screen_edge() && !(keeps_blanks_ && whole_.ends_with(' '))) whole_ += ' ';
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
