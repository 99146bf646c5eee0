// One case a rule: what it says, and that it is silent where it is not sure.
#include "catch.hpp"
#include "report/fact_names.hpp"
#include "reports.hpp"

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

TEST_CASE("the cause leads, with its member") {
  auto r = report_of("null-pointer-dereference");
  r.fault.address = 8;
  r.fault.access = Access::write;
  set_registers(r, {{"CR2", 8}});
  r.site.cause = Cause{"dev->port.tx", "struct kfault_queue", "head", 8, 0, Confidence::certain, "kfault_complete", ""};
  judge(r);
  CHECK(r.explanation.summary == "write through a NULL pointer: dev->port.tx is NULL, ->head was written");
  CHECK(says(r, "dev->port.tx is struct kfault_queue *, head at +0x8: NULL + 0x8 = CR2"));
  // A general protection fault leaves CR2 as it was.
  r.explanation = {};
  r.registers.front().value = 0x48ef65;
  judge(r);
  CHECK(says(r, "NULL + 0x8 = 0x8"));
}

TEST_CASE("a header's inline function is not where to look") {
  auto r = report_of("hung-task");
  r.stacks = {stack("Call Trace", {"__schedule", "schedule", "__mutex_lock", "worker"})};
  Location inner, outer;
  inner.function = "lock_it", inner.file = "include/linux/mutex.h", inner.line = 5, inner.inlined = true;
  outer.function = "worker", outer.file = "drivers/demo/demo.c", outer.line = 88;
  r.stacks[0].frames[3].lookup = std::vector<Location>{inner, outer};
  judge(r);
  CHECK(says(r, "asked for in worker, demo.c:88"));
}

TEST_CASE("protections by error-code bits") {
  auto denied = [](Access access, std::uint64_t address, std::vector<std::string> bits) {
    auto r = report_of("page-fault");
    r.fault.access = access;
    r.fault.address = address;
    r.fault.error_bits = std::move(bits);
    judge(r);
    return r;
  };
  CHECK(says(denied(Access::write, 0xffffffff81000000, {"write", "protection violation"}), "read-only"));
  CHECK(says(denied(Access::read, 0x7f0012345678, {"read", "protection violation"}), "SMAP"));
  CHECK(says(denied(Access::execute, 0x7f0012345678, {"instruction fetch", "protection violation"}), "SMEP"));
  CHECK(says(denied(Access::read, 0x7f0012345678, {"read", "protection key"}), "PKU"));
  CHECK(says(denied(Access::read, 0x7f0012345678, {"read", "shadow stack"}), "CET"));
  CHECK_FALSE(has_rule(denied(Access::write, 0xffffffff81000000, {"write", "page not present"}), "protection"));
}

TEST_CASE("the divisor's register") {
  auto r = report_of("divide-error");
  Instruction instruction;
  instruction.text = "idiv %ecx";
  instruction.faulting = true;
  r.site.instructions = {instruction};
  r.site.divisor = Operand{"RCX", 0};
  judge(r);
  CHECK(says(r, "the divisor in RCX is 0 (idiv %ecx)"));
  r.explanation = {}, r.site.divisor->value = 5;
  judge(r);
  CHECK(says(r, "the divisor in RCX is 0x5, not 0"));
  r.explanation = {}, r.site.divisor = Operand{};  // memory
  judge(r);
  CHECK_FALSE(has_rule(r, "divisor"));
}

TEST_CASE("recursion is told once, as a cycle") {
  auto r = report_of("stack-guard");
  r.stacks.push_back(stack("Call Trace", {"b", "a", "b", "a", "b", "a", "b", "a", "start"}));
  judge(r);
  CHECK(says(r, "the same calls repeat 4 times: a → b → a"));
  auto none = report_of("stack-guard");
  none.stacks.push_back(stack("Call Trace", {"a", "b", "c", "a", "d"}));
  judge(none);
  CHECK_FALSE(has_rule(none, "recursion"));
}

TEST_CASE("the system call and its arguments") {
  auto r = report_of("null-pointer-dereference");
  r.user_registers = {{"ORIG_RAX", 1, 64}, {"RDI", 3, 64}, {"RSI", 0x7fff86dfc250, 64}, {"RDX", 8, 64}};
  judge(r);
  CHECK(says(r, "write(3, 0x7fff86dfc250, 8)"));
  r.explanation = {};
  r.stacks.push_back(stack("Call Trace", {"timer"}));
  r.stacks[0].context = Context::softirq;
  judge(r);
  CHECK_FALSE(has_rule(r, "system-call"));  // an interrupt's doing, not the task's
}

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

TEST_CASE("a cycle of locks is drawn once") {
  auto r = report_of("lockdep");
  r.set_fact(report::fact::problem, "circular dependency");
  r.stacks = {stack("-> #1 (&dev->lock2){+.+.}-{2:2}", {"__lock_acquire", "_raw_spin_lock", "takes_ab"}),
              stack("-> #0 (&dev->lock){+.+.}-{2:2}", {"__lock_acquire", "_raw_spin_lock", "takes_ba"})};
  judge(r);
  CHECK(says(r, "&dev->lock → &dev->lock2 → &dev->lock"));
  CHECK(says(r, "&dev->lock2 is taken in takes_ab while &dev->lock is held"));
}

TEST_CASE("the preempt count in words") {
  auto r = report_of("scheduling-while-atomic");
  r.set_fact(report::fact::preempt_count, "00010002");  // schedule() itself adds one
  judge(r);
  CHECK(says(r, "in a hardware interrupt, under a spinlock or preempt_disable()"));
  r.explanation = {};
  r.set_fact(report::fact::preempt_count, "00000000");
  judge(r);
  CHECK(says(r, "one preempt_enable() or spin_unlock() was too many"));
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

TEST_CASE("hardware is replaced only when the bits say so") {
  auto fatal = report_of("machine-check");
  fatal.set_fact(report::fact::status_bits, "valid, uncorrected, enabled, processor context corrupt");
  fatal.set_fact(report::fact::uncorrected, "yes");
  judge(fatal);
  CHECK(advises(fatal, "replace the hardware"));
  auto corrected = report_of("machine-check-corrected");
  corrected.set_fact(report::fact::status_bits, "valid, enabled");
  judge(corrected);
  CHECK_FALSE(advises(corrected, "replace the hardware"));
}

TEST_CASE("init's exit code") {
  auto killed = report_of("init-killed");
  killed.set_fact(report::fact::reason, "Attempted to kill init! exitcode=0x0000000b");
  judge(killed);
  CHECK(says(killed, "signal 11 (SIGSEGV)"));
  auto ended = report_of("init-killed");
  ended.set_fact(report::fact::reason, "Attempted to kill init! exitcode=0x00007f00");
  judge(ended);
  CHECK(says(ended, "exit code 127"));
  CHECK(advises(ended, "command not found"));
}

TEST_CASE("what a hung task waits for") {
  auto r = report_of("hung-task");
  r.stacks.push_back(stack(
      "Call Trace", {"__schedule", "schedule", "schedule_preempt_disabled", "__mutex_lock.constprop.0", "worker"}));
  r.set_fact(report::fact::blocker, "holder:12");
  judge(r);
  CHECK(says(r, "it waits for a mutex, asked for in worker"));
  CHECK(says(r, "held by holder:12"));
}

TEST_CASE("why an oops in an interrupt stops the machine") {
  auto r = report_of("null-pointer-dereference");
  r.panic = Panic{"Fatal exception in interrupt", 406};
  judge(r);
  CHECK(r.explanation.why_fatal == "an oops in interrupt context can't kill a task: \"Fatal exception in interrupt\"");
}

TEST_CASE("modules from outside the tree, only where they are on the stack") {
  auto r = report_of("warning");
  r.modules = {{"kfault", "OE"}, {"nvidia", "POE"}, {"ext4", ""}};
  r.stacks.push_back(stack("Call Trace", {"f"}));
  r.stacks[0].frames[0].ref.module = "kfault";
  judge(r);
  CHECK(says(r, "kfault (out of tree)"));
  CHECK_FALSE(says(r, "nvidia"));
}

}  // namespace unoops::test
