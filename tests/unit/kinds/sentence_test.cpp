// What the kernel's own words mean: which sentence they pick, and what fills its gaps.
#include "catch.hpp"
#include "report/fact_names.hpp"
#include "unit/explain/reports.hpp"

namespace unoops::test {

TEST_CASE("every kind has a sentence of its own") {
  for (const auto* kind : all_kinds()) {
    auto r = report_of(kind->id);
    judge(r);
    CAPTURE(kind->id);
    CHECK_FALSE(r.explanation.summary.empty());
    CHECK(r.explanation.summary != kind->name);
    for (const char mark : {'{', '}', '[', ']', '|'}) CHECK(r.explanation.summary.find(mark) == std::string::npos);
  }
}

TEST_CASE("a word of the kernel's picks the sentence") {
  CHECK(says(said("refcount", {"refcount_t: underflow; use-after-free."}),
             "a reference was given back that nobody held"));
  CHECK(says(said("refcount", {"refcount_t: addition on 0; use-after-free."}), "whose counter was 0 already"));
  CHECK(says(said("slab", {}, {{report::fact::object_cache, "foo"}, {report::fact::bug_type, "Object already free"}}),
             "an object of foo was freed twice"));
  CHECK(says(said("spinlock", {}, {{report::fact::lock_bug, "wrong owner"}}),
             "released by a task that does not hold it"));
  CHECK(says(
      said("ubsan", {}, {{report::fact::bug_type, "array-index-out-of-bounds"}, {report::fact::detail, "index 26"}}),
      "an index lies outside its array: index 26"));
  CHECK(says(said("kmsan", {}, {{report::fact::bug_type, "kernel-infoleak"}}), "copied to user space"));
  CHECK(says(said("kcsan", {}, {{report::fact::bug_type, "assert: race"}}), "asserted that nobody writes"));
  CHECK(
      says(said("lockdep", {}, {{report::fact::problem, "recursive locking"}, {report::fact::wanted_lock, "&d->lock"}}),
           "a lock of the class &d->lock is taken while one of the same class is held"));
  CHECK(says(said("kasan", {}, {{report::fact::bug_type, "use-after-free"}}), "access: use-after-free"));
  CHECK(says(said("kasan", {}, {{report::fact::bug_type, "invalid-free"}}), "something was freed"));
  // An unknown word has the kind's own sentence.
  CHECK(
      says(said("spinlock", {}, {{report::fact::lock_bug, "something new"}}), "a spinlock was misused: something new"));
}

TEST_CASE("who points where in a corrupted list") {
  CHECK(
      says(said("list-corruption", {"list_del corruption. prev->next should be ffff01, but was ffff02. (prev=ffff03)"}),
           "the entry before (ffff03) points to ffff02, not to ffff01, which is to be removed"));
  CHECK(says(said("list-corruption",
                  {"list_add corruption. next->prev should be prev (ffff01), but was ffff02. (next=ffff03)."}),
             "the entry behind (ffff03) points to ffff02, not to ffff01"));
}

TEST_CASE("objects that are used against their state") {
  CHECK(says(said("debug-object",
                  {"ODEBUG: free active (active state 0) object type: timer_list hint: demo_timeout+0x0/0x30 [demo]"}),
             "a timer_list was freed while it is still active (demo_timeout)"));
  CHECK(says(
      said("debug-object", {"ODEBUG: assert_init not available (active state 0) object type: work_struct hint: 0x0"}),
      "a work_struct was used that was never initialised"));
}

TEST_CASE("a warning has no word of its own where lockdep's lines stand") {
  CHECK(says(said("warning", {"irq event stamp: 1613"}), "a check in the kernel's code failed"));
  CHECK(says(said("warning", {"WARNING: This is odd."}), "the kernel's code warns: This is odd."));
}

TEST_CASE("KASAN's location is in the summary") {
  auto r = report_of("kasan");
  r.fault.access = Access::write;
  r.fault.size = 4;
  for (const auto& [name, value] : {std::pair{report::fact::bug_type, "slab-out-of-bounds"},
                                    {report::fact::location, "to the right of"},
                                    {report::fact::location_bytes, "0"},
                                    {report::fact::object_cache, "kmalloc-64"},
                                    {report::fact::object_size, "64"}})
    r.set_fact(name, value);
  judge(r);
  CHECK(says(r, "right behind an object of kmalloc-64 (64 bytes)"));
  CHECK(says(r, "one too large"));
}

TEST_CASE("addresses that tell KASAN's class") {
  auto r = report_of("kasan");
  r.fault.access = Access::read;
  r.fault.size = 4;
  r.fault.address = 0x40;
  r.set_fact(report::fact::bug_type, "null-ptr-deref");
  judge(r);
  CHECK(r.explanation.summary == "4-byte read through a NULL pointer (0x40)");
}

TEST_CASE("ARM's domain faults are accesses to user memory") {
  auto r = report_of("unhandled-fault", "arm");
  r.set_fact(report::fact::fault_words, "page domain fault");
  judge(r);
  CHECK(says(r, "touched user memory"));
}

TEST_CASE("a stack that was written over, not overrun") {
  auto r = report_of("stack-overflow", "s390x");
  r.stacks = {stack("pc", {""})};
  r.stacks[0].frames[0].ref.address = 0x4141414141414141;
  judge(r);
  CHECK(says(r, "a return address on the stack was overwritten: the pc is 0x4141414141414141"));
}

}  // namespace unoops::test
