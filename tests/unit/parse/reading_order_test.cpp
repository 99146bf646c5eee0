// Logs that have their newest line on top.
#include "parse/reading_order.hpp"

#include <string>
#include <vector>

#include "catch.hpp"

using namespace unoops;
using namespace unoops::parse;

namespace {

using Texts = std::vector<std::string>;

struct Run {
  Texts texts, warnings;
  ReadingOrder order{[this](const grammar::LogLine& line) { texts.emplace_back(line.text); },
                     [this](std::string_view what) { warnings.emplace_back(what); }};

  void read(std::string_view text, std::optional<std::int64_t> time = {}, std::string_view wall = {},
            bool more = false) {
    grammar::LogLine line;
    line.text = text;
    line.time_us = time;
    line.wall_time = wall;
    line.goes_on = more;
    order.take(line);
  }
};

}  // namespace

TEST_CASE("times that fall turn the log over, times that rise are not waited for") {
  Run falls;
  for (int i = 6; i > 0; --i) falls.read(std::to_string(i), i);
  CHECK(falls.texts.empty());
  falls.order.flush();
  CHECK(falls.texts.empty());
  falls.order.finish();
  CHECK(falls.texts == Texts{"1", "2", "3", "4", "5", "6"});
  CHECK(falls.warnings.size() == 1);

  Run rises;
  for (int i = 1; i < 4; ++i) rises.read(std::to_string(i), i);
  CHECK(rises.texts.size() == 3);
  CHECK(rises.warnings.empty());
}

TEST_CASE("a boot in the log is no reverse order") {
  Run run;
  for (const int time : {1000, 1000, 0, 0, 1, 2, 3}) run.read(std::to_string(time), time);
  CHECK(run.texts.size() == 7);
  CHECK(run.warnings.empty());
}

TEST_CASE("stamps are compared where they differ in a number") {
  Run run;
  for (const std::string_view wall : {"Jan 12 10:00:03", "Jan 12 10:00:02", "Jan 12 09:59:59", "Jan  9 12:00:00"})
    run.read(wall, {}, wall);
  run.order.finish();
  CHECK(run.texts.front() == "Jan  9 12:00:00");
  Run names;
  for (const std::string_view wall : {"Tue 10:00:03", "Mon 10:00:02", "Fri 09:59:59"}) names.read(wall, {}, wall);
  names.order.finish();
  CHECK(names.texts.front() == "Tue 10:00:03");
}

TEST_CASE("without times a report's lines tell the order") {
  const Texts oops{"CPU: 1 PID: 42 Comm: cat Not tainted 6.1.0 #1",
                   "RIP: 0010:demo+0x1/0x20",
                   "RSP: 0018:ffffc164c98c71b8 EFLAGS: 00010212",
                   "RAX: 0000000000000000 RBX: 0000000000000000",
                   "Call Trace:",
                   " demo_ioctl+0x1/0x20",
                   " do_syscall_64+0x3b/0xc0",
                   " entry_SYSCALL_64_after_hwframe+0x6e/0xd8"};
  Run forward, reverse;
  for (const auto& text : oops) forward.read(text);
  CHECK(forward.texts == oops);
  for (auto at = oops.rbegin(); at != oops.rend(); ++at) reverse.read(*at);
  reverse.order.finish();
  CHECK(reverse.texts == oops);
}

TEST_CASE("the lines of a record keep their order") {
  Run run;
  for (int i = 5; i > 0; --i) {
    run.read(std::to_string(i) + "a", i);
    run.read(std::to_string(i) + "b", i, {}, true);
  }
  run.order.finish();
  CHECK(run.texts.front() == "1a");
  CHECK(run.texts[1] == "1b");
}

TEST_CASE("nothing waits longer than a screenful, nor for a pause") {
  Run many;
  for (int i = 0; i < 200; ++i) many.read("x");
  CHECK(many.texts.size() == 200);
  Run pause;
  pause.read("x");
  pause.order.flush();
  CHECK(pause.texts.size() == 1);
}
