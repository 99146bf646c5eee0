#include "grammar/frame_line.hpp"

#include "catch.hpp"

using namespace unoops;
using namespace unoops::grammar;

namespace {
FrameLine frame(std::string_view text) {
  FrameLine out;
  INFO(text);
  REQUIRE(read_frame(text, out));
  return out;
}
bool plain(const FrameLine& f) {
  return f.ref.symbol == "f" && f.ref.offset == 0x5u && f.ref.size == 0x10u && f.reliable;
}
}  // namespace

TEST_CASE("frames of every architecture") {
  for (const auto text : {
           " f+0x5/0x10",
           "f+0x5/0x10\r",
           "        f+0x5/0x10",
           "\tf+0x5/0x10",
           " [<ffffffff81234567>] f+0x5/0x10",
           " [<00000000d2a1c0de>] f+0x5/0x10",
           " <IRQ>  [<ffffffff81234567>] f+0x5/0x10",
           " <<EOE>>  [<ffffffff81234567>] f+0x5/0x10",
           "[c0000000025a3c60] [c000000000123456] f+0x5/0x10",
           "[c25a3c60] [c0123456] f+0x5/0x10",
           "[c0000000025a3c60] c000000000123456 f+0x5/0x10",
           " [<0000001aa5123456>] f+0x5/0x10 ",
           "[<80123456>] f+0x5/0x10",
           " [0000000000456789] f+0x5/0x10",
           "[f0012345 : f+0x5/0x10 ]",
           "[<(____ptrval____)>] f+0x5/0x10",
           "[<c0012345>] (g) from [<c0023456>] (f+0x5/0x10)",
           " g from f+0x5/0x10",
           " g [m] from f+0x5/0x10 [m]",
           "[c0000000025a3c60] [c000000000123456] f+0x5/0x10 (g+0x1/0x2)",
       })
    CHECK(plain(frame(text)));
}

TEST_CASE("frames of old kernels") {
  for (const char* text : {
           "<c0123456> f+0x5/0x10",
           "[<c0012345>] (g+0x0/0x20) from [<c0023456>] (f+0x5/0x10)",
           "[<bf012345>] (g+0x0/0x20 [m]) from [<c0023456>] (f+0x5/0x10)",
       })
    CHECK(plain(frame(text)));
  const auto braced = frame("<ffffffff880c1a10>{:m:f+64}");
  CHECK(braced.ref.symbol == "f");
  CHECK(braced.ref.module == "m");
  CHECK(braced.ref.offset == 64u);
  CHECK_FALSE(braced.ref.size);
}

TEST_CASE("several frames a line") {
  const auto two = frame(" <c020bb5d> f+0x10d/0x210   <c020ba50> g+0x0/0x210");
  CHECK(two.ref.symbol == "f");
  CHECK(frame(two.behind).ref.symbol == "g");
  const auto bare = frame("[<c0105000>] [<c0106000>] [<c0107000>]");
  CHECK(bare.ref.address == 0xc0105000u);
  CHECK(frame(bare.behind).ref.address == 0xc0106000u);
  FrameLine out;
  CHECK_FALSE(read_frame("[<c0105000>] f+0x1/0x2 and [<c0106000>] g+0x1/0x2", out));
}

TEST_CASE("addresses of frames") {
  CHECK(frame("[c0000000025a3c60] [c000000000123456] f+0x5/0x10").ref.address == 0xc000000000123456u);
  CHECK(frame("[c0000000025a3c60] c000000000123456 f+0x5/0x10 (unreliable)").ref.address == 0xc000000000123456u);
  CHECK(frame("[<c0012345>] (g) from [<c0023456>] (f+0x5/0x10)").ref.address == 0xc0023456u);
  CHECK_FALSE(frame(" [<00000000d2a1c0de>] f+0x5/0x10").ref.address);
  CHECK(frame(" 0xffffffffc0123000").ref.address == 0xffffffffc0123000u);
  CHECK(frame(" ? 0xffffffffc0123000").ref.symbol.empty());
  CHECK(frame(" [<ffffffffc0123000>]").ref.address == 0xffffffffc0123000u);
  CHECK(frame(" [<ffffffffc0123000>] 0xffffffffc0123000").ref.address == 0xffffffffc0123000u);
  CHECK(frame("Function entered at [<c0012345>] from [<c0023456>]").ref.address == 0xc0023456u);
}

TEST_CASE("frames that may be stale") {
  CHECK_FALSE(frame(" ? f+0x5/0x10").reliable);
  CHECK_FALSE(frame("? f+0x5/0x10 [m]").reliable);
  CHECK_FALSE(frame("([<0000001aa5123456>] f+0x5/0x10 [m])").reliable);
  CHECK_FALSE(frame("[c0000000025a3c60] [c000000000123456] f+0x5/0x10 [m] (unreliable)").reliable);
  CHECK(frame(" ? f+0x0/0x10").ref.pc == PcKind::pointer);
  CHECK(frame(" ? f+0x10/0x10").ref.pc == PcKind::pointer);
  CHECK(frame(" f+0x10/0x10").ref.pc == PcKind::return_address);
}

TEST_CASE("what stands behind a frame") {
  CHECK(frame(" f+0x5/0x10 (P)").marks == "P");
  CHECK(frame(" f+0x5/0x10 (P)").ref.pc == PcKind::exact);
  const auto arm64 = frame(" f+0x5/0x10 [m f071c3d7ea2deaac5dbe7ff4a219a4b90ec7a812] (PF)");
  CHECK(arm64.marks == "PF");
  CHECK(arm64.ref.module == "m");
  CHECK(frame(" <EOI>  [<ffffffff81234567>] ? f+0x5/0x10").context == "EOI");
  CHECK(frame(" <<EOE>>  [<ffffffff81234567>] f+0x5/0x10").context == "EOE");
  const auto arm = frame("[<bf000045>] (g [m]) from [<bf000456>] (f+0x5/0x10 [m])");
  CHECK(arm.callee.symbol == "g");
  CHECK(arm.callee.module == "m");
  CHECK(arm.callee.address == 0xbf000045u);
  CHECK(arm.ref.module == "m");
}

TEST_CASE("frames that a decoder has been at") {
  const auto lineinfo = frame(" f+0x5/0x10 (lib/dump_stack.c:94)");
  REQUIRE(lineinfo.printed.size() == 1);
  CHECK(lineinfo.printed[0].file == "lib/dump_stack.c");
  CHECK(lineinfo.printed[0].line == 94);
  CHECK(lineinfo.printed[0].function == "f");
  const auto ours = frame(" ? f+0x5/0x10 [m] (include/linux/x.h:10 fs/foo.c:123)");
  REQUIRE(ours.printed.size() == 2);
  CHECK(ours.printed[0].inlined);
  CHECK_FALSE(ours.printed[1].inlined);
  CHECK(ours.ref.module == "m");
  const auto script = frame(" ? f (fs/foo.c:123 (discriminator 2) fs/foo.c:200) ext4");
  REQUIRE(script.printed.size() == 2);
  CHECK(script.ref.module == "ext4");
  CHECK_FALSE(script.ref.offset);
  CHECK_FALSE(script.reliable);
  CHECK(frame(" f (fs/foo.c:123) [ext4]").ref.module == "ext4");
  CHECK(frame(" f (??:?)").printed.empty());
  const auto syz = frame("    [<ffffffff816cc14d>] f+0x5/0x10 mm/slub.c:2607 ");
  CHECK(plain(syz));
  REQUIRE(syz.printed.size() == 1);
  CHECK(syz.printed[0].line == 2607);
  const auto inlined = frame(" bar fs/foo.c:99 [inline]");
  CHECK(inlined.inline_entry);
  CHECK(inlined.printed.at(0).inlined);
  CHECK(inlined.ref.symbol == "bar");
}

TEST_CASE("what is no frame") {
  FrameLine out;
  for (const auto text : {"",
                          "   ",
                          "Call Trace:",
                          " <IRQ>",
                          "</TASK>",
                          "RIP: 0010:f+0x5/0x10",
                          "mydrv: failed at f+0x5/0x10",
                          "f+0x5/0x10 failed",
                          "f+0x5/0x10, g+0x1/0x2",
                          "WARNING: CPU: 0 PID: 1 at a.c:1 f+0x5/0x10",
                          "foo (a word) bar",
                          "[12345678]",
                          "lr : f+0x5/0x10",
                          "usb 1-1: new device",
                          "kthread",
                          "foo fs/foo.c:99",
                          " #0: ffff8880 (x){+.+.}, at: f+0x5/0x10",
                          "? ",
                          "from f+0x5/0x10 x",
                          "hub 1-0:1.0: USB hub found",
                          "Modules linked in: a b",
                          "(ptrval): ffffffff81234567 (f+0x5/0x10)"})
    CHECK_FALSE(read_frame(text, out));
}

TEST_CASE("a function that a decoder left without its offset is found in any line") {
  const auto only = [](std::string_view line) {
    const auto found = named_frames(line);
    REQUIRE(found.size() == 1);
    return found.front();
  };
  const auto rip = only("RIP: 0010:demo_read (drivers/demo.c:12 (discriminator 2) drivers/demo.c:40) demo");
  CHECK(rip.ref.symbol == "demo_read");
  CHECK(rip.ref.module == "demo");
  CHECK(rip.ref.pc == PcKind::exact);
  REQUIRE(rip.printed.size() == 2);
  CHECK(rip.printed[0].line == 12);
  CHECK(rip.printed[1].function == "demo_read");
  CHECK(only("lr : demo_open (drivers/demo.c:40)").ref.pc == PcKind::return_address);
  CHECK(only("BUG: KASAN: slab-use-after-free in demo_super (fs/demo/mount.c:286) ").ref.symbol == "demo_super");
  const auto own = only("RIP: 0010:demo+0x1/0x20 (drivers/demo.c:12) [demo]");
  CHECK(own.ref.module == "demo");
  CHECK(own.printed.size() == 1);
  CHECK(only("RIP: 0010:demo+0x1/0x20 drivers/demo.c:12").printed.size() == 1);
  CHECK(named_frames("Hardware name: QEMU Standard PC (i440FX + PIIX, 1996)").empty());
  CHECK(named_frames("FS:  00007f2a(0000) (note: 1)").empty());
}
