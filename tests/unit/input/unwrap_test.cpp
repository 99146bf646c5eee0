// Lines that were broken at a margin, and lines that only look so.
#include <string>

#include "catch.hpp"
#include "lines.hpp"

using namespace unoops;
using test::read_lines;

namespace {

using Texts = std::vector<std::string>;

Texts texts(std::string_view log, std::size_t chunk = std::string_view::npos) {
  Texts out;
  for (const auto& line : read_lines(log, chunk)) out.push_back(line.text);
  return out;
}

}  // namespace

TEST_CASE("what a mail client broke is one line again") {
  const std::string log =
      "[   10.000001] BUG: unable to handle kernel NULL pointer dereference at\n"
      "0000000000000018\n"
      "[   10.000002] CPU: 0 PID: 412 Comm: demo Tainted: G        W\n"
      "6.1.0-50-amd64 #1  Debian 6.1.176-1\n"
      "[   10.000003] RIP: 0010:demo_frobnicate_the_queue_of_requests+0x12/0x34\n"
      "[demo]\n"
      "[   10.000004] Code: 48 89 fa 48 c1 ea 03 80 3c 02 00 75 2a 48 8b 5b 18\n"
      "<48> 8b 43 08 c3\n"
      "[   10.000005] RAX: 0000000000000000 RBX: ffff888003b5c000 RCX:\n"
      "0000000000000001\n"
      "[   10.000006] Modules linked in: demo(OE) ext4 crc32c_generic mbcache\n"
      "jbd2 crc16 [last unloaded: foo]\n"
      "[   10.000007] end\n";
  const Texts whole{"BUG: unable to handle kernel NULL pointer dereference at 0000000000000018",
                    "CPU: 0 PID: 412 Comm: demo Tainted: G        W 6.1.0-50-amd64 #1  Debian 6.1.176-1",
                    "RIP: 0010:demo_frobnicate_the_queue_of_requests+0x12/0x34 [demo]",
                    "Code: 48 89 fa 48 c1 ea 03 80 3c 02 00 75 2a 48 8b 5b 18 <48> 8b 43 08 c3",
                    "RAX: 0000000000000000 RBX: ffff888003b5c000 RCX: 0000000000000001",
                    "Modules linked in: demo(OE) ext4 crc32c_generic mbcache jbd2 crc16 [last unloaded: foo]",
                    "end"};
  CHECK(texts(log) == whole);
  CHECK(texts(log, 1) == whole);
  std::string quoted;
  for (const auto& line : {"[   10.000005] RAX: 0000000000000000 RBX: ffff888003b5c000 RCX:", "0000000000000001"})
    quoted += std::string("> > ") + line + "\n";
  CHECK(texts(quoted) == Texts{whole[4]});
  CHECK(texts("> [   10.000005] RAX: 0000000000000000 RBX: ffff888003b5c000 RCX: \n0000000000000001\n") ==
        Texts{whole[4]});
  CHECK(read_lines(log)[2].number == 5);
}

TEST_CASE("a break that nothing but the margin tells of waits for one that the grammar knows") {
  const std::string doubtful =
      "[   10.000001] demo: a sentence of the kernel's that is a little too long\n"
      "for the mail\n";
  CHECK(texts(doubtful + "[   10.000002] x\n").size() == 3);
  const std::string proof =
      "[   10.000002] RAX: 0000000000000000 RBX: ffff888003b5c000 RCX:\n"
      "0000000000000001\n";
  CHECK(texts(doubtful + proof).at(0) == "demo: a sentence of the kernel's that is a little too long for the mail");
  // One line that goes past every margin: nothing here was broken.
  const std::string too_long = "[   10.000002] " + std::string(60, 'a') + " " + std::string(60, 'b') + "\n";
  CHECK(texts(too_long + doubtful + proof).size() == 5);
  CHECK(texts(doubtful + too_long + proof).size() == 5);
}

TEST_CASE("what a terminal broke is joined without a blank") {
  const std::string first = "[   10.000001] RAX: 0000000000000000 RBX: ffff888003b5c000 RCX: 00000000000000";
  REQUIRE(first.size() == 78);
  CHECK(texts(first + "00\n00 RDX: 0000000000000001\n").size() == 2);  // a mail client's? There is no telling
  const std::string full = "[   10.000001] RAX: 0000000000000000 RBX: ffff888003b5c000 RDX: 000000000000001";
  CHECK(texts(full + "0 RSI: 0000000000000000\n").size() == 1);
  const std::string frame = "[   10.000002]  demo_a_function_with_a_very_long_name_that_fills_the_screen_alone_";
  REQUIRE(frame.size() > 80);
  CHECK(texts(frame.substr(0, 80) + "\n" + frame.substr(80) + "x+0x12/0x34\n") ==
        Texts{frame.substr(15) + "x+0x12/0x34"});
}

TEST_CASE("user space's lines between the kernel's stay what they are") {
  for (const std::string user : {"Starting network: OK", "login:", "/ # cat /sys/kernel/debug/demo", "OK", "PASS"}) {
    CAPTURE(user);
    const std::string log =
        "[   10.000001] Call Trace:\n"
        "[   10.000002]  demo_frobnicate_the_queue_of_requests+0x12/0x34 [demo]\n" +
        user +
        "\n"
        "[   10.000003]  ? demo_frobnicate+0x12/0x34\n" +
        user + "\n[   10.000004]  </TASK>\n";
    const auto found = texts(log);
    REQUIRE(found.size() == 6);
    CHECK(found[1] == " demo_frobnicate_the_queue_of_requests+0x12/0x34 [demo]");
    CHECK(found[2] == user);
  }
  // Without prefixes every line stands for itself where it can.
  const std::string bare =
      " {SOFTIRQ-ON-W} state was registered at: and this is a long line at:\n"
      "  lock_acquire+0xd1/0x2d0\n"
      "RBP: 0000000000000003 R08: 000000009fba27d8 R09: 0000000000000001\n"
      "R10: 0000000000000001 R11: ffffffff8325a380 R12: ffff8d7c9ffca900\n";
  CHECK(texts(bare).size() == 4);
}

TEST_CASE("a line of the kernel's is never the rest of another, and a fence is no line") {
  const std::string report =
      "```\n"
      "==================================================================\n"
      "BUG: KASAN: use-after-free in demo_read_the_queue_of_requests+0x7c/0x390\n"
      "Read of size 8 at addr ffff888112fb0800 by task reader/5060\n";
  CHECK(texts(report).size() == 4);
}

TEST_CASE("a symbol's offset and a row's last value are joined without a prefix") {
  CHECK(texts("[c000000002c13cb0] [c0000000001d6cd8] demo_read_with_a_long_name\n+0x48/0x4a0\n") ==
        Texts{"[c000000002c13cb0] [c0000000001d6cd8] demo_read_with_a_long_name+0x48/0x4a0"});
  CHECK(
      texts("GPR00: c0000000001cfebc c000000002c13bf0 c000000001b57400\n00000000000000aa\nGPR04: c000000002c13bf0\n") ==
      Texts{"GPR00: c0000000001cfebc c000000002c13bf0 c000000001b57400 00000000000000aa", "GPR04: c000000002c13bf0"});
  CHECK(texts("WARNING: CPU: 3 PID: 58 at drivers/demo/a_long_name/queue.c:214\ndemo_drain+0x1/0x2\n").size() == 1);
  CHECK(texts("Read of size 8 at addr ffff888112fb0800 of the kernel's, by task\nreader/5060\n").size() == 1);
}

TEST_CASE("a screen of any width breaks at its last column") {
  const std::string
      first = "[   10.000001] RAX: 0000000000000000 RBX: ffff888003b5c000 RCX: 0000000000000001 RDX: ffff8880",
      rest = "03b5c0d0\n";
  const std::string line = first + "03b5c0d0";
  CHECK(texts(first + "\n" + rest + "[   10.000002] x\n") == Texts{line.substr(15), "x"});
  CHECK(texts(first + "\n" + rest + "[   10.000002] x\n", 1) == Texts{line.substr(15), "x"});
  // Something is wider: it is no screen.
  CHECK(texts("[   10.000000] " + std::string(100, 'y') + "\n" + first + "\n" + rest).size() == 3);
  // A whole line, and a program's.
  CHECK(texts("[   10.000001] " + std::string(90, 'y') + "\nlogin: \n").size() == 2);
}

TEST_CASE("a pager's mark takes the half word with it") {
  CHECK(texts("[   10.000001] RBX: ffff888003b5c000 RCX: ffff88800>\n") == Texts{"RBX: ffff888003b5c000 RCX: "});
  CHECK(texts("[   10.000001] RBX: ffff888003b5c000>\n") == Texts{"RBX: ffff888003b5c000"});
  CHECK(texts("[   10.000001] RBX: ffff88800...\n") == Texts{"RBX: "});
  for (const std::string whole : {"<TASK>", "Code: 48 <0f>", "a --> b ->", "Dumping ftrace buffer...", "<<EOE>>"})
    CHECK(texts("[   10.000001] " + whole + "\n") == Texts{whole});
}
