#include "input/affix.hpp"

#include <algorithm>
#include <array>

#include "base/text.hpp"
#include "input/clock.hpp"

namespace unoops::input {

namespace {

constexpr std::size_t longest = 320;       // the fields of a logfmt or CSV line before its message
constexpr std::size_t longest_group = 48;  // "[2025-01-06T10:11:12.345678901+01:00]"

// Letters of any language: bytes of UTF-8 are taken as such.
bool is_letter(char c) { return (is_word(c) && !is_digit(c) && c != '_') || static_cast<unsigned char>(c) >= 0x80; }

// Words of which one line has this, the next one that.
bool is_level(std::string_view word) {
  static constexpr auto names = std::to_array<std::string_view>(
      {"emerg", "emergency", "panic", "alert", "crit", "critical", "fatal", "err", "error", "warn", "warning", "notice",
       "info", "information", "informational", "debug", "trace"});
  return std::ranges::any_of(names, [&](std::string_view name) { return equal_ignoring_case(word, name); });
}

std::size_t run_of(std::string_view text, bool (*wanted)(char)) {
  return static_cast<std::size_t>(std::ranges::find_if_not(text, wanted) - text.begin());
}

// "[T1]", "(1)", "[c0]": a bracket and what it holds, without another one. A kernel's address "[<ffff...>]" is none.
std::size_t group_of(std::string_view text) {
  const char close = text.starts_with('[') ? ']' : text.starts_with('(') ? ')' : '\0';
  if (close == '\0') return 0;
  const auto end = text.substr(0, longest_group).find_first_of("[]()<>\"{}", 1);
  return end == std::string_view::npos || end == 1 || text[end] != close ? 0 : end + 1;
}

}  // namespace

Affix::Affix(std::string_view example) {
  if (example.size() > longest) return;
  example_ = example;
  for (std::size_t at = 0; at < example.size();) {
    const auto rest = example.substr(at);
    Part part{Is::sign, {}};
    std::size_t length = 1;
    if (const auto group = group_of(rest)) {
      part.is = Is::group;
      length = group;
    } else if (is_digit(rest.front())) {
      part.is = Is::number;
      length = run_of(rest, is_digit);
    } else if (is_letter(rest.front())) {
      length = run_of(rest, is_letter);
      part.is = is_level(rest.substr(0, length)) ? Is::level : Is::word;
    } else if (is_blank(rest.front())) {
      part.is = Is::blanks;
      length = run_of(rest, is_blank);
    }
    part.text = rest.substr(0, length);
    parts_.push_back(std::move(part));
    at += length;
  }
}

// Goes through a line part by part.
class Affix::Matcher {
 public:
  Matcher(const std::vector<Part>& parts, std::string_view text) : parts_(parts), text_(text) {}

  // How far the parts reach; nothing: they do not fit.
  std::optional<std::size_t> run() {
    for (std::size_t i = 0; i < parts_.size(); ++i)
      if (!take(i)) {
        const bool only_blanks = i + 1 == parts_.size() && parts_[i].is == Is::blanks && at_ == text_.size();
        if (!only_blanks) return std::nullopt;
      }
    return at_;
  }

 private:
  bool take(std::size_t i) {
    const Part& part = parts_[i];
    const auto rest = text_.substr(at_);
    switch (part.is) {
      case Is::number:
        if (i > 0 && parts_[i - 1].is == Is::sign) at_ += run_of(rest, is_blank);  // padded, and the example was not
        return advance(run_of(text_.substr(at_), is_digit));
      case Is::level: {
        const auto length = run_of(rest, is_letter);
        level_ = length;
        return is_level(rest.substr(0, length)) && advance(length);
      }
      case Is::group:
        return rest.starts_with(part.text.front()) && advance(group_of(rest));
      case Is::blanks:
        return take_blanks(i, run_of(rest, is_blank));
      default:
        return rest.starts_with(part.text) && advance(part.text.size());
    }
  }

  bool take_blanks(std::size_t i, std::size_t have) {
    const bool behind_level = i > 0 && parts_[i - 1].is == Is::level;
    const std::size_t width = behind_level ? parts_[i - 1].text.size() + parts_[i].text.size() : 0;
    const bool column = width > level_ && have >= width - level_;  // "ERR     text" below "WARNING text"
    if (i + 1 == parts_.size()) {
      const auto want = behind_level && column ? width - level_ : parts_[i].text.size();
      return have >= want && advance(want);
    }
    const bool pads = behind_level || parts_[i + 1].is == Is::number || parts_[i + 1].is == Is::level;
    at_ += have;
    return have != 0 || pads;
  }

  bool advance(std::size_t n) {
    at_ += n;
    return n != 0;
  }

  const std::vector<Part>& parts_;
  std::string_view text_;
  std::size_t at_ = 0, level_ = 0;
};

bool Affix::has_clock() const {
  const std::string_view text = example_;
  const auto part_of_number = [&](std::size_t at) { return at < text.size() && (is_hex(text[at]) || text[at] == ':'); };
  for (std::size_t at = 0; at < text.size(); ++at) {
    Scanner s(text.substr(at));
    if (at != 0 && part_of_number(at - 1)) continue;  // of a device's or a network card's address
    if (hms(s, false) && !part_of_number(text.size() - s.rest().size())) return true;
  }
  return false;
}

std::optional<std::size_t> Affix::length_in(std::string_view text) const { return Matcher(parts_, text).run(); }

std::optional<std::size_t> Affix::begin_in(std::string_view text) const {
  constexpr int most_tries = 8;
  text = trim_right(text);
  if (parts_.empty()) return text.size();
  std::size_t first = parts_.front().is == Is::blanks ? 1 : 0;
  if (first == parts_.size()) return std::nullopt;
  const std::vector<Part> parts(parts_.begin() + static_cast<std::ptrdiff_t>(first), parts_.end());
  const char begins = parts.front().text.front();
  auto at = text.rfind(begins);
  for (int i = 0; i < most_tries && at != std::string_view::npos; ++i) {
    if (Matcher(parts, text.substr(at)).run() == text.size() - at) return trim_right(text.substr(0, at)).size();
    if (at == 0) break;
    at = text.rfind(begins, at - 1);
  }
  return std::nullopt;
}

}  // namespace unoops::input
