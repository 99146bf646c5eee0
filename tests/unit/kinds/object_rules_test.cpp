// Objects, pages, lists and counters: who allocated, who freed, what was overwritten.
#include "catch.hpp"
#include "report/fact_names.hpp"
#include "unit/explain/reports.hpp"

namespace unoops::test {

TEST_CASE("who allocated, who freed, and what follows") {
  auto r = report_of("kasan");
  r.pid = 55;
  r.set_fact(report::fact::bug_type, "use-after-free");
  r.stacks = {stack("BUG: KASAN", {"reader"}),
              stack("Allocated by task 55", {"kasan_save_stack", "kmem_cache_alloc", "maker"}),
              stack("Freed by task 7", {"kasan_save_stack", "kfree", "breaker"})};
  r.culprit_stack = r.culprit_frame = 0;
  judge(r);
  CHECK(says(r, "allocated in maker, by task 55 (this one); freed in breaker, by task 7"));
  CHECK(advises(r, "breaker must not free it while reader may use it"));
}

TEST_CASE("KASAN names the variable on the stack") {
  const auto r = said("kasan", {"[32, 56) 'buf'", "[96, 104) 'other' (line 12)"},
                      {{report::fact::stack_offset, "58"}, {report::fact::bug_type, "stack-out-of-bounds"}});
  CHECK(says(r, "2 bytes behind the variable 'buf' (24 bytes)"));
  CHECK_FALSE(has_rule(said("kasan", {"[32, 56) 'buf'"}), "out-of-bounds"));
}

TEST_CASE("a free and a use on one path of one task") {
  auto r = report_of("kasan");
  r.pid = 55;
  r.set_fact(report::fact::bug_type, "use-after-free");
  r.stacks = {stack("Call Trace", {"reader", "outer", "entry"}), stack("Freed by task 55", {"kfree", "outer"})};
  name_culprit(r, 0, 0);
  judge(r);
  CHECK(advises(r, "outer frees the object and then lets reader use it"));
  r.explanation = {};
  r.stacks[1] = stack("Freed by task 55", {"kfree", "reader"});
  judge(r);
  CHECK(advises(r, "reader frees the object and uses it afterwards"));
  r.explanation = {};
  r.stacks[1].label = "Freed by task 7";
  judge(r);
  CHECK(advises(r, "must not free it while"));
}

TEST_CASE("what was overwritten of a slab object") {
  const auto r =
      said("slab", {"Object   ffff8c77d574b370: 6b 6b 6b 6b 6b 6b 6b 6b 88 77 66 55 44 33 22 11  kkkkkkkk.wfUD3\"."},
           {{report::fact::bug_type, "Poison overwritten"},
            {report::fact::object_cache, "foo"},
            {report::fact::object_address, "0xffff8c77d574b350"},
            {report::fact::overwritten,
             "0xffff8c77d574b378-0xffff8c77d574b37f @offset=888. First byte 0x88 instead of 0x6b"}});
  CHECK(says(r, "8 bytes at +0x28 from the object's start were changed, now 88 77 66 55 44 33 22 11 instead of 0x6b"));
}

TEST_CASE("lists and reference counts") {
  auto list = report_of("list-corruption");
  list.messages = {
      "list_del corruption. next->prev should be ffff888012345678, but was dead000000000122. (next=ffff888012345700)"};
  judge(list);
  CHECK(says(list, "the neighbour was removed already"));
  auto count = report_of("refcount");
  count.messages = {"refcount_t: underflow; use-after-free."};
  judge(count);
  CHECK(advises(count, "one reference too many"));
}

TEST_CASE("a bad page: who had it last, who found it") {
  auto r = report_of("bad-page");
  r.stacks = {stack("Call Trace", {"alpha_free"}), stack("page last allocated via order 0", {"alpha_alloc"})};
  judge(r);
  CHECK(says(r, "last allocated in alpha_alloc"));
  CHECK(says(r, "found in alpha_free"));
}

TEST_CASE("where a value that was never set comes from") {
  auto r = report_of("kmsan");
  r.stacks = {stack("Uninit was created at", {"alpha_alloc"})};
  r.messages = {"Bytes 4-7 of 16 are uninitialized"};
  judge(r);
  CHECK(says(r, "the memory comes from alpha_alloc"));
  CHECK(says(r, "bytes 4-7 of 16"));
}

TEST_CASE("a data race names both sides") {
  auto r = report_of("kcsan");
  r.stacks = {stack("write to 0xffff8881001cb1e8 of 4 bytes by task 771 on cpu 1", {"alpha_set"}),
              stack("read to 0xffff8881001cb1e8 of 4 bytes by task 772 on cpu 0", {"alpha_get"})};
  r.messages = {"value changed: 0x00000001 -> 0x00000002"};
  judge(r);
  CHECK(says(r, "alpha_set wrote by task 771 on cpu 1"));
  CHECK(says(r, "alpha_get read by task 772 on cpu 0"));
  CHECK(says(r, "value changed"));
}

}  // namespace unoops::test
