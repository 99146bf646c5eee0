// Written after v6.1 mm/kasan/report*.c, mm/kfence/report.c, mm/kmsan/report.c, kernel/kcsan/report.c, lib/ubsan.c.
#include "catch.hpp"
#include "read_reports.hpp"
#include "report/fact_names.hpp"

using namespace unoops::test;
using namespace unoops;

namespace {

constexpr std::string_view kasan_log = R"(==================================================================
BUG: KASAN: slab-use-after-free in demo_read+0x3a/0x80 [demo]
Read of size 4 at addr ffff88800289300c by task a/b/55

CPU: 0 PID: 55 Comm: a/b Not tainted 6.8.0 #1
Hardware name: QEMU
Call Trace:
 <TASK>
 dump_stack_lvl+0x4c/0x5f
 kasan_report+0xd7/0x190
 demo_read+0x3a/0x80 [demo]
 vfs_read+0x1a6/0x6f0
 </TASK>

Allocated by task 12 on cpu 1 at 3.451234s:
 kasan_save_stack+0x20/0x40
 demo_open+0x18/0x40 [demo]

Freed by task 7:
 kasan_save_stack+0x20/0x40
 demo_close+0x28/0x40 [demo]

Last potentially related work creation:
 kasan_save_stack+0x20/0x40
 call_rcu+0x18/0x40

The buggy address belongs to the object at ffff888002893000
 which belongs to the cache my cache of size 72
The buggy address is located 12 bytes inside of
 freed 72-byte region [ffff888002893000, ffff888002893048)

The buggy address belongs to the physical page:
page:00000000ab refcount:1 mapcount:0 mapping:0000000000000000 index:0x0 pfn:0x2893
flags: 0x100000000000200(slab|node=0|zone=1)
raw: 0100000000000200 ffff888001042140 dead000000000122 0000000000000000
page dumped because: kasan: bad access detected

Memory state around the buggy address:
 ffff888002892f00: fc fc fc fc fc fc fc fc fc fc fc fc fc fc fc fc
>ffff888002893000: fa fb fb fb fb fb fb fb fb fc fc fc fc fc fc fc
                      ^
==================================================================
systemd[1]: Started something.
)";

}  // namespace

TEST_CASE("KASAN: every section belongs to the report") {
  const auto r = read_report(kasan_log);
  CHECK(kind_of(r) == "kasan");
  CHECK(r.title == "KASAN: slab-use-after-free Read in demo_read");
  CHECK(r.comm == "a/b");
  CHECK(r.pid == 55);
  CHECK(r.fault.size == 4u);
  CHECK(r.fault.address == 0xffff88800289300cu);
  CHECK(symbols_of(r, "Allocated by task 12") == "kasan_save_stack demo_open");
  CHECK(symbols_of(r, "Freed by task 7") == "kasan_save_stack demo_close");
  CHECK(symbols_of(r, "Last potentially related work creation") == "kasan_save_stack call_rcu");
  CHECK(r.fact(report::fact::object_cache) == "my cache");
  CHECK(r.fact(report::fact::object_size) == "72");
  CHECK(r.fact(report::fact::location) == "inside");
  CHECK(r.fact(report::fact::location_bytes) == "12");
  CHECK(r.fact(report::fact::region_state) == "freed");
  CHECK(r.fact(report::fact::page_reason) == "kasan: bad access detected");
  CHECK_FALSE(r.corrupted);
  CHECK(r.line_first == 1);
  CHECK(r.line_last == 42);
}

TEST_CASE("KASAN: a variable and a stack frame are pointers, not calls") {
  const auto variable = read_report(
      "BUG: KASAN: global-out-of-bounds in demo_sum+0x10/0x20\nRead of size 4 at addr ffffffff84001234 by task x/1\n"
      "Call Trace:\n demo_sum+0x10/0x20\n\nThe buggy address belongs to the variable:\n table+0x34/0x40 [demo]\n");
  REQUIRE(stack_of(variable, "The buggy address belongs to the variable"));
  CHECK(stack_of(variable, "The buggy address belongs to the variable")->frames.at(0).ref.pc == PcKind::pointer);
  const auto on_stack = read_report(
      "BUG: KASAN: stack-out-of-bounds in demo_fill+0x10/0x20\nWrite of size 1 at addr ffffc90000567de0 by task x/1\n"
      "Call Trace:\n demo_fill+0x10/0x20\n\nThe buggy address belongs to stack of task x/1\n and is located at offset "
      "48 in frame:\n demo_fill+0x0/0x20\n\n"
      "This frame has 1 object:\n [32, 48) 'buf'\n");
  CHECK(on_stack.title == "KASAN: stack-out-of-bounds Write in demo_fill");
  CHECK(on_stack.fact(report::fact::stack_offset) == "48");
  CHECK(on_stack.fact(report::fact::stack_object) == "buf");
  REQUIRE(stack_of(on_stack, "in frame"));
  CHECK(stack_of(on_stack, "in frame")->frames.at(0).ref.pc == PcKind::pointer);
}

TEST_CASE("KASAN: frees of all sorts are one class, tags are exact") {
  const auto twice = read_report(
      "BUG: KASAN: double-free in demo_drop+0x10/0x20\nFree of addr ffff888002893000 by task x/1\nCall Trace:\n "
      "demo_drop+0x10/0x20\n");
  CHECK(twice.title == "KASAN: invalid-free in demo_drop");
  CHECK(twice.pid == 1);
  const auto tagged = read_report(
      "BUG: KASAN: invalid-access in demo_get+0x10/0x20\nRead at addr f5ff000003a8c000 by task x/12\nPointer tag: "
      "[f5], memory tag: [fe]\nCall trace:\n demo_get+0x10/0x20\n");
  CHECK(tagged.title == "KASAN: invalid-access Read in demo_get");
  CHECK(tagged.fact(report::fact::pointer_tag) == "f5");
  CHECK(tagged.fact(report::fact::memory_tag) == "fe");
  REQUIRE(stack_of(tagged, "BUG: KASAN"));
  CHECK(stack_of(tagged, "BUG: KASAN")->frames.at(0).ref.pc == PcKind::exact);
}

TEST_CASE("KFENCE: both ages of the object line") {
  const auto now = read_report(R"(==================================================================
BUG: KFENCE: use-after-free read in demo_read+0xd/0x20 [demo]

Use-after-free read at 0x00000000ab12cd34 (in kfence-#69):
 demo_read+0xd/0x20 [demo]
 vfs_read+0x1a6/0x6f0

kfence-#69: 0x00000000ab12cd00-0x00000000ab12cd47, size=72, cache=demo_req

allocated by task 55 on cpu 0 at 12.345678s:
 demo_open+0x18/0x40 [demo]

freed by task 56 on cpu 0 at 12.345679s:
 demo_close+0x28/0x40 [demo]

CPU: 0 PID: 55 Comm: trig Not tainted 6.1.0 #1
==================================================================
)");
  CHECK(now.title == "KFENCE: use-after-free read in demo_read");
  CHECK(now.fault.access == Access::read);
  CHECK(symbols_of(now, "Call Trace") == "demo_read vfs_read");
  CHECK(stack_of(now, "Call Trace")->frames.at(0).ref.pc == PcKind::exact);
  CHECK(stack_of(now, "Call Trace")->frames.at(1).ref.pc == PcKind::return_address);
  CHECK(symbols_of(now, "Allocated by task 55") == "demo_open");
  CHECK(symbols_of(now, "Freed by task 56") == "demo_close");
  CHECK(now.fact(report::fact::object_cache) == "demo_req");
  CHECK(now.fact(report::fact::object_size) == "72");
  CHECK(now.pid == 55);
  const auto then = read_report(
      "BUG: KFENCE: memory corruption in demo_drop+0xb3/0x20f\n\nCorrupted memory at 0xffff8c2aae24c020 [ 0x2a . ! ] "
      "(in kfence-#37):\n demo_drop+0xb3/0x20f\n\n"
      "kfence-#37 [0xffff8c2aae24c000-0xffff8c2aae24c01f, size=32, cache=kmalloc-32] allocated by task 120:\n "
      "demo_open+0x79/0x20f\n");
  CHECK(then.title == "KFENCE: memory corruption in demo_drop");
  CHECK(then.fact(report::fact::object_cache) == "kmalloc-32");
  CHECK(symbols_of(then, "Allocated by task 120") == "demo_open");
}

TEST_CASE("KMSAN: frames behind the headline, origins, the variable") {
  const auto r = read_report(R"(=====================================================
BUG: KMSAN: uninit-value in demo_walk+0x3d4/0x16a0
 demo_walk+0x3d4/0x16a0
 demo_ioctl+0xc1/0x2b0

Uninit was stored to memory at:
 demo_copy+0x11/0x22

Local variable ctx created at:
 demo_ioctl+0x2c/0x2b0
 vfs_ioctl+0x66/0x90

Bytes 0-3 of 4 are uninitialized
Memory access of size 4 starts at ffff888112345678

CPU: 0 PID: 55 Comm: x Not tainted 6.1.0 #1
=====================================================
)");
  CHECK(r.title == "KMSAN: uninit-value in demo_walk");
  CHECK(symbols_of(r, "Call Trace") == "demo_walk demo_ioctl");
  CHECK(symbols_of(r, "Uninit was stored to memory at") == "demo_copy");
  CHECK(symbols_of(r, "Local variable ctx created at") == "demo_ioctl vfs_ioctl");
  CHECK(r.fact(report::fact::variable) == "ctx");
  CHECK(r.fault.size == 4u);
  CHECK(r.pid == 55);
}

TEST_CASE("KCSAN: two functions, or one") {
  const auto two = read_report(R"(==================================================================
BUG: KCSAN: data-race in demo_get / demo_put

write (marked) to 0xffff8881001cb1e8 of 4 bytes by task 4926 on cpu 0:
 demo_put+0x5f/0x70
 demo_close+0x1/0x2

read to 0xffff8881001cb1e8 of 4 bytes by interrupt on cpu 1:
 demo_get+0x3f/0x50

value changed: 0x00000000 -> 0x00000001

Reported by Kernel Concurrency Sanitizer on:
CPU: 0 PID: 4926 Comm: x Not tainted 6.12.0 #1
==================================================================
)");
  CHECK(two.title == "KCSAN: data-race in demo_get / demo_put");
  CHECK(symbols_of(two, "write (marked) to 0xffff8881001cb1e8 of 4 bytes by task 4926 on cpu 0") ==
        "demo_put demo_close");
  CHECK(two.fact(report::fact::value_after) == "0x00000001");
  CHECK(two.fault.address == 0xffff8881001cb1e8u);
  CHECK_FALSE(two.corrupted);
  const auto one = read_report(
      "BUG: KCSAN: assert: race in demo_del+0x6df/0x760\n\nrace at unknown origin, with assert no writes to "
      "0xffff8881001cb1e8 of 4 bytes by task 4926 on cpu 0:\n demo_del+0x6df/0x760\n");
  CHECK(one.title == "KCSAN: assert: race in demo_del");
}

TEST_CASE("UBSAN: old words, new words, traps") {
  const auto old = read_report(
      "================================================================================\nUBSAN: Undefined behaviour in "
      "drivers/x.c:310:16\nsigned integer overflow:\n"
      "1 + 2147483647 cannot be represented in type 'int'\nCPU: 0 PID: 1 Comm: x Not tainted 4.19.0 #1\nCall Trace:\n "
      "dump_stack+0x1/0x2\n ubsan_epilogue+0x1/0x2\n"
      " handle_overflow+0x1/0x2\n demo_add+0x10/0x20\n");
  CHECK(old.title == "UBSAN: undefined-behaviour in demo_add");
  CHECK(old.fact(report::fact::place) == "drivers/x.c:310:16");
  CHECK(old.messages.size() == 2);
  const auto now = read_report(
      "------------[ cut here ]------------\nUBSAN: array-index-out-of-bounds in drivers/x.c:12:3\nindex 4 is out of "
      "range for type 'int [4]'\n"
      "CPU: 0 PID: 1 Comm: x Not tainted 6.8.0 #1\nCall Trace:\n <TASK>\n __ubsan_handle_out_of_bounds+0x1/0x2\n "
      "demo_at+0x10/0x20\n </TASK>\n---[ end trace ]---\n");
  CHECK(now.title == "UBSAN: array-index-out-of-bounds in demo_at");
  CHECK(now.fact(report::fact::detail) == "index 4 is out of range for type 'int [4]'");
  const auto trap = read_report(
      "Internal error: UBSAN: array index out of bounds: 00000000f2005512 [#1] PREEMPT SMP\nCPU: 0 PID: 1 Comm: x Not "
      "tainted 6.9.0 #1\n"
      "pc : demo_at+0x10/0x20\nlr : demo_do+0x1/0x2\nCall trace:\n demo_at+0x10/0x20\n---[ end trace 0000000000000000 "
      "]---\n");
  CHECK(kind_of(trap) == "ubsan");
  CHECK(trap.title == "UBSAN: array-index-out-of-bounds in demo_at");
  CHECK(trap.die_number == 1);
}
