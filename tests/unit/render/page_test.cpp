#include "render/page.hpp"

#include "catch.hpp"

using namespace unoops::render;

namespace {

std::string wrapped(std::string_view text) {
  Page page(40, false);
  page.labelled("What", text);
  return page.take();
}

}  // namespace

TEST_CASE("sentences are broken at blanks") {
  CHECK(wrapped("a write through a pointer that holds no possible address") ==
        "What    a write through a pointer that\n        holds no possible address\n");
}

TEST_CASE("a path, an identifier or a number is never broken") {
  const std::string path = "drivers/net/ethernet/some/very/deep/directory/of/a/driver.c:1234";
  CHECK(wrapped(path) == "What    " + path + "\n");
  CHECK(wrapped("at " + path + " it failed") == "What    at\n        " + path + "\n        it failed\n");
}

TEST_CASE("a list without blanks is broken behind its commas") {
  CHECK(wrapped("0001,0002,0003,0004,0005,0006,0007,0008") ==
        "What    0001,0002,0003,0004,0005,0006,\n        0007,0008\n");
}
