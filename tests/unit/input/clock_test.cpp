// The clocks that stand in front of kernel lines: what each takes of a text, and that it leaves alone what it is not.
#include "input/clock.hpp"

#include <string>

#include "catch.hpp"

namespace {

using namespace unoops;
using namespace unoops::input;

// What the verb took; "nothing", and unmoved.
template <class Verb>
std::string took(std::string_view text, Verb verb) {
  Scanner s(text);
  std::string_view out;
  if (taken(s, out, verb)) return std::string(out);
  CHECK(s.rest() == text);
  return "nothing";
}
std::string seconds_of(std::string_view text) {
  Scanner s(text);
  std::int64_t us = 0;
  return seconds(s, us) ? std::to_string(us) : "nothing";
}

}  // namespace

TEST_CASE("times of the day, dates and zones") {
  const auto time = [](Scanner& s) { return hms(s); };
  CHECK(took("10:11:12 x", time) == "10:11:12");
  CHECK(took("10:11:12.345678 x", time) == "10:11:12.345678");
  CHECK(took("10:11:12,345", time) == "10:11:12,345");
  CHECK(took("10:11:12. x", time) == "10:11:12");
  CHECK(took("1:11:12", time) == "nothing");
  CHECK(took("10:11:123", time) == "nothing");
  CHECK(took("10:11", time) == "nothing");
  CHECK(took("2025-01-06T", date) == "2025-01-06");
  CHECK(took("25-01-06", date) == "nothing");
  CHECK(took("+0100 x", zone) == "+0100");
  CHECK(took("-01:30 x", zone) == "-01:30");
  CHECK(took("Z", zone) == "Z");
  CHECK(took("+01", zone) == "nothing");
  CHECK(took("0100", zone) == "nothing");
}

TEST_CASE("the clocks of ISO 8601, syslog and ctime") {
  CHECK(took("2025-01-06T10:11:12.345678+01:00 host", iso_time) == "2025-01-06T10:11:12.345678+01:00");
  CHECK(took("2025-01-06T10:11:12,345678+0100 host", iso_time) == "2025-01-06T10:11:12,345678+0100");
  CHECK(took("2025-01-06T10:11:12Z x", iso_time) == "2025-01-06T10:11:12Z");
  CHECK(took("2025-01-06T10:11:12 x", iso_time) == "2025-01-06T10:11:12");
  CHECK(took("2025-01-06 10:11:12", iso_time) == "nothing");
  CHECK(took("Jan  6 10:11:12 host", syslog_time) == "Jan  6 10:11:12");
  CHECK(took("Jan 06 10:11:12.345678 host", syslog_time) == "Jan 06 10:11:12.345678");
  CHECK(took("Jan  6 2025 10:11:12 host", syslog_time) == "Jan  6 2025 10:11:12");
  CHECK(took("Jan is here", syslog_time) == "nothing");
  CHECK(took("Jan 123 10:11:12", syslog_time) == "nothing");
  CHECK(took("Mon Jan  6 10:11:12 2025] x", ctime_time) == "Mon Jan  6 10:11:12 2025");
  CHECK(took("Mon Jan  6 10:11:12", ctime_time) == "nothing");
  CHECK(took("Monday", day_name) == "Mon");
  CHECK(took("mon", day_name) == "nothing");
}

TEST_CASE("seconds since boot, in three precisions") {
  CHECK(seconds_of("   12.345678]") == "12345678");
  CHECK(seconds_of("12.345]") == "12345000");
  CHECK(seconds_of("12.345678901]") == "12345678");
  CHECK(seconds_of("1234567.000001") == "1234567000001");
  CHECK(seconds_of("12.34567]") == "nothing");
  CHECK(seconds_of("12") == "nothing");
  CHECK(seconds_of(".345678") == "nothing");
  CHECK(seconds_of("") == "nothing");
  CHECK(seconds_of("123456789012.000000") == "nothing");  // 3,000 years
}
