// What the reports of a page share is written once. Texts get numbers from 0 on; a report says the numbers.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/rooms.hpp"

namespace unoops::render {

// Numbers of texts. It forgets what it knew when that gets too much: then a text is new once more, and memory is bounded
// whatever comes.
class Numbering {
 public:
  static constexpr std::size_t most_bytes = 12u << 20;

  const std::uint64_t* find(std::string_view text) const;
  std::uint64_t add(std::string_view text);  // as a new one

 private:
  struct Hash : std::hash<std::string_view> {
    using is_transparent = void;
  };
  std::unordered_map<std::string, std::uint64_t, Hash, std::equal_to<>> numbers_;
  std::uint64_t next_ = 0;
  std::size_t bytes_ = 0;
};

// The lines of the articles. An article is the runs of lines that it is made of, numbers in base 36: "0-2b 7 1a-1c".
class LinePool {
 public:
  std::string add(std::string_view article);
  std::string take_new();  // the lines that came since it was asked last, each with its end

 private:
  Numbering numbering_;
  std::string new_;
};

// Words of the list: kinds, titles, files. JSON strings.
class WordPool {
 public:
  std::uint64_t add(std::string_view word);
  std::string take_new();  // "a","b"

 private:
  Numbering numbering_;
  std::string new_;
};

// Clean text as a string of JSON within HTML: nothing in it ends a <script> or opens a comment.
std::string json_in_html(std::string_view clean_text);

}  // namespace unoops::render
