#include "facts/taint.hpp"

#include "catch.hpp"

using namespace unoops;

TEST_CASE("taint is decoded by letter, not by column") {
  const auto flags = decode_taint("G        W  OE");
  REQUIRE(flags.size() == 3);
  CHECK(flags[0].letter == 'W');
  CHECK(flags[1].letter == 'O');
  CHECK(flags[1].meaning == "out-of-tree module");
  CHECK(flags[2].letter == 'E');
}

TEST_CASE("what says nothing gives no flag") {
  CHECK(decode_taint("G           ------------").empty());  // RHEL 7 prints dashes for unset vendor flags
  CHECK(decode_taint("").empty());
  CHECK(decode_taint("PP").size() == 1);
}

TEST_CASE("letters are unique") {
  for (const auto& row : taint_letters()) CHECK(find_taint(row.letter) == &row);
}
