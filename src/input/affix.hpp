// The form of what a logger that no transport knows puts before or behind every line.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/rooms.hpp"

namespace unoops::input {

// Read off one line, it fits the others: numbers may be any number, padded or not, a level any level, and what stands
// in brackets anything (a thread, a time, a task); words and all other characters have to be the same. So it is only
// ever found in front of lines of the same logger.
class Affix {
 public:
  Affix() = default;
  explicit Affix(std::string_view example);

  bool empty() const { return parts_.empty(); }
  bool has_clock() const;  // "10:11:12": no sentence begins so
  const std::string& example() const { return example_; }
  // As a prefix: how many bytes of `text` it is. The blanks at its end are as many as in the example, because the text
  // may be indented; an empty line has lost them.
  std::optional<std::size_t> length_in(std::string_view text) const;
  // As a suffix: where in `text` it begins, without the blanks that pad a table's column.
  std::optional<std::size_t> begin_in(std::string_view text) const;

 private:
  enum class Is : unsigned char { number, level, word, group, blanks, sign };
  struct Part {
    Is is;
    std::string text;
  };
  class Matcher;

  std::string example_;
  std::vector<Part> parts_;
};

}  // namespace unoops::input
