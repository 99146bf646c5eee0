#include "render/hyperlink.hpp"

#include "catch.hpp"

using namespace unoops;
using namespace unoops::render;

TEST_CASE("nothing in a name ends a link's escape sequence") {
  CHECK(percent_encoded("fs/read_write.c") == "fs/read_write.c");
  CHECK(percent_encoded("a b\x1b\\;\x07%\xc3\xa4") == "a%20b%1B%5C%3B%07%25%C3%A4");
  RenderOptions options;
  options.hyperlink = "x:{file}#{line}:{column}";
  Hyperlinks links(options);
  CHECK(links.around("f.c:3", {"f", "\x1b]8;;evil\x07.c", 3, 0, false}) ==
        "\x1b]8;;x:%1B%5D8%3B%3Bevil%07.c#3:1\x1b\\f.c:3\x1b]8;;\x1b\\");
  CHECK(links.around("f.c", {"f", "f.c", 0, 0, false}) == "f.c");
}

TEST_CASE("a form that needs a path makes no link without one") {
  RenderOptions options;
  options.hyperlink = "file://{path}";
  CHECK(Hyperlinks(options).around("f.c:3", {"f", "f.c", 3, 0, false}) == "f.c:3");
  options.hyperlink = "x:{file}";
  options.redact = true;
  CHECK(Hyperlinks(options).around("f.c:3", {"f", "f.c", 3, 0, false}) == "f.c:3");
}
