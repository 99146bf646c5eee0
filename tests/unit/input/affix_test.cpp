#include "input/affix.hpp"

#include "catch.hpp"

using namespace unoops;
using namespace unoops::input;

TEST_CASE("what stands before one line fits the others of its logger") {
  const Affix affix("10.0.0.5: kern: warning: [2025-01-06T10:11:12.345Z]: ");
  CHECK(affix.length_in("10.0.0.5: kern: alert: [2025-01-06T10:11:13.1Z]:  text") == 48);
  CHECK(affix.length_in("10.0.0.5: kern: err: [2025-01-06T10:11:13.1Z]:") == 46);  // an empty line
  CHECK_FALSE(affix.length_in("10.0.0.5: user: warning: [2025-01-06T10:11:12.345Z]: text"));
  CHECK_FALSE(affix.length_in("text"));
}

TEST_CASE("numbers and levels are padded") {
  const Affix affix("  9 (main) WARNING ");
  CHECK(affix.length_in(" 10 (worker-2) WARNING  text") == 23);
  CHECK(affix.length_in("100 (main) ERR      text") == 19);  // a column: as wide as the example's
  CHECK_FALSE(affix.length_in("100 [main] ERR text"));
}

TEST_CASE("a kernel's address in brackets is no group of a logger") {
  CHECK_FALSE(Affix("[a] ").length_in("[<ffffffff81000000>] foo+0x1/0x2"));
}

TEST_CASE("what stands behind a line is found from its end") {
  CHECK(Affix(" |").begin_in("Call Trace:      |") == 11);
  CHECK(Affix("\" vm=guest-7").begin_in(R"(say \"hello\"" vm=guest-12)") == 13);
  CHECK_FALSE(Affix(" |").begin_in("Call Trace:"));
}
