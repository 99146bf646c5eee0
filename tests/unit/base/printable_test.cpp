#include "base/printable.hpp"

#include <string>

#include "catch.hpp"

using namespace unoops::base;

namespace {

// A text of letters in which one byte may be any.
std::string with(unsigned byte, std::size_t at, std::size_t size) {
  std::string text(size, 'a');
  text[at] = static_cast<char>(byte);
  return text;
}

std::string json_of(std::string_view text) {
  std::string out;
  append_json_text(out, text);
  return out;
}

}  // namespace

TEST_CASE("a byte means the same wherever it stands among eight") {
  constexpr std::size_t size = 19;
  for (unsigned byte = 0; byte < 256; ++byte) {
    const std::string alone(1, static_cast<char>(byte));
    const auto cleaned = clean(alone), json = json_of(alone), utf8 = valid_utf8(alone);
    for (std::size_t at = 0; at < size; ++at) {
      const auto text = with(byte, at, size);
      const std::string before(at, 'a'), behind(size - at - 1, 'a');
      REQUIRE(clean(text) == before + cleaned + behind);
      REQUIRE(json_of(text) == before + json + behind);
      REQUIRE(valid_utf8(text) == before + utf8 + behind);
      REQUIRE(is_plain_json(text) == (json == alone));
      REQUIRE(display_width(text) == size - 1 + display_width(alone));
    }
  }
}

TEST_CASE("two bytes beside each other are told apart") {
  for (const char* text : {"\x7f\x80 aaaaa", "aaaaa~\x7f~", "\x1f\x20\x1f\x20~~~~", "\"\\\"\\aaaa", "!\"#[\\]aa"}) {
    const std::string_view all(text);
    std::string cleaned, json;
    for (const char byte : all) {
      cleaned += clean(std::string_view(&byte, 1));
      json += json_of(std::string_view(&byte, 1));
    }
    CHECK(clean(all) == cleaned);
    CHECK(json_of(all) == json);
  }
}
