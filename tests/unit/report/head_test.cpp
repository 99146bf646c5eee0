// The parts of a report that whoever keeps many keeps.
#include "report/head.hpp"

#include "catch.hpp"
#include "report/questions.hpp"

namespace unoops::report {

namespace {

Report report() {
  Report r;
  r.title = "BUG: unable to handle a page fault in a function with a long name";
  r.raw.assign(100, std::string(80, 'x'));
  r.stacks.resize(2);
  r.stacks[1].frames.resize(3);
  r.stacks[1].frames[2].ref.symbol = "the_culprit_of_that_report";
  r.culprit_stack = 1;
  r.culprit_frame = 2;
  r.followed_by.emplace_back().title = "Kernel panic";
  r.defects.push_back({DefectKind::no_end, "no end"});
  return r;
}

}  // namespace

TEST_CASE("the head of a report has no lists but those that its first lines ask for") {
  const Report head = head_of(report());
  CHECK(head.title == report().title);
  CHECK(head.defects.size() == 1);
  CHECK(head.raw.empty());
  CHECK(head.stacks.empty());
  CHECK(head.followed_by.empty());
}

TEST_CASE("titles and summaries are made of the head, what followed, and the culprit's frame") {
  const Report part = tallied(report());
  REQUIRE(culprit_frame(part));
  CHECK(culprit_frame(part)->ref.symbol == "the_culprit_of_that_report");
  CHECK(part.stacks.size() == 1);
  CHECK(part.followed_by.size() == 1);
  CHECK(part.raw.empty());
  CHECK(!culprit_frame(tallied(Report())));
}

TEST_CASE("what a report takes of memory counts all that it holds") {
  constexpr std::size_t page = 4096;
  CHECK(memory_of(Report()) < 2 * page);
  Report large = report();
  const auto before = memory_of(large);
  CHECK(before > memory_of(Report()) + 100 * 80);
  large.stacks[0].frames.emplace_back().ref.symbol = std::string(page, 's');
  large.facts.emplace_back("fact", std::string(page, 'f'));
  CHECK(memory_of(large) > before + 2 * page);
  CHECK(memory_of(tallied(std::move(large))) < before);
}

}  // namespace unoops::report
