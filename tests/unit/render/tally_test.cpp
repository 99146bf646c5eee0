#include "render/tally.hpp"

#include <tuple>

#include "catch.hpp"

using namespace unoops;
using namespace unoops::render;

namespace {

Report of(Severity severity, const char* host, const char* file) {
  Report r;
  r.severity = severity;
  r.host = host;
  r.file = file;
  return r;
}

}  // namespace

TEST_CASE("an incident is a report that no other led to") {
  Tally tally;
  tally.add(of(Severity::fatal, "a", "a.log"));
  tally.add(of(Severity::error, "b", "b.log"));
  Report follows = of(Severity::error, "b", "b.log");
  follows.follows = 7;  // it was left out
  tally.add(follows);
  CHECK(tally.words() == "2 incidents (3 reports) in 2 boots on 2 hosts: 1 fatal, 1 error");
  Report known = of(Severity::error, "b", "b.log");
  known.known = Known{"b", "", "", false, Severity::notice, false, ""};
  tally.add(known);
  CHECK(tally.words() == "3 incidents (4 reports) in 2 boots on 2 hosts: 1 fatal, 1 error, 1 notice; 1 of them known");
}

TEST_CASE("an incident is as bad as the worst that followed") {
  Tally tally;
  for (const auto& [number, follows, severity] : {std::tuple{1U, 0U, Severity::warning},
                                                  {2U, 1U, Severity::error},
                                                  {3U, 2U, Severity::fatal},
                                                  {4U, 2U, Severity::warning},
                                                  {5U, 9U, Severity::fatal}}) {
    Report r = of(severity, "", "");
    r.number = number;
    if (follows) r.follows = follows;
    tally.add(r);
  }
  CHECK(tally.words() == "1 incident (5 reports), fatal");
}

TEST_CASE("a host that is not named is none") {
  Tally tally;
  tally.add(of(Severity::error, "", "a.log"));
  tally.add(of(Severity::error, "a", "a.log"));
  CHECK_FALSE(tally.several_hosts());
  CHECK_FALSE(tally.several_files());
}

TEST_CASE("many names are counted closely, in any order") {
  Distinct few(16), many(1024), backwards(1024);
  for (int i = 0; i < 10; ++i) few.add("host" + std::to_string(i % 5));
  CHECK(few.count() == 5);
  CHECK(few.exact());
  for (int i = 0; i < 20'000; ++i) many.add("host" + std::to_string(i));
  for (int i = 20'000; i-- > 0;) backwards.add("host" + std::to_string(i));
  CHECK_FALSE(many.exact());
  CHECK(many.count() == backwards.count());
  CHECK(many.count() > 18'000);
  CHECK(many.count() < 22'000);
  CHECK(count_words(many, "host", "hosts").starts_with("about "));
}
