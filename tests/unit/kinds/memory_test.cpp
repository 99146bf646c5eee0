// Written after v6.1 mm/slub.c, mm/kmemleak.c, mm/page_alloc.c, mm/memory.c, mm/oom_kill.c.
#include "catch.hpp"
#include "read_reports.hpp"
#include "report/fact_names.hpp"

using namespace unoops::test;
using namespace unoops;

namespace {

constexpr std::string_view poison = R"(=============================================================================
BUG demo_req (Tainted: G           OE     ): Poison overwritten
-----------------------------------------------------------------------------

0xffff8c77d574b378-0xffff8c77d574b37f @offset=888. First byte 0x88 instead of 0x6b
Allocated in demo_open+0x1c/0xa8 [demo] age=7 cpu=0 pid=115
 kmem_cache_alloc+0x2b8/0x300
 demo_open+0x1c/0xa8 [demo]
Freed in demo_close+0x27/0xa8 [demo] age=3 cpu=1 pid=116
 demo_ioctl+0x60/0xb0 [demo]
Slab 0xfffff8c18055d2c0 objects=24 used=1 fp=0xffff8c77d574be78 flags=0xfffffc0000200(slab|node=0|zone=1)
Object 0xffff8c77d574b350 @offset=848 fp=0xffff8c77d574be78

Redzone  ffff8c77d574b348: bb bb bb bb bb bb bb bb                          ........
Object   ffff8c77d574b350: 6b 6b 6b 6b 6b 6b 6b 6b 6b 6b 6b 6b 6b 6b 6b 6b  kkkkkkkkkkkkkkkk
CPU: 0 PID: 115 Comm: trig Tainted: G           OE      6.1.0 #1
Call Trace:
 <TASK>
 check_bytes_and_report.cold+0x6d/0x97
 kmem_cache_alloc+0x2b8/0x300
 unlucky+0x4e/0xa8
 </TASK>
Disabling lock debugging due to kernel taint
FIX demo_req: Restoring Poison 0xffff8c77d574b378-0xffff8c77d574b37f=0x6b
)";

}  // namespace

TEST_CASE("slab: overwritten poison names who freed, an overwritten red zone who allocated") {
  const auto r = read_report(poison);
  CHECK(kind_of(r) == "slab");
  CHECK(r.title == "BUG: Poison overwritten in demo_close");
  CHECK(r.fact(report::fact::object_cache) == "demo_req");
  CHECK(r.fact(report::fact::object_address) == "0xffff8c77d574b350");
  CHECK(symbols_of(r, "Allocated by task 115") == "kmem_cache_alloc demo_open");
  CHECK(symbols_of(r, "Freed by task 116") == "demo_ioctl");
  CHECK(r.fact(report::fact::fixed).starts_with("Restoring Poison"));
  std::string redzone(poison);
  redzone.replace(redzone.find("Poison"), 6, "Right Redzone");
  CHECK(read_report(redzone).title == "BUG: Right Redzone overwritten in demo_open");
  const auto pointer = read_report(
      "BUG kmalloc-64 (Not tainted): Invalid object pointer 0xffff8ac543648548\nSlab 0xfffff2ec800d9200 objects=16 "
      "used=7 fp=0x0 flags=0x0\n"
      "CPU: 0 PID: 1 Comm: x Not tainted 6.1.0 #1\nCall Trace:\n slab_err+0xae/0xe7\n demo_free+0x24/0x30\n");
  CHECK(pointer.title == "BUG: Invalid object pointer in demo_free");
}

TEST_CASE("slab: what only looks like it") {
  CHECK(read_reports("BUG report follows\nBUG in the user's program: it crashed\nDEBUG x (y): z\n").empty());
}

TEST_CASE("kmemleak: who asked, not who allocates") {
  const auto r = read_report(
      "unreferenced object 0xffff8882d78c9ea0 (size 96):\n  comm \"a \"b\"\", pid 5988, jiffies 4294941388\n  hex dump "
      "(first 32 bytes):\n"
      "    df 82 95 86 ff ff ff ff a8 9e 8c d7 82 88 ff ff  ................\n  backtrace (crc c9a1c131):\n    "
      "__kmalloc_cache_noprof+0x42f/0x5e0\n    demo_alloc_ctx+0x1/0x2\n"
      "    demo_probe+0x57/0x110\n");
  CHECK(kind_of(r) == "memory-leak");
  CHECK(r.title == "memory leak in demo_probe");
  CHECK(r.comm == "a \"b\"");
  CHECK(r.fact(report::fact::object_size) == "96");
  CHECK(r.fact(report::fact::crc) == "c9a1c131");
  CHECK(read_reports("BUG: memory leak\n").empty());
}

TEST_CASE("bad page, its owner's stacks") {
  const auto r = read_report(
      "BUG: Bad page state in process my comm  pfn:7071f\npage: refcount:0 mapcount:0 mapping:0000000000000000 "
      "index:0x7f467f1e8 pfn:0x7071f\n"
      "flags: 0xfff00000000000(node=0|zone=1|lastcpupid=0x7ff)\nraw: 00fff00000000000 dead000000000040 "
      "ffff888062a17000 0000000000000000\n"
      "page dumped because: nonzero _refcount\npage_owner tracks the page as allocated\n"
      "page last allocated via order 0, migratetype Unmovable, gfp_mask 0x102820(GFP_ATOMIC), pid 8, tgid 8 (x), ts 1, "
      "free_ts 1\n"
      " post_alloc_hook+0x1f3/0x230\n demo_fill+0x939/0x2110\npage last free pid 8932 tgid 8930 stack trace:\n "
      "free_unref_page+0xd22/0xea0\nModules linked in:\n"
      "CPU: 0 PID: 8978 Comm: my comm Not tainted 6.12.0 #1\nCall Trace:\n bad_page+0x1/0x2\n "
      "free_unref_page+0xd22/0xea0\n demo_drop+0x10/0x20\n");
  CHECK(kind_of(r) == "bad-page");
  CHECK(r.title == "BUG: Bad page state in demo_fill");
  CHECK(r.comm == "my comm");
  CHECK(r.fact(report::fact::page_reason) == "nonzero _refcount");
  CHECK(symbols_of(r, "page last allocated") == "post_alloc_hook demo_fill");
  CHECK(symbols_of(r, "page last free") == "free_unref_page");
}

TEST_CASE("counters and page tables at a process's end") {
  CHECK(read_report("BUG: Bad rss-counter state mm:00000000ab type:MM_ANONPAGES val:2\n").title ==
        "BUG: Bad rss-counter state");
  CHECK(read_report("BUG: non-zero pgtables_bytes on freeing mm: 4096\n").title ==
        "BUG: non-zero pgtables_bytes on freeing mm");
  CHECK(kind_of(read_report("mm/pgtable-generic.c:50: bad pmd 00000000ab(8000000102a008e7)\n")) == "bad-page-table");
  CHECK(read_reports("the driver has a bad pmd 3\n").empty());
}

TEST_CASE("OOM: the victim, the table, no title from the trace") {
  const auto r = read_report(
      R"(hog invoked oom-killer: gfp_mask=0x140dca(GFP_HIGHUSER_MOVABLE|__GFP_COMP), order=0, oom_score_adj=0
CPU: 0 PID: 115 Comm: hog Not tainted 6.1.0 #1
Call Trace:
 dump_header+0x4c/0x22b
Mem-Info:
active_anon:1269 inactive_anon:43815 isolated_anon:0
 active_file:0 inactive_file:0 isolated_file:0
Node 0 active_anon:5076kB inactive_anon:175260kB
lowmem_reserve[]: 0 179 179 179 179
1973 total pagecache pages
65406 pages RAM
Tasks state (memory values in pages):
[  pid  ]   uid  tgid total_vm      rss pgtables_bytes swapents oom_score_adj name
[    115]     0   115    43516    43242   389120        0             0 hog of war
oom-kill:constraint=CONSTRAINT_NONE,nodemask=(null),cpuset=/,mems_allowed=0,global_oom,task_memcg=/,task=hog of war,pid=115,uid=0
Out of memory: Killed process 115 (hog of war) total-vm:174064kB, anon-rss:172336kB, file-rss:4kB, shmem-rss:628kB, UID:0 pgtables:380kB oom_score_adj:0
oom_reaper: reaped process 115 (hog of war), now anon-rss:0kB, file-rss:0kB, shmem-rss:0kB
)");
  CHECK(kind_of(r) == "oom-kill");
  CHECK(r.severity == Severity::notice);
  CHECK(r.title == "Out of memory: killed hog of war");
  CHECK(r.fact(report::fact::victim_pid) == "115");
  CHECK(r.fact(report::fact::victim_anon_rss) == "172336kB");
  CHECK(r.fact(report::fact::constraint) == "CONSTRAINT_NONE");
  CHECK(r.fact(report::fact::pages_ram) == "65406");
  CHECK(r.line_last == 17);
  const auto cut = read_report(
      "hog invoked oom-killer: gfp_mask=0x140dca(GFP_HIGHUSER_MOVABLE|__GFP_COMP), order=0, oom_score_adj=0\n");
  CHECK(cut.title == "Out of memory");
  CHECK(cut.corrupted);
  const auto two = read_reports(
      "Memory cgroup out of memory: Killed process 1 (a) total-vm:1kB, anon-rss:1kB, file-rss:0kB, shmem-rss:0kB\n"
      "Memory cgroup out of memory: Killed process 2 (b) total-vm:1kB, anon-rss:1kB, file-rss:0kB, shmem-rss:0kB\n");
  CHECK(two.size() == 2);
}

TEST_CASE("an allocation that failed") {
  const auto r = read_report(
      "my comm: page allocation failure: order:9, mode:0x10cc0(GFP_KERNEL|__GFP_NORETRY), "
      "nodemask=(null),cpuset=/,mems_allowed=0\n"
      "CPU: 0 PID: 115 Comm: my comm Not tainted 6.1.0 #1\nCall Trace:\n warn_alloc+0x151/0x170\n "
      "__alloc_pages+0x305/0x330\n demo_init+0x21/0x40\nMem-Info:\n65406 pages RAM\n");
  CHECK(r.title == "page allocation failure in demo_init");
  CHECK(r.severity == Severity::notice);
  CHECK(r.fact(report::fact::order) == "9");
  CHECK(r.fact(report::fact::gfp_mask) == "0x10cc0(GFP_KERNEL|__GFP_NORETRY)");
}
