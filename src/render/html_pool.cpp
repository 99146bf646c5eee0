#include "render/html_pool.hpp"

#include <algorithm>
#include <charconv>
#include <iterator>
#include <utility>

namespace unoops::render {

namespace {

// A shorter line costs less than the end of a run and the beginning of the next.
constexpr std::size_t worth_sharing = 16;
constexpr std::size_t cost_of_entry = 64;  // of a node and the string's head, beside the text

void append_base36(std::string& out, std::uint64_t number) {
  char digits[16];
  out.append(digits, std::to_chars(std::begin(digits), std::end(digits), number, 36).ptr);
}

// Consecutive numbers are one run.
class Runs {
 public:
  bool goes_on_with(std::uint64_t number) const { return open_ && number == last_ + 1; }

  void add(std::uint64_t number) {
    if (!goes_on_with(number)) {
      close();
      first_ = number;
    }
    last_ = number;
    open_ = true;
  }

  std::string text() {
    close();
    return std::move(out_);
  }

 private:
  void close() {
    if (!std::exchange(open_, false)) return;
    if (!out_.empty()) out_ += ' ';
    append_base36(out_, first_);
    if (first_ == last_) return;
    out_ += '-';
    append_base36(out_, last_);
  }

  std::string out_;
  std::uint64_t first_ = 0, last_ = 0;
  bool open_ = false;
};

}  // namespace

const std::uint64_t* Numbering::find(std::string_view text) const {
  const auto at = numbers_.find(text);
  return at == numbers_.end() ? nullptr : &at->second;
}

std::uint64_t Numbering::add(std::string_view text) {
  if (bytes_ > most_bytes) {
    numbers_.clear();
    bytes_ = 0;
  }
  if (numbers_.try_emplace(std::string(text), next_).second) bytes_ += text.size() + cost_of_entry;
  return next_++;
}

std::string LinePool::add(std::string_view article) {
  Runs runs;
  while (!article.empty()) {
    const auto end = std::min(article.find('\n'), article.size());
    const std::string_view line = article.substr(0, end);
    article.remove_prefix(std::min(end + 1, article.size()));
    const auto* known = numbering_.find(line);
    if (known && (line.size() >= worth_sharing || runs.goes_on_with(*known))) {
      runs.add(*known);
    } else {
      runs.add(numbering_.add(line));
      new_.append(line) += '\n';
    }
  }
  return runs.text();
}

std::string LinePool::take_new() { return std::exchange(new_, {}); }

std::uint64_t WordPool::add(std::string_view word) {
  if (const auto* known = numbering_.find(word)) return *known;
  if (!new_.empty()) new_ += ',';
  new_ += json_in_html(word);
  return numbering_.add(word);
}

std::string WordPool::take_new() { return std::exchange(new_, {}); }

std::string json_in_html(std::string_view clean_text) {
  std::string out = "\"";
  for (const char c : clean_text)
    if (c == '<')
      out += "\\u003c";
    else if (c == '"' || c == '\\')
      (out += '\\') += c;
    else
      out += c;
  return out += '"';
}

}  // namespace unoops::render
