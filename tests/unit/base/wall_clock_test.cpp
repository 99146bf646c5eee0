#include "base/wall_clock.hpp"

#include <cstdlib>
#include <ctime>

#include "catch.hpp"

using namespace unoops;

namespace {

constexpr base::Microseconds second = 1'000'000, hour = 3600 * second, day = 24 * hour;
constexpr base::Microseconds noon = 1795867200 * second;  // 2026-11-28T12:00:00Z

// The local time is two hours east of UTC.
class Zone {
 public:
  Zone() { set("TST-2"); }
  ~Zone() { set("UTC"); }

 private:
  static void set(const char* zone) {
    ::setenv("TZ", zone, 1);
    ::tzset();
  }
};

auto printed(const char* text) { return base::wall_clock(text, noon); }
auto said(const char* text) { return base::moment(text, noon); }

}  // namespace

TEST_CASE("the clocks that logs print") {
  const Zone zone;
  CHECK(printed("2026-11-28T12:00:00Z") == noon);
  CHECK(printed("2026-11-28T13:30:00.250000+01:30") == noon + second / 4);
  CHECK(printed("2026-11-28T12:00:00,000001+0000") == noon + 1);
  CHECK(printed("2026-11-28T07:00:00-0500") == noon);
  CHECK(printed("2026-11-28 14:00:00") == noon);
  CHECK(printed("Sat Nov 28 14:00:00 2026") == noon);
  CHECK(printed("Sat Nov 28 12:00:00 UTC 2026") == noon);
  CHECK(printed("Nov 28 14:00:00") == noon);
  CHECK(printed("Nov 28 2026 14:00:00.5") == noon + second / 2);
  CHECK(printed("Nov  8 14:00:00") == noon - 20 * day);
  CHECK(printed("1795867200.000002") == noon + 2);
}

TEST_CASE("a year that is not printed is that of the last such day") {
  const Zone zone;
  CHECK(printed("Nov 29 13:00:00") == noon + 23 * hour);  // a clock that runs ahead
  CHECK(printed("Nov 30 14:00:00") == noon + 2 * day - 365 * day);
  CHECK(printed("Feb 29 14:00:00") == base::wall_clock("2024-02-29 14:00:00", noon));
}

TEST_CASE("what is no clock is none") {
  for (const char* text :
       {"", "12:00:00", "Mär 06 10:11:12", "2026-02-30T12:00:00Z", "2026-13-01T12:00:00Z", "2026-11-28T25:00:00Z",
        "2026-11-28T12:00:00Zulu", "2026-11-28", "Nov 28", "1795867200", "4294967296.x", "Nov 31 12:00:00"})
    CHECK_FALSE(printed(text));
}

TEST_CASE("the times that people say") {
  const Zone zone;
  CHECK(said("now") == noon);
  CHECK(said("-2h") == noon - 2 * hour);
  CHECK(said("+1h30min") == noon + hour * 3 / 2);
  CHECK(said("3 days ago") == noon - 3 * day);
  CHECK(said("1 week 2 days ago") == noon - 9 * day);
  CHECK(said("today") == noon - 14 * hour);
  CHECK(said("yesterday") == noon - 14 * hour - day);
  CHECK(said("tomorrow") == noon - 14 * hour + day);
  CHECK(said("2026-11-28") == noon - 14 * hour);
  CHECK(said("2026-11-28 09:30") == noon - 4 * hour - hour / 2);
  CHECK(said("09:30") == noon - 4 * hour - hour / 2);
  CHECK(said("@1795867200") == noon);
  for (const char* words : {"", "-", "-2", "-2 fortnights", "ago", "soon", "25:00", "2026-11-31", "@", "--2h"})
    CHECK_FALSE(said(words));
}
