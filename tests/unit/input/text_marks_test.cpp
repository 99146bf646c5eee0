#include "input/text_marks.hpp"

#include <random>
#include <string>

#include "catch.hpp"

using namespace unoops::input;

namespace {

bool is_odd(char c) {
  return static_cast<unsigned char>(c) < ' ' || static_cast<unsigned char>(c) >= 0x80 || c == '&' || c == '^';
}

std::size_t place_of(const std::string& block, char c, std::size_t from) {
  const auto at = block.find(c, from);
  return at == std::string::npos ? TextMarks::none : at;
}

bool holds_odd(const std::string& block, std::size_t begin, std::size_t end) {
  for (; begin != end; ++begin)
    if (is_odd(block[begin])) return true;
  return false;
}

// Mostly letters, so that runs of them cross the words of the marks.
std::string random_block(std::mt19937& random, std::size_t size, unsigned letters_of_100) {
  const std::string special = "\n[ \r\t&^\x7f\x80\xff" + std::string(1, '\0');
  std::string out;
  while (out.size() < size) out += random() % 100 < letters_of_100 ? 'a' : special[random() % special.size()];
  return out;
}

void check_all(const std::string& block) {
  TextMarks marks;
  marks.mark(block);
  for (std::size_t begin = 0; begin != block.size(); ++begin) {
    REQUIRE(marks.newline(begin) == place_of(block, '\n', begin));
    const auto bracket = place_of(block, '[', begin);
    REQUIRE(marks.bracket(begin, TextMarks::most) == bracket);
    for (const std::size_t bytes : {1, 2, 63, 64, 65, 130}) {
      const auto end = begin + bytes;
      if (end > block.size()) continue;
      REQUIRE(marks.has_odd(begin, end) == holds_odd(block, begin, end));
      REQUIRE((bracket < end ? marks.bracket(begin, end) == bracket : marks.bracket(begin, end) >= end));
    }
  }
}

}  // namespace

TEST_CASE("marks say the same as a look at each byte") {
  std::mt19937 random(7);
  for (const std::size_t size : {1, 63, 64, 65, 127, 128, 129, 500})
    for (const unsigned letters : {0U, 50U, 90U, 99U, 100U}) check_all(random_block(random, size, letters));
}

TEST_CASE("a block of no bytes, and one of as many as there may be, have an end") {
  TextMarks marks;
  marks.mark("");
  CHECK(marks.newline(0) == TextMarks::none);
  const std::string full(TextMarks::most, 'a'), more(TextMarks::most + 100, 'a');
  marks.mark(full);
  CHECK(marks.newline(0) == TextMarks::none);
  CHECK(marks.bracket(TextMarks::most - 1, TextMarks::most) == TextMarks::none);
  CHECK(marks.bracket(TextMarks::most, TextMarks::most) == TextMarks::none);
  CHECK_FALSE(marks.has_odd(0, TextMarks::most));
  marks.mark(more);
  CHECK(marks.block().size() == TextMarks::most);
}

TEST_CASE("an odd byte is found wherever it stands in a text") {
  for (std::size_t size = 1; size != 70; ++size)
    for (std::size_t at = 0; at != size; ++at) {
      std::string text(size, 'a');
      TextMarks marks;
      marks.mark(text);
      CHECK_FALSE(marks.has_odd(0, size));
      text[at] = '\x1b';
      marks.mark(text);
      CHECK(marks.has_odd(0, size));
    }
}
