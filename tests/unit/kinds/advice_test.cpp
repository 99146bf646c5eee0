// What to do next, and what the numbers of assertions say.
#include "../explain/reports.hpp"
#include "catch.hpp"
#include "kinds/kind.hpp"
#include "kinds/skb.hpp"
#include "kinds/usercopy_rules.hpp"
#include "report/fact_names.hpp"

namespace unoops::test {

TEST_CASE("a kind that is worse than a notice has an advice, or a reason for none") {
  for (const auto* kind : kinds::kind_rows()) {
    CAPTURE(kind->info.id);
    CHECK((kind->info.severity == Severity::notice || !kind->next.empty() || !kind->next_none.empty()));
  }
}

TEST_CASE("what sleeps is told by the file or the function, and where it may") {
  auto r = report_of("sleeping-in-atomic");
  r.stacks = {stack("Call Trace", {"mutex_lock", "demo_store"})};
  r.culprit_stack = 0, r.culprit_frame = 1;
  r.set_fact(report::fact::place, "kernel/locking/mutex.c:580");
  judge(r);
  CHECK(advises(r, "in demo_store, take the mutex before what forbids it"));
  r.explanation = {};
  r.messages = {"in_atomic(): 0, irqs_disabled(): 1, non_block: 0, pid: 1, name: demo"};
  judge(r);
  CHECK(advises(r, "take the mutex where interrupts are on"));
  auto waits = report_of("scheduling-while-atomic");
  waits.stacks = {stack("Call Trace", {"schedule_timeout", "msleep", "demo_store"})};
  waits.culprit_stack = 0, waits.culprit_frame = 2;
  judge(waits);
  CHECK(advises(waits, "udelay() or mdelay()"));
}

TEST_CASE("a copy that leaves its object: which way, from where, how far") {
  const auto words = [](std::string message) {
    auto r = report_of("usercopy");
    r.messages = {std::move(message)};
    return kinds::usercopy_words(r);
  };
  CHECK(words("usercopy: Kernel memory exposure attempt detected from SLUB object 'kmalloc-64' (offset 60, size 8)!") ==
        "a copy to user space of 8 bytes from +60 of an object of kmalloc-64 (64 bytes) runs 4 bytes over its end");
  CHECK(
      words("usercopy: Kernel memory overwrite attempt detected to SLUB object 'kmalloc-rnd-05-1k' (offset 0, size "
            "1025)!") ==
      "a copy from user space of 1025 bytes to +0 of an object of kmalloc-rnd-05-1k (1024 bytes) runs 1 byte over its "
      "end");
  CHECK(words("usercopy: Kernel memory overwrite attempt detected to process stack (offset 0, size 1024)!") ==
        "a copy from user space of 1024 bytes was stopped: it leaves the frame of the function on the stack");
  CHECK(words("usercopy: kernel memory exposure attempt detected from ffff88003d3a8000 (kmalloc-64) (128 bytes)") ==
        "a copy to user space of 128 bytes of an object of kmalloc-64 (64 bytes) leaves the object");
  CHECK(words("something else").empty());
}

TEST_CASE("the numbers of an skb that ran over") {
  auto r = report_of("kernel-bug");
  r.messages = {
      "skbuff: skb_over_panic: text:ffffffffc0409388 len:1420 put:100 head:ffff8e1c81833a00 data:ffff8e1c81833a40 "
      "tail:0x5cc end:0x5c0 dev:eth0"};
  judge(r);
  CHECK(kinds::skb_words(r) == "skb_put(100) runs 12 bytes over the end of a network packet's buffer, device eth0");
  CHECK(says(r, "it held 1320 bytes, 100 were to be added at its end: there was room for 88 (tailroom)"));
  r.messages = {
      "skbuff: skb_under_panic: text:c0409388 len:78 put:18 head:c1833a00 data:c18339f8 tail:0xc1833a46 end:0xc1833ac0 "
      "dev:<NULL>"};
  CHECK(kinds::skb_words(r) == "skb_push(18) runs 8 bytes over the start of a network packet's buffer");
}

TEST_CASE("a page's dump in words") {
  auto r = report_of("bad-page");
  r.set_fact(report::fact::page_reason, "nonzero mapcount");
  r.messages = {"page:000000001 refcount:0 mapcount:1 mapping:0000000000000000 index:0x0 pfn:0x7000",
                "flags: 0xfffffc0000200(slab|dirty|node=0|zone=1|lastcpupid=0x1fffff)",
                "page dumped because: nonzero mapcount"};
  judge(r);
  CHECK(says(r, "nobody holds a reference to it (refcount 0), page tables map it (mapcount 1); it is a slab's, dirty"));
  CHECK(advises(r, "find who frees it while it is mapped"));
}

}  // namespace unoops::test
