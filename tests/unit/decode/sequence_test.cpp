// Sources that are decoded one by one, told of as one run.
#include "decode/sequence.hpp"

#include "catch.hpp"

namespace unoops::decode::test {
namespace {

Report report(std::uint64_t number, std::int64_t time_us, std::string title = "oops in f") {
  Report r;
  r.number = number;
  r.boot = 1;
  r.time_us = time_us;
  r.pid = 7;
  r.comm = "cat";
  r.title = std::move(title);
  return r;
}

}  // namespace

TEST_CASE("numbers and boots go on from source to source") {
  Sequence sequence;
  Report a = report(1, 10), b = report(2, 20), c = report(1, 30);
  b.boot = 2;
  b.follows = 1;
  CHECK(sequence.take(a));
  CHECK(sequence.take(b));
  sequence.end_source(2);
  sequence.end_source(0);  // an empty one
  CHECK(sequence.take(c));
  CHECK(b.follows == 1);
  CHECK(c.number == 3);
  CHECK(c.boot == 3);
}

TEST_CASE("what an earlier source told is dropped, and what follows it follows the first one") {
  Sequence sequence;
  Report one = report(1, 10), other = report(2, 20);
  CHECK(sequence.take(one));
  CHECK(sequence.take(other));
  sequence.end_source(1);
  Report fresh = report(1, 15), again = report(2, 20), after = report(3, 30);
  after.follows = 2;
  CHECK(sequence.take(fresh));
  CHECK_FALSE(sequence.take(again));
  CHECK(sequence.take(after));
  CHECK(fresh.number == 3);
  CHECK(after.number == 4);
  CHECK(after.follows == 2);
}

TEST_CASE("a memory dump tells more than the text of its log, and the text nothing more than the dump") {
  Sequence sequence;
  Report text = report(1, 10), dumped = report(1, 10);
  dumped.machine.emplace();
  CHECK(sequence.take(text));
  sequence.end_source(1);
  CHECK(sequence.take(dumped));
  CHECK(dumped.number == 2);
  sequence.end_source(1);
  Report other = report(1, 20), behind = report(1, 20);
  other.machine.emplace();
  CHECK(sequence.take(other));
  sequence.end_source(1);
  CHECK_FALSE(sequence.take(behind));
}

TEST_CASE("one event has one time, one task and one host") {
  Sequence sequence;
  Report first = report(1, 10);
  first.host = "alpha";
  CHECK(sequence.take(first));
  sequence.end_source(1);
  Report elsewhere = report(1, 10), later = report(2, 11), titled = report(3, 10, "oops in g"), bare = report(4, 10);
  elsewhere.host = "beta";
  CHECK(sequence.take(elsewhere));
  CHECK(sequence.take(later));
  CHECK(sequence.take(titled));
  CHECK_FALSE(sequence.take(bare));  // a dmesg does not say its host
}

TEST_CASE("reports without a time, of one source, or with news are all told") {
  Sequence sequence;
  Report timeless = report(1, 0), one = report(2, 10), two = report(3, 10);
  CHECK(sequence.take(timeless));
  CHECK(sequence.take(one));
  CHECK(sequence.take(two));  // the parser knows better what is one event of a log
  sequence.end_source(1);
  timeless = report(1, 0);
  CHECK(sequence.take(timeless));
  Report with_news = report(2, 10);
  with_news.followed_by.push_back({nullptr, "panic", "", "cat", {}, 7, 12, 5, 6});
  CHECK(sequence.take(with_news));
}

}  // namespace unoops::decode::test
