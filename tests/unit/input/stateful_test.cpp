// Transports whose records span lines or wait for their place.
#include <string>

#include "catch.hpp"
#include "lines.hpp"

using namespace unoops;
using test::read_line;
using test::read_lines;

namespace {

std::vector<std::string> texts(std::string_view log) {
  std::vector<std::string> out;
  for (const auto& line : read_lines(log))
    if (line.kernel) out.push_back(line.text);
  return out;
}
using Texts = std::vector<std::string>;

}  // namespace

TEST_CASE("kmsg: escapes, dictionaries, records of several lines") {
  const auto lines = read_lines(
      "6,339,5140900,-,caller=T1;NET: one\\x09two\n"
      " SUBSYSTEM=pci\n"
      " DEVICE=+pci:0000:00:1f.2\n"
      "3,340,5140950,-,caller=C2,later=1;first\\x0a second \\x5cx41\n"
      "30,341,5140990,-;systemd[1]: hello\n");
  REQUIRE(lines.size() == 4);
  CHECK(lines[0].text == "NET: one\ttwo");
  CHECK(lines[0].time_us == 5'140'900);
  CHECK(lines[0].caller == "T1");
  CHECK(lines[0].level == 6);
  CHECK(lines[1].text == "first");
  CHECK(lines[2].text == " second \\x41");
  CHECK(lines[2].caller == "C2");
  CHECK(lines[2].number == 4);
  CHECK_FALSE(lines[3].kernel);
}

TEST_CASE("netconsole: records come in the order of their numbers") {
  CHECK(texts("6,1,10,-;a\n6,3,12,-;c\n6,2,11,-;b\n6,4,13,-;d\n") == Texts{"a", "b", "c", "d"});
  CHECK(texts("6,1,10,-;a\n6,9,12,-;c\n6,11,13,-;d\n") == Texts{"a", "c", "d"});  // the loglevel left some out
  CHECK(texts("6,900,10,-;a\n6,902,12,-;c\n6,1,1,-;boot\n6,2,2,-;two\n") == Texts{"a", "c", "boot", "two"});
  CHECK(texts("6,1,10,-;a\n6,3,12,-;c\n6,3,12,-;c\n6,2,11,-;b\n") == Texts{"a", "b", "c"});  // the packet came twice
  std::string lost = "6,1,10,-;a\n";
  Texts expected{"a"};
  for (int i = 3; i < 60; ++i) {
    lost += "6," + std::to_string(i) + ",10,-;" + std::to_string(i) + "\n";
    expected.push_back(std::to_string(i));
  }
  CHECK(texts(lost) == expected);
}

TEST_CASE("netconsole: fragments, in any order, on one line or several") {
  CHECK(texts("6,416,1758426,-,ncfrag=0/33;the first chunk, 6,416,1758426,-,ncfrag=17/33;the 2nd chunk...\n") ==
        Texts{"the first chunk, the 2nd chunk..."});
  CHECK(texts("6,416,1758426,-,ncfrag=17/33;the 2nd chunk...\n6,416,1758426,-,ncfrag=0/33;the first chunk, "
              "\n6,417,2,-;x\n") == Texts{"the first chunk, the 2nd chunk...", "x"});
  CHECK(texts("6,416,1758426,-,ncfrag=17/33;the 2nd chunk...\n") == Texts{"the 2nd chunk..."});
  CHECK(texts("6,416,1,-,ncfrag=17/99999999999;x\n6,417,1,-,ncfrag=9/3;x\n6,418,1,-;y\n") == Texts{"y"});
}

TEST_CASE("kmsg of v3.5 to v4.9: '+' continues 'c'") {
  CHECK(texts("4,1,1,c;PGD 0 \n4,2,1,+;P4D 0\n4,3,1,-;x\n4,4,1,c;Code: \n4,5,1,-;y\n") ==
        Texts{"PGD 0 P4D 0", "x", "Code: ", "y"});
}

TEST_CASE("the journal as JSON: strings, byte numbers, other programs, any layout") {
  const std::string entry =
      R"({"_TRANSPORT":"kernel","MESSAGE":"BUG: \"x\" \u003cTASK\u003e","PRIORITY":"1","_SOURCE_MONOTONIC_TIMESTAMP":"93120044",)"
      R"("__MONOTONIC_TIMESTAMP":"99","_HOSTNAME":"h","__REALTIME_TIMESTAMP":"1736154672345678"})";
  for (const std::string& log : {entry, "data: " + entry, "\x1e" + entry, entry + "\r"}) {
    const auto line = read_line(log + "\n");
    CHECK(line.text == "BUG: \"x\" <TASK>");
    CHECK(line.time_us == 93'120'044);
    CHECK(line.level == 1);
    CHECK(line.host == "h");
    CHECK(line.kernel);
  }
  CHECK(texts(R"({"_TRANSPORT":"kernel","MESSAGE":[104,105,10,255]})"
              "\n") == Texts{"hi", "\xff"});
  CHECK(texts("{\n\t\"MESSAGE\" : \" foo+0x1/0x2\",\n\t\"_TRANSPORT\" : \"kernel\"\n}\n[    1.000000] x\n") ==
        Texts{" foo+0x1/0x2", "x"});
  CHECK_FALSE(read_line(R"({"_TRANSPORT":"stdout","SYSLOG_IDENTIFIER":"a","MESSAGE":"BUG: x"})").kernel);
  CHECK(texts(R"({"_TRANSPORT":"kernel","MESSAGE":null})"
              "\n")
            .empty());
}

TEST_CASE("dmesg -J, and logs of containers") {
  const auto lines = read_lines(
      "{\n   \"dmesg\": [\n      {\n         \"pri\": 4,\n         \"time\":    93.120044,\n         \"caller\": "
      "\"T42\",\n"
      "         \"msg\": \"a {b} [c\"\n      },{\n         \"pri\": 30,\n         \"time\": 94.0,\n         \"msg\": "
      "\"d\"\n      }\n"
      "   ]\n}\n");
  REQUIRE(lines.size() == 2);
  CHECK(lines[0].text == "a {b} [c");
  CHECK(lines[0].time_us == 93'120'044);
  CHECK(lines[0].caller == "T42");
  CHECK_FALSE(lines[1].kernel);
  const auto docker =
      read_line(R"({"log":"[    1.234567][   T1] x\r\n","stream":"stdout","time":"2025-01-06T10:11:12Z"})");
  CHECK(docker.text == "x");
  CHECK(docker.caller == "T1");
  CHECK_FALSE(read_line(R"({"dt": "2025-01-06T10:11:12", "lvl": "debug", "msg": "BUG: x"})").kernel);
}

TEST_CASE("what only begins like JSON is text") {
  CHECK(texts("{\"a\": [\n[    1.000000] BUG: x\n") == Texts{"BUG: x"});
  CHECK(texts("[    1.000000] {\"a\": 1}\n") == Texts{"{\"a\": 1}"});
  CHECK(texts("{1}[Hardware Error]: event severity: fatal\n") == Texts{"{1}[Hardware Error]: event severity: fatal"});
  CHECK(texts("{ \"open string\nBUG: x\n").back() == "BUG: x");
}

TEST_CASE("the journal's export form: text and binary fields") {
  std::string log =
      "__CURSOR=s=1\n__REALTIME_TIMESTAMP=1736154672345678\n_TRANSPORT=kernel\nPRIORITY=4\nSYSLOG_IDENTIFIER=kernel\n"
      "_SOURCE_MONOTONIC_TIMESTAMP=93120044\nMESSAGE=BUG: a=b\n\n"
      "__CURSOR=s=2\nMESSAGE\n";
  log += std::string("\x0a\0\0\0\0\0\0\0", 8) + "one\n\n two\xff" + "\n_TRANSPORT=kernel\n\n";
  log += "__CURSOR=s=3\nMESSAGE=x\n_TRANSPORT=syslog\n\n[    1.000000] after\n";
  const auto lines = read_lines(log);
  REQUIRE(lines.size() == 6);
  CHECK(lines[0].text == "BUG: a=b");
  CHECK(lines[0].time_us == 93'120'044);
  CHECK(lines[0].number == 7);
  CHECK(lines[1].text == "one");
  CHECK(lines[2].text.empty());
  CHECK(lines[3].text == " two\xff");
  CHECK_FALSE(lines[4].kernel);
  CHECK(lines[5].text == "after");
}

TEST_CASE("journalctl -o verbose") {
  const auto lines = read_lines(
      "Mon 2025-01-06 10:11:12.345678 CET [s=a;i=1;b=2;m=58CE96C;t=3;x=4]\n"
      "    PRIORITY=4\n    _TRANSPORT=kernel\n    MESSAGE=one\n             two\n    _BOOT_ID=2\n"
      "Mon 2025-01-06 10:11:12.345679 CET [s=a;i=1;b=2;m=58ce96d;t=3;x=4]\n"
      "    MESSAGE=x\n    SYSLOG_IDENTIFIER=sshd\n\n[    1.000000] y\n");
  REQUIRE(lines.size() == 4);
  CHECK(lines[0].text == "one");
  CHECK(lines[0].time_us == 0x58ce96c);
  CHECK(lines[1].text == " two");
  CHECK_FALSE(lines[2].kernel);
  CHECK(lines[3].text == "y");
}

TEST_CASE("pstore: the newest part comes first, and gaps are told") {
  CHECK(texts("Panic#2 Part1\n<4>[    3.000000] c\nPanic#2 Part2\n<4>[    2.000000] b\nPanic#2 Part3\n<4>[    "
              "1.000000] a\n") == Texts{"a", "b", "c"});
  CHECK(texts("Oops#1 Part3\n<4>[    1.000000] a\nOops#1 Part2\n<4>[    2.000000] b\nPanic#2 Part1\n<4>[    3.000000] "
              "c\n") == Texts{"a", "b", "c"});
  const auto gap = texts("Panic#1 Part1\n<4>[    3.000000] c\nPanic#1 Part3\n<4>[    1.000000] a\n");
  REQUIRE(gap.size() == 3);
  CHECK(gap[1].find("part 2 is missing") != std::string::npos);
}

TEST_CASE("syslog repeats what it left out, and writes control characters as octal numbers") {
  CHECK(texts("Jan  6 10:11:12 h kernel: [    1.000000] a#011b#012c\nJan  6 10:11:13 h last message repeated 2 times\n"
              "Jan  6 10:11:13 h kernel: message repeated 2 times: [ [    2.000000] d]\n")
            .size() >= 6);
  CHECK(read_line("Jan  6 10:11:12 h kernel:           #000003ff7fe6c6fa: af00").text ==
        "          #000003ff7fe6c6fa: af00");
}

TEST_CASE("quoted-printable is decoded where the mail says so") {
  const auto lines =
      texts("flags=3D4\nContent-Transfer-Encoding: quoted-printable\n\n[    1.000000] CR0=3D80050033 very=\nlong=20\n");
  REQUIRE(lines.size() == 4);
  CHECK(lines[0] == "flags=3D4");
  CHECK(lines[3] == "CR0=80050033 verylong ");
}

TEST_CASE("stamps of CI are believed with the kernel's prefix behind them, and from then on") {
  const auto lines = read_lines("10:11:12  starting\n10:11:12  [    1.000000]  foo+0x1/0x2\n10:11:13   bar+0x1/0x2\n");
  REQUIRE(lines.size() == 3);
  CHECK(lines[0].text == "10:11:12  starting");
  CHECK(lines[1].text == " foo+0x1/0x2");
  CHECK(lines[2].text == " bar+0x1/0x2");
  CHECK(read_line("    # [    1.000000]  foo").text == " foo");
  CHECK(read_line("# comment").text == "# comment");
}

TEST_CASE("one byte at a time gives what the whole gives") {
  std::string log =
      "\xEF\xBB\xBF[    0.000000][    T0] a\r\nlogin: [    1.000000][    C1] b\n> [    1.000000] "
      "c\n6,1,10,-;d\n6,3,12,-;f\n6,2,11,-;e\n"
      "{\"_TRANSPORT\":\"kernel\",\"MESSAGE\":\"g\"}\nJan  6 10:11:12 h kernel: i#012j\n";
  log += std::string("__CURSOR=s=2\nMESSAGE\n\x02\0\0\0\0\0\0\0h\xff\n\n", 33) + std::string(200'000, 'x') + "\ntail";
  const auto whole = read_lines(log);
  CHECK(whole.size() > 12);
  CHECK(read_lines(log, 1) == whole);
  CHECK(read_lines(log, 4096) == whole);
}

TEST_CASE("a container runtime's partial lines are joined, stream by stream") {
  const std::string stamp = "2025-01-06T10:11:12.345678901Z ";
  CHECK(texts(stamp + "stdout P [    1.000000] RIP: 0010:\n" + stamp + "stderr F [    1.000000] x\n" + stamp +
              "stdout P demo+0x1\n" + stamp + "stdout F /0x2\n" + stamp + "stdout F [    1.000001] y\n") ==
        Texts{"x", "RIP: 0010:demo+0x1/0x2", "y"});
  CHECK(texts(stamp + "stdout P [    1.000000] the end is\n") == Texts{"the end is"});
  const std::string gitlab = "2025-01-06T10:11:12.345678Z 01O";
  CHECK(texts(gitlab + " [    1.000000] RIP: 0010:\n" + gitlab + "+demo+0x1/0x2\n" + gitlab + " [    1.000001] y\n") ==
        Texts{"RIP: 0010:demo+0x1/0x2", "y"});
  CHECK(texts(R"({"log":"[    1.000000] RIP: 0010:","stream":"stdout","time":"2025-01-06T10:11:12Z"})"
              "\n"
              R"({"log":"demo+0x1/0x2\n","stream":"stdout","time":"2025-01-06T10:11:12Z"})"
              "\n") == Texts{"RIP: 0010:demo+0x1/0x2"});
}

TEST_CASE("quoted-printable without its heading: only what can be nothing else") {
  const std::string broken = "[   10.000001] demo: a line that quoted-printable breaks where seventy-six en=";
  REQUIRE(broken.size() == 78);
  CHECK(texts(broken.substr(0, 73) + "=\nd\n[   10.000002] flags=3D1=20\n").at(1) == "flags=1 ");
  CHECK(texts("[    1.000000] idle=20\n[    1.000001] x=84/1\n") == Texts{"idle=20", "x=84/1"});
  const std::string ruler = "[   10.000001] " + std::string(60, '=') + "\n";
  CHECK(texts(ruler + "[   10.000002] x=20\n") == Texts{std::string(60, '='), "x=20"});
}

TEST_CASE("pstore: a part that begins inside a line") {
  CHECK(texts("Panic#1 Part1\no\n<4>[    3.000000] c\nPanic#1 Part2\n<4>[    1.000000] a\n<4>[    2.000000] hell") ==
        Texts{"a", "hello", "c"});
  CHECK(texts("Panic#1 Part2\n<4>[    1.000000] a\n<4>[    2.000000] hellPanic#1 Part1\no\n<4>[    3.000000] c\n") ==
        Texts{"a", "hello", "c"});
}

TEST_CASE("stamps and quotes without the kernel's prefix are believed from the third line on") {
  CHECK(texts("| a\n| b\n| c\n| d\n") == Texts{"| a", "| b", "| c", "d"});
  CHECK(texts("Jan 06 10:11:12 a\nJan 06 10:11:12 b\nJan 06 10:11:12 c\nJan 06 10:11:13 BUG: x\n").back() == "BUG: x");
}
