#include "base/printable.hpp"
#include "catch.hpp"

using namespace unoops;
using namespace unoops::render;

TEST_CASE("bytes that are no UTF-8 are replaced one by one") {
  CHECK(valid_utf8("caf\xc3\xa9") == "caf\xc3\xa9");
  CHECK(valid_utf8("\xff") == "\xef\xbf\xbd");
  CHECK(valid_utf8("\xc3(") == "\xef\xbf\xbd(");
  CHECK(valid_utf8("\xc0\xaf") == "\xef\xbf\xbd\xef\xbf\xbd");                  // overlong
  CHECK(valid_utf8("\xed\xa0\x80") == "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd");  // surrogate
  CHECK(valid_utf8("\xf4\x90\x80\x80").find("\xf4") == std::string::npos);      // beyond U+10FFFF
  CHECK(valid_utf8("\xe2\x82") == "\xef\xbf\xbd\xef\xbf\xbd");                  // cut short
}

TEST_CASE("what a terminal would obey is spelled out") {
  CHECK(clean("a\x1b[31mb") == "a\\x1b[31mb");
  CHECK(clean("a\tb\nc") == "a b\\x0ac");
  CHECK(clean("\xc2\x9b"
              "31m") == "\\x9b31m");  // C1 CSI as UTF-8
  CHECK(clean("\x9b"
              "31m") == "\\x9b31m");          // and as a bare byte
  CHECK(clean("\xe2\x80\xae") == "\\u202e");  // right-to-left override
  CHECK(clean("\xe6\x97\xa5") == "\xe6\x97\xa5");
}

TEST_CASE("width counts columns, not bytes") {
  CHECK(display_width("caf\xc3\xa9") == 4);
  CHECK(display_width("\xe6\x97\xa5") == 2);
  CHECK(display_width("e\xcc\x81") == 1);
  CHECK(shortened("abcdefgh", 6) == "abc...");
  CHECK(shortened("abcdef", 6) == "abcdef");
  CHECK(shortened_middle("abcdefgh", 7) == "a...fgh");
  CHECK(shortened_middle("abcdefg", 7) == "abcdefg");
  CHECK(shortened("\xe6\x97\xa5\xe6\x97\xa5\xe6\x97\xa5\xe6\x97\xa5", 6) == "\xe6\x97\xa5...");
}
