#include "base/listing.hpp"

#include "base/text.hpp"
#include "catch.hpp"

using namespace unoops::base;

TEST_CASE("words are listed as in a sentence") {
  CHECK(listed({}).empty());
  CHECK(listed({"one"}) == "one");
  CHECK(listed({"one", "two"}) == "one and two");
  CHECK(listed({"one", "two", "three"}) == "one, two and three");
}

TEST_CASE("names that differ anywhere are not equal") {
  CHECK(equal_from_end("", ""));
  CHECK(equal_from_end("rax", "rax"));
  CHECK_FALSE(equal_from_end("rax", "eax"));
  CHECK_FALSE(equal_from_end("rax", "rbx"));
  CHECK_FALSE(equal_from_end("r1", "r10"));
  CHECK_FALSE(equal_from_end("r10", "r11"));
  CHECK_FALSE(equal_from_end("", "r1"));
}
