#include "catch.hpp"
#include <string>

#include "unoops/decoder.hpp"

using namespace unoops;

namespace {

DecodeOptions plain() {
  DecodeOptions options;
  options.symbols.none = true;
  return options;
}

// A report with `before` and `after` around each of its lines.
std::string dressed(std::string_view before, std::string_view after) {
  std::string out;
  for (const std::string_view text :
       {"BUG: kernel NULL pointer dereference, address: 0000000000000018", "Oops: 0000 [#1] SMP",
        "CPU: 1 PID: 42 Comm: demo Not tainted 6.1.0-demo #1", "RIP: 0010:demo_read+0x7c/0x390",
        "Call Trace:", " <TASK>", " demo_ioctl+0x4c/0x90", " </TASK>", "---[ end trace 0000000000000000 ]---"}) {
    out += before;
    out += text;
    out += after;
    out += '\n';
  }
  return out;
}

}  // namespace

TEST_CASE("what stands around every line is learnt") {
  const auto [before, after] = GENERATE(table<std::string, std::string>({{"vm-1> ", ""},
                                                                         {"(7) node.serial : ", ""},
                                                                         {"lun. 4 mars 2025 10:11:12 h1 kernel: ", ""},
                                                                         {"line=\"", "\" host=h1"}}));
  CAPTURE(before, after);
  const auto reports = decode_log(dressed(before, after), plain());
  REQUIRE(reports.size() == 1);
  CHECK(reports[0].title == "BUG: unable to handle kernel NULL pointer dereference in demo_read");
  CHECK(reports[0].kernel.version == "#1");
  CHECK_FALSE(reports[0].corrupted);
}

TEST_CASE("a sentence that quotes headlines teaches nothing") {
  const std::string_view prose =
      "I get BUG: soft lockup - CPU#0 stuck for 22s!\n"
      "I get INFO: task foo:12 blocked for more than 120 seconds.\n"
      "I get WARNING: CPU: 0 PID: 1 at foo.c:1 bar\n"
      "What does it mean?\n";
  CHECK(decode_log(prose, plain()).empty());
}

TEST_CASE("lines without what was learnt stay as they are") {
  const auto log = dressed("vm-1> ", "") + dressed("", "");
  const auto reports = decode_log(log, plain());
  REQUIRE(reports.size() == 2);
  CHECK(reports[1].kernel.version == "#1");
  CHECK_FALSE(reports[1].corrupted);
}

TEST_CASE("lines of a report that nothing reads are told with the first of them") {
  const auto reports = decode_log(
      "BUG: kernel NULL pointer dereference, address: 0000000000000018\n"
      "one CPU: 1 PID: 42 Comm: demo Not tainted 6.1.0-demo #1\n"
      "two demo_ioctl+0x4c/0x90\n",
      plain());
  REQUIRE(reports.size() == 1);
  REQUIRE(reports[0].defects.size() > 1);
  CHECK(reports[0].defects[1].text ==
        "2 lines of it could not be read: \"one CPU: 1 PID: 42 Comm: demo Not tainted 6.1.0-demo #1\"");
  CHECK(reports[0].defects[1].line == 2);
}
