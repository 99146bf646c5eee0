// What each transport writes instead of bytes that it does not want to print.
#include "input/escapes.hpp"

#include "catch.hpp"

namespace {

using namespace unoops::input;

template <class Unescape>
std::string meant(std::string_view text, Unescape unescape) {
  std::string room;
  return std::string(unescape(text, room));
}

}  // namespace

TEST_CASE("rsyslog's octal numbers of control characters, and none that the kernel printed") {
  CHECK(meant("a#011b#012", unescape_octal) == "a\tb\n");
  CHECK(meant("#033[31m", unescape_octal) == "\033[31m");
  CHECK(meant("CPU#0", unescape_octal) == "CPU#0");
  CHECK(meant("#123 #000 #089 #01", unescape_octal) == "#123 #000 #089 #01");
  CHECK(meant("#000003ff7fe6c6fa: text", unescape_octal) == "#000003ff7fe6c6fa: text");
}

TEST_CASE("/dev/kmsg's hexadecimal numbers") {
  CHECK(meant("a\\x0ab", unescape_hex) == "a\nb");
  CHECK(meant("\\x5cx0a", unescape_hex) == "\\x0a");  // a backslash of the text's own
  CHECK(meant("\\xc3\\xa4", unescape_hex) == "\xc3\xa4");
  CHECK(meant("\\x0 \\xgg \\n \\", unescape_hex) == "\\x0 \\xgg \\n \\");
}

TEST_CASE("only breaks and tabs, where the rest may be the text's own") {
  CHECK(meant("a\\x0ab\\x09c\\x41", unescape_breaks) == "a\nb\tc\\x41");
  CHECK(meant("\\x0b \\x0", unescape_breaks) == "\\x0b \\x0");
}

TEST_CASE("JSON's escapes") {
  CHECK(meant(R"(a\nb\tc\"d\\e\/f)", unescape_json) == "a\nb\tc\"d\\e/f");
  CHECK(meant(R"(\\n)", unescape_json) == R"(\n)");
  CHECK(meant(R"(\u0041\u00e4\u20ac)", unescape_json) == "A\xc3\xa4\xe2\x82\xac");
  CHECK(meant(R"(\u00 \x \)", unescape_json) == R"(\u00 \x \)");
}

TEST_CASE("text without escapes is given back as it stands") {
  const std::string_view text = "nothing to do";
  std::string room;
  CHECK(unescape_octal(text, room).data() == text.data());
  CHECK(unescape_hex(text, room).data() == text.data());
  CHECK(unescape_breaks(text, room).data() == text.data());
  CHECK(unescape_json(text, room).data() == text.data());
}
