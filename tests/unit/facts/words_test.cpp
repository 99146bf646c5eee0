// Conditions of checks, flags of allocations, what a log has tried.
#include "catch.hpp"
#include "facts/conditions.hpp"
#include "facts/gfp.hpp"
#include "facts/tried.hpp"

using namespace unoops;
using namespace unoops::facts;

TEST_CASE("a condition that names the cause") {
  CHECK(failed_condition("WARN_ON", "!irqs_disabled()").words == "interrupts are on, where they must be off");
  CHECK(failed_condition("WARN_ON", "!mutex_is_locked(&d->lock)").words == "the mutex &d->lock is not held");
  CHECK(failed_condition("lockdep_assert_held", "&d->lock").words == "&d->lock is not held by the caller");
  CHECK(failed_condition("BUG_ON", "!dev->queue").words == "dev->queue is NULL, 0 or false");
  CHECK(failed_condition("", "dev->queue == NULL").words == "dev->queue is NULL");
  CHECK(failed_condition("WARN_ON", "!mutex_is_locked(a) || mutex_is_locked(b)").words.empty());
  CHECK(failed_condition("ASSERT", "ptr").words.empty());
  CHECK(failed_condition("ASSERT", "!ptr").words.empty());  // fails because ptr is set
  CHECK(failed_condition("WARN_ON", "x > y").words.empty());
}

TEST_CASE("the flags of an allocation, by the kernel's age") {
  CHECK(gfp_names("0x10cc0(GFP_KERNEL|__GFP_NORETRY)", "6.1.0") == "GFP_KERNEL|__GFP_NORETRY");
  CHECK(gfp_names("0x2080020", "4.4.0-210-generic") == "GFP_ATOMIC");
  CHECK(gfp_names("0x240c0c0", "4.4.0-210-generic") == "GFP_KERNEL|__GFP_COMP|__GFP_ZERO");
  CHECK(gfp_names("0x40d0", "3.10.0-1160.el7.x86_64") == "GFP_KERNEL|__GFP_COMP");
  CHECK(gfp_names("0x20", "3.16.0-4-amd64") == "GFP_ATOMIC");
  CHECK(gfp_names("0x280da", "3.10.0") == "GFP_HIGHUSER_MOVABLE|__GFP_ZERO");
  CHECK(gfp_names("0x40d0", "") == "0x40d0");
  CHECK(gfp_names("0x40d0", "6.1.0") == "0x40d0");
}

TEST_CASE("KASAN that is on is not advised") {
  Report r;
  CHECK_FALSE(runs_kasan(r));
  r.raw = {"Oops: 0000 [#1] PREEMPT SMP KASAN NOPTI"};
  CHECK(runs_kasan(r));
  r.raw = {"KASAN is not said by whom [#1]"};
  CHECK_FALSE(runs_kasan(r));
  Frame frame;
  frame.ref.symbol = "kasan_report";
  Stack stack;
  stack.frames = {frame};
  r.stacks = {stack};
  CHECK(runs_kasan(r));
}
