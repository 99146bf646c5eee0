// Memory that ran out, hardware, refused calls, reasons of panics.
#include "catch.hpp"
#include "report/fact_names.hpp"
#include "unit/explain/reports.hpp"

namespace unoops::test {

TEST_CASE("memory that ran out: the limit and the largest tasks") {
  auto r = report_of("oom-kill");
  r.set_fact(report::fact::constraint, "CONSTRAINT_MEMCG");
  r.set_fact(report::fact::oom_memcg, "/box");
  r.messages = {"[  pid  ]   uid  tgid total_vm      rss pgtables_bytes swapents oom_score_adj name",
                "[    115]     0   115    43516    25600   389120        0             0 hog",
                "[    120]     0   120    43516    51200   389120        0             0 big one"};
  judge(r);
  CHECK(says(r, "the control group /box reached its limit"));
  CHECK(says(r, "the largest of 2 tasks: big one 200 MB, hog 100 MB"));
}

TEST_CASE("memory in megabytes") {
  auto r = said("oom-kill",
                {"65406 pages RAM", "12718 pages reserved", " free:627 free_pcp:55",
                 " slab_reclaimable:2406 slab_unreclaimable:1664"},
                {{report::fact::victim, "hog"}, {report::fact::victim_anon_rss, "172336kB"}});
  CHECK(says(r, "which used 168 MB of its own"));
  CHECK(says(r, "of 205 MB usable memory, 2 MB were free, the kernel's own objects took 6 MB"));
}

TEST_CASE("large blocks and atomic ones fail for reasons of their own") {
  auto r = report_of("page-allocation-failure");
  r.set_fact(report::fact::order, "5");
  r.set_fact(report::fact::gfp_mask, "GFP_ATOMIC|__GFP_NOWARN");
  judge(r);
  CHECK(says(r, "128 kB in one piece"));
  CHECK(says(r, "GFP_ATOMIC"));
  CHECK(advises(r, "kvmalloc()"));
}

TEST_CASE("hardware is replaced only when the bits say so") {
  auto fatal = report_of("machine-check");
  fatal.set_fact(report::fact::status, "b200000000000000");  // valid, uncorrected, enabled, processor context corrupt
  fatal.set_fact(report::fact::uncorrected, "yes");
  judge(fatal);
  CHECK(advises(fatal, "replace the hardware"));
  auto corrected = report_of("machine-check-corrected");
  corrected.set_fact(report::fact::status, "9000000000000000");  // valid, enabled
  judge(corrected);
  CHECK_FALSE(advises(corrected, "replace the hardware"));
}

TEST_CASE("a refused indirect call: what was called, and what the caller expected") {
  auto cfi = report_of("cfi-warning");
  cfi.messages = {
      "CFI failure at kf_call+0x10/0x40 [kfault] (target: kf_other+0x0/0x20 [kfault]; expected type: 0xd1ab5c9e)"};
  judge(cfi);
  CHECK(says(cfi, "what was called is kf_other+0x0/0x20 [kfault]; the caller expects type 0xd1ab5c9e"));
  cfi.explanation = {}, cfi.messages = {"CFI failure at kf_call+0x10/0x40 [kfault] (target: kf_oth"};
  judge(cfi);
  CHECK_FALSE(has_rule(cfi, "cfi-target"));

  auto endbr = report_of("missing-endbr");
  endbr.messages = {"traps: Missing ENDBR: kf_other+0x4/0x20 [kfault]"};
  judge(endbr);
  CHECK(says(endbr, "the target was kf_other+0x4/0x20 [kfault]"));
}

TEST_CASE("control protection by its error code") {
  auto r = report_of("control-protection");
  r.headline = "control protection: 0001 [#1] PREEMPT SMP NOPTI";
  judge(r);
  CHECK(says(r, "a return went to another address than the shadow stack holds"));
}

TEST_CASE("why the machine panicked, where the reason's words say it") {
  auto r = report_of("panic");
  r.set_fact(report::fact::reason, "sysrq triggered crash");
  judge(r);
  CHECK(has_rule(r, "panic-reason"));
}

}  // namespace unoops::test
