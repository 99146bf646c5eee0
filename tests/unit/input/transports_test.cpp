#include "catch.hpp"
#include "input/transport.hpp"
#include "lines.hpp"

using namespace unoops;
using namespace unoops::input;
using test::read_line;
using test::read_lines;

TEST_CASE("every row of the table of transports reads its samples") {
  for (const auto& row : input::transports()) {
    CAPTURE(row.name);
    CHECK_FALSE(row.samples.empty());
    for (const auto sample : row.samples) {
      CAPTURE(sample);
      const auto line = read_line(sample);
      const bool structure = row.name == "structure";  // these have no text of the kernel
      CHECK(line.text == (structure ? sample : "text"));
      CHECK(line.kernel == !structure);
      if (row.layer != input::Layer::context) CHECK(row.first.find(sample.front()) != std::string_view::npos);
    }
  }
}

TEST_CASE("the kernel's own prefix") {
  auto line = read_line("<4>[   12.345678][  T123]  foo+0x1/0x2\r");
  CHECK(line.text == " foo+0x1/0x2");
  CHECK(line.time_us == 12'345'678);
  CHECK(line.level == 4);
  CHECK(line.caller == "T123");
  CHECK(line.prefixed);
  line = read_line("[1234567.890123]");
  CHECK(line.text.empty());
  CHECK(line.time_us == 1'234'567'890'123);
  CHECK_FALSE(read_line("<30>systemd[1]: hello").kernel);
  CHECK(read_line("[    1.000000] [   T42] text").caller == "T42");
  CHECK(read_line("[    1.000000] [T42] text").caller == "T42");
}

TEST_CASE("kernel text that looks like a prefix is text") {
  for (const std::string text :
       {" [<ffffffff81234567>] foo+0x1/0x2", "[ BUG: Invalid wait context ]", "[<ffffffff81234567>] foo+0x1/0x2",
        "<TASK>", " </IRQ>", ">ffff888004d2c100: fa fb fb fb",
        "[   123]     0   123     4567      890    61440        0             0 bash",
        "[ end Kernel panic - not syncing ]---", "(CPU:1)", "c0 : 00000000", "/* what is this */", "  * [    1.0] no",
        "Jan is here", "{1}[Hardware Error]: text", "-- text --", "00:05: ttyS0 at I/O 0x3f8", "[c000000001234567] foo",
        "--[ end trace 0 ]"}) {
    CAPTURE(text);
    CHECK(read_line(text).text == text);
    CHECK(read_line("[    1.000000] " + text).text == text);
    CHECK(read_line("Jan  6 10:11:12 host kernel: [    1.000000] " + text).text == text);
  }
}

TEST_CASE("text before the kernel's prefix on the same line") {
  const auto lines = read_lines("debian login: [    5.051234] BUG: foo\n");
  REQUIRE(lines.size() == 2);
  CHECK(lines[0].text == "debian login: ");
  CHECK_FALSE(lines[0].kernel);
  CHECK(lines[1].text == "BUG: foo");
  CHECK(lines[1].glued);
  CHECK(lines[1].time_us == 5'051'234);
  const auto dropped = read_lines("** 12 printk messages dropped ** [   50.200001] RIP: 0010:foo\n");
  REQUIRE(dropped.size() == 2);
  CHECK(dropped[0].kernel);
  CHECK(dropped[1].text == "RIP: 0010:foo");
  const auto two = read_lines("[    1.000001][   T1] one [    1.000002][   C2] two<4>[    1.000003] three\n");
  REQUIRE(two.size() == 3);
  CHECK(two[0].text == "one ");
  CHECK(two[0].caller == "T1");
  CHECK(two[1].text == "two");
  CHECK(two[1].caller == "C2");
  CHECK(two[2].text == "three");
  CHECK(two[2].level == 4);
  CHECK(two[2].caller.empty());
}

TEST_CASE("syslog tells the kernel's lines from others'") {
  const auto lines = read_lines(
      "Jan  6 10:11:12 host.example.com kernel: [   93.120044] BUG: foo\n"
      "Jan  6 10:11:12 host.example.com sshd[99]: text\n"
      "Jan  6 10:11:12 host.example.com sudo: text\n"
      "Jan  6 10:11:12 host.example.com kernel:  foo+0x1/0x2\n");
  REQUIRE(lines.size() == 4);
  CHECK(lines[0].text == "BUG: foo");
  CHECK(lines[0].time_us == 93'120'044);
  CHECK(lines[0].host == "host.example.com");
  CHECK(lines[0].wall_time == "Jan  6 10:11:12");
  CHECK_FALSE(lines[1].kernel);
  CHECK_FALSE(lines[2].kernel);
  CHECK(lines[3].kernel);
  CHECK(lines[3].text == " foo+0x1/0x2");
}

TEST_CASE("what programs write to the kernel's log is not the kernel's") {
  for (const std::string text :
       {"[   24.649062] app[101]: BUG: this should never happen\n",
        "[   24.649062][  T101] systemd[1]: Stopped target\n",
        "Nov 26 10:00:00 guest kernel: [   29.000100] app[101]: Kernel panic - not syncing: the widget\n",
        "[Thu Nov 26 10:52:23 2026] my-app/worker@2[101]: WARNING: CPU: 1 PID: 2 at a:1 b+0x1/0x2\n"}) {
    CAPTURE(text);
    const auto lines = read_lines(text);
    REQUIRE(lines.size() == 1);
    CHECK_FALSE(lines[0].kernel);
  }
  for (const std::string text :
       {"[   24.649062] kernel[0]: BUG: x\n", "[   24.649062] swapper/0[1]: Oops 8813272891392 [1]\n",
        "[   24.649062] Oops[#1]: \n", "[   24.649062] a program[101]: not a tag\n"}) {
    CAPTURE(text);
    CHECK(read_lines(text).at(0).kernel);
  }
}

TEST_CASE("escape sequences and returns go") {
  CHECK(read_line("\x1b[32m[    0.908082] \x1b[0m\x1b[33macpiphp: \x1b[0mSlot\r\r\n").text == "acpiphp: Slot");
  CHECK(read_line("\x1b]0;title\a[    0.908082] text\n").text == "text");
  CHECK(read_line(std::string_view("\0\0[    0.908082] te\0xt\n", 23)).text == "text");
  CHECK(read_line("[0m[1;31m[    0.908082] text").text == "text");
  const auto marked = read_line(
      "[    0.908082] \x01"
      "4text");
  CHECK(marked.text == "text");
  CHECK(marked.level == 4);
  CHECK(read_line("[    0.908082] &lt;TASK&gt; &amp;lock").text == "<TASK> &lock");
}

TEST_CASE("further lines of a record are indented to its text") {
  const auto lines = read_lines(
      "[    1.000001][   T7] one\n"
      "                       two\n"
      "two\n");
  REQUIRE(lines.size() == 3);
  CHECK(lines[1].text == " two");
  CHECK(lines[1].time_us == 1'000'001);
  CHECK(lines[1].caller == "T7");
  CHECK_FALSE(lines[2].prefixed);
}
