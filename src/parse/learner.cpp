#include "parse/learner.hpp"

#include <fmt/core.h>

#include <algorithm>

#include "base/text.hpp"
#include "input/rows.hpp"
#include "parse/landmarks.hpp"

namespace unoops::parse {
namespace {

constexpr std::size_t most_before = 320;        // bytes before a headline
constexpr std::size_t soon = 12;                // lines within which a prefix shows again
constexpr std::size_t most_held = 64;           // an oops has its call trace within so many
constexpr std::size_t most_bytes = 256 * 1024;  // of lines that wait
constexpr std::size_t most_candidates = 4;
constexpr std::size_t most_misses = 300;
constexpr unsigned enough_heads = 3;

// Ends like no line of the kernel's: a table's bar, a quote, the fields that follow it.
bool may_have_suffix(std::string_view text) {
  text = trim_right(text);
  return !text.empty() && (std::string_view("|\"'},;\\").find(text.back()) != std::string_view::npos ||
                           text.find('"') != std::string_view::npos);
}

// How many bytes of the line's text the prefix is. A transport may have come to be believed meanwhile ("May  4 14:08:51
// text") and have taken a part of it.
std::optional<std::size_t> front_of(const LogLine& line, const Affix& prefix) {
  if (prefix.empty()) return 0;
  if (const auto length = prefix.length_in(line.text)) return length;
  const auto raw = trim_right(line.raw), text = trim_right(line.text);
  if (raw.size() <= text.size() || !raw.ends_with(text)) return std::nullopt;
  const auto taken = raw.size() - text.size();
  const auto length = prefix.length_in(raw);
  if (!length || *length < taken) return std::nullopt;
  return *length - taken;
}

// "kmemleak: ", "smp: ": a word and its colon are the kernel's own (pr_fmt).
bool is_pr_fmt(std::string_view before) {
  return before.ends_with(": ") && std::ranges::all_of(before.substr(0, before.size() - 2), is_word);
}

std::string_view last_word_and_blanks(std::string_view text) {
  const auto blank = trim_right(text).find_last_of(" \t");
  return blank == std::string_view::npos ? text : text.substr(blank + 1);
}

std::size_t bytes_of(const LogLine& line) { return line.raw.size() + line.text.size(); }

bool is_empty(std::string_view text) { return trim(text).empty(); }

// A quote's inside: \" is ", "" too (CSV).
std::string_view unquoted(std::string_view text, std::string& room) {
  if (text.find_first_of("\\\"") == std::string_view::npos) return text;
  room.clear();
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char next = i + 1 < text.size() ? text[i + 1] : '\0';
    if (text[i] == '\\' && (next == '"' || next == '\\')) {
      room += text[++i];
    } else if (text[i] == '\\' && next == 't') {
      room += '\t', ++i;
    } else {
      room += text[i];
      if (text[i] == '"' && next == '"') ++i;
    }
  }
  return room;
}

}  // namespace

void Learner::take(const LogLine& line) {
  note_head(line);
  if (!line.kernel) return route_(line, false);
  const Seen seen = see(line);
  if (!begin_candidate(line, seen) && held_.empty()) return read(seen);
  hold(line);
}

void Learner::release() {
  for (auto& candidate : candidates_)
    if (candidate.confirmed()) {
      learn(candidate);
      break;
    }
  release(held_.size());
}

// The kernel's own prefix behind the same bytes on line after line.
void Learner::note_head(const LogLine& line) {
  if (!line.kernel && !line.prefixed && !line.text.empty()) {
    head_number_ = line.number;
    head_text_.assign(line.text.substr(0, most_before));
  } else if (line.glued && line.number == head_number_) {
    const auto length = head_.empty() ? std::nullopt : head_.length_in(head_text_);
    heads_ = length == head_text_.size() ? heads_ + 1 : 1;
    if (heads_ == 1) head_ = Affix(head_text_);
    if (heads_ == enough_heads && prefix_.empty()) {
      prefix_ = head_;
      misses_ = 0;
      if (trace_) trace_->at(line, fmt::format("learnt: every line begins as \"{}\"", prefix_.example()));
    }
    head_number_ = 0;
  }
}

// What was learnt, where it fits. True: something was taken off.
bool Learner::strip(LogLine& line) {
  if (prefix_.empty() && suffix_.empty()) return false;
  std::string_view text = line.text;
  const auto begin = front_of(line, prefix_);
  if (begin) text.remove_prefix(*begin);
  const bool whole = begin || line.glued;  // what is glued has lost its prefix
  const auto end = suffix_.empty() || !whole ? std::nullopt : suffix_.begin_in(text);
  if (end) text = text.substr(0, *end);
  const bool fits = end || (begin && !prefix_.empty());
  misses_ = fits || line.glued ? 0 : misses_ + 1;
  if (misses_ > most_misses) prefix_ = suffix_ = {}, heads_ = 0;
  if (!fits) return false;
  if (end && suffix_.example().find('"') != std::string::npos) text = unquoted(text, unescaped_);
  line.text = text;
  line.prefixed = true;
  line.kernel = line.kernel && !is_programs(text);
  return true;
}

Learner::Seen Learner::see(const LogLine& line) {
  Seen seen{line, false, {}};
  seen.known = strip(seen.line);
  if (!line.bare) seen.sight = look_at(seen.line.text);
  return seen;
}

void Learner::read(const Seen& seen) { route_(seen.line, seen.sight.header || seen.sight.trouble); }

// Is this line one that nothing explains? (Nothing waits yet, or lines do.)
bool Learner::begin_candidate(const LogLine& line, const Seen& seen) {
  const auto& [mine, known, sight] = seen;
  if (!sight.at) return false;
  const auto before = mine.text.substr(0, without_own_prefix(mine.text.substr(0, *sight.at)));
  const bool seeks_prefix = before.size() <= most_before && !trim(before).empty() && !is_pr_fmt(before);
  const bool seeks_end = may_have_suffix(mine.text) && !(known && !suffix_.empty());
  if ((!seeks_prefix && !seeks_end) || candidates_.size() >= most_candidates) return false;
  // What was learnt is a part of it.
  const auto front = line.text.substr(0, line.text.size() - mine.text.size());
  const auto whole = known && suffix_.empty() ? std::string(front) + std::string(before) : std::string(before);
  auto& candidate = candidates_.emplace_back();
  candidate.line = held_.size();
  if (seeks_prefix) candidate.prefix = Affix(whole);
  candidate.tagged = input::is_programs(last_word_and_blanks(whole));
  candidate.seeks_end = seeks_end;
  return true;
}

void Learner::hold(const LogLine& line) {
  held_.emplace_back(line);
  held_bytes_ += bytes_of(line);
  for (auto& candidate : candidates_) weigh(candidate, held_.size() - 1);
  while (settle()) {
  }
}

// What line `at` of those that wait says for the candidate.
void Learner::weigh(Candidate& candidate, std::size_t at) {
  const auto begin = front_of(held_[at].line(), candidate.prefix);
  if (!begin) return;
  const auto rest = std::string_view(held_[at].text).substr(*begin);
  const auto sight = look_at(rest);
  const bool body = (sight.at == 0U && sight.body) || (!sight.header && is_body_line(rest));
  const bool clocked = at != candidate.line && candidate.prefix.has_clock() && !candidate.tagged;
  if (body || clocked || sight.at == 0U || at == candidate.line) ++candidate.fitting;
  candidate.body |= body || clocked;
  if (candidate.seeks_end) weigh_end(candidate, at, rest);
}

// Two lines whose ends are known, with the same behind them. (Of "Allocated in foo+0x1/0x2 age=0" it is not the end.)
void Learner::weigh_end(Candidate& candidate, std::size_t at, std::string_view rest) {
  const auto end = known_end(rest);
  if (!end) return;
  const auto tail = trim_right(rest.substr(*end));
  if (tail.empty()) {
    candidate.seeks_end = false;
    candidate.suffix = {};
    return;
  }
  const bool again = !candidate.suffix.empty() && at != candidate.line &&
                     candidate.suffix.begin_in(rest) == trim_right(rest.substr(0, *end)).size();
  if (again && ends_all(candidate))
    candidate.seeks_end = false;
  else if (!again)
    candidate.suffix = Affix(tail);
}

// No line's end is known, but a quote that opens before each of them.
void Learner::close_quote(Candidate& candidate) {
  const auto& before = candidate.prefix.example();
  if (before.empty() || (before.back() != '"' && before.back() != '\'')) return;
  const std::string_view text = held_[candidate.line].text;
  candidate.suffix = Affix(text.substr(std::min(text.rfind(before.back()), text.size())));
  candidate.seeks_end = candidate.suffix.empty() || !ends_all(candidate);
}

bool Learner::ends_all(const Candidate& candidate) const {
  return std::ranges::all_of(held_.begin() + static_cast<std::ptrdiff_t>(candidate.line), held_.end(),
                             [&](const input::KeptLine& held) {
                               const auto begin = front_of(held.line(), candidate.prefix);
                               if (!begin || is_empty(held.text)) return true;
                               return candidate.suffix.begin_in(std::string_view(held.text).substr(*begin)).has_value();
                             });
}

// Decides what can be decided, oldest candidate first. True: something was, and there may be more.
bool Learner::settle() {
  if (candidates_.empty()) return release(held_.size()), false;
  const auto found =
      std::ranges::find_if(candidates_, [](const Candidate& c) { return c.confirmed() && !c.seeks_end; });
  if (found != candidates_.end()) {
    learn(*found);
    return release(held_.size()), false;
  }
  auto& oldest = candidates_.front();
  const auto age = held_.size() - oldest.line;
  const bool late = age > (oldest.confirmed() ? most_held : soon) || held_bytes_ > most_bytes;
  if (!late) return false;
  if (oldest.confirmed()) {
    learn(oldest);
    return release(held_.size()), false;
  }
  candidates_.erase(candidates_.begin());
  if (!candidates_.empty()) release(candidates_.front().line);
  return true;
}

void Learner::learn(Candidate& candidate) {
  if (candidate.seeks_end) close_quote(candidate);
  const bool has_suffix = !candidate.seeks_end && !candidate.suffix.empty();
  if (candidate.prefix.empty() && !has_suffix) return;
  if (prefix_.empty() && !candidate.prefix.empty()) learnt_();
  if (!candidate.prefix.empty()) prefix_ = candidate.prefix;
  suffix_ = has_suffix ? candidate.suffix : Affix();
  misses_ = 0;
  if (trace_)
    trace_->at(held_[candidate.line].line(), fmt::format("learnt: every line begins as \"{}\" and ends as \"{}\"",
                                                         prefix_.example(), suffix_.example()));
}

// Reads the first of the lines that wait.
void Learner::release(std::size_t lines) {
  if (lines == held_.size()) candidates_.clear();
  for (auto& candidate : candidates_) candidate.line -= lines;
  for (; lines != 0; --lines) {
    const LogLine line = held_.front().line();
    held_bytes_ -= bytes_of(line);
    read(see(line));
    held_.pop_front();
  }
}

}  // namespace unoops::parse
