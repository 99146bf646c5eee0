#include "input/screen_edge.hpp"

#include <algorithm>
#include <utility>

#include "base/text.hpp"
#include "input/rows.hpp"

namespace unoops::input {
namespace {

constexpr std::size_t narrowest = 40, usual = 80, mail_margin = 82;
constexpr std::size_t longest_line = 16 * 1024;

std::string_view without_return(std::string_view s) {
  while (s.ends_with('\r')) s.remove_suffix(1);
  return s;
}

}  // namespace

bool ScreenEdge::may_be_broken(std::string_view text) const {
  return may_wait(text.size()) && (!is_bare_(text) || begins_line_(text));
}

bool ScreenEdge::may_wait(std::size_t width) const {
  return width == widest_ && widest_ >= narrowest && widest_ != usual;
}

// The line that waits is as wide as the screen.
bool ScreenEdge::goes_on_with(std::string_view rest) {
  const auto more = trim(rest);
  if (more.empty() || width_ != widest_ || rest.size() > widest_ || text_.size() + rest.size() > longest_line)
    return false;
  if (!is_bare_(rest) || is_kmsg_dictionary(rest) || begins_line_(rest)) return false;
  if (proven_) return true;
  const std::string_view line = trim(std::string_view(text_));
  const auto last = last_word(line), first = first_word(rest);
  const bool two_words = last.size() == 8 && first.size() == 8;  // of code or of a stack of 32 bits, at a mail's margin
  const bool in_word = !is_blank(text_.back()) && !is_blank(rest.front()) && !two_words;
  proven_ = (in_word && are_one_word(last, first)) ||
            (widest_ > mail_margin && (completes(line, more, !is_bare_(text_)) || is_more_code(line, more)));
  return proven_;
}

void ScreenEdge::take(const RawLine& raw) {
  const auto text = without_return(raw.bytes);
  if (waits_ && !raw.continued && goes_on_with(text)) {
    text_ += text;
    width_ = text.size();
    if (width_ < widest_) flush();
    return;
  }
  flush();
  if (text.size() > widest_) {
    widest_ = text.size();
    proven_ = false;
  }
  if (raw.continued || !raw.ended || !may_be_broken(text)) return deliver_(raw);
  raw_ = raw;
  text_.assign(text);
  width_ = text.size();
  waits_ = true;
}

void ScreenEdge::flush() {
  if (!std::exchange(waits_, false)) return;
  raw_.bytes = text_;
  deliver_(raw_);
}

}  // namespace unoops::input
