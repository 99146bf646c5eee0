// Where to look, what the code itself holds, and what is missing.
#include "catch.hpp"
#include "reports.hpp"

namespace unoops::test {

TEST_CASE("where to look in a stall is what ran, not the entry that the title names") {
  auto r = report_of("soft-lockup");
  r.stacks = {stack("pc", {"queued_spin_lock_slowpath"}), stack("Call Trace", {"_raw_spin_lock", "taker", "entry"})};
  r.stacks[1].context = Context::task;
  name_culprit(r, 1, 2);
  judge(r);
  CHECK(says(r, "it was in taker"));
  CHECK(says(r, "it spins on a lock that taker takes"));
  CHECK(advises(r, "find who holds that lock"));
  // Behind the watchdog's own interrupt there is nothing to take.
  r.explanation = {};
  r.stacks = {stack("Call Trace", {"watchdog_timer_fn", "asm_sysvec_apic_timer_interrupt", "delay_tsc", "entry"})};
  name_culprit(r, 0, 3);
  judge(r);
  CHECK_FALSE(r.explanation.look_stack);
}

TEST_CASE("a call of nothing: its caller stands in the link register") {
  auto r = report_of("null-pointer-dereference", "arm64");
  r.fault.address = 0;
  r.fault.access = Access::execute;
  r.site.operation = Operation::execute;
  r.stacks = {stack("pc", {""}), stack("lr", {"caller"}), stack("Call Trace", {"outer"})};
  r.stacks[0].frames[0].ref.address = 0;
  name_culprit(r, 2, 0);
  judge(r);
  CHECK(advises(r, "caller makes the call"));
}

TEST_CASE("a value that the code itself holds was not overwritten") {
  auto r = report_of("general-protection-fault");
  r.site.operation = Operation::store;
  set_registers(r, {{"RBX", 0xffff088001234500}});
  set_operand(r, "RBX", 8);
  judge(r);
  CHECK(advises(r, "memtest86+"));
  r.explanation = {};
  r.site.sightings = {{Sight::constant, "", 0}};
  judge(r);
  CHECK_FALSE(advises(r, "memtest86+"));
  CHECK(says(r, "stands in the code as a constant"));
}

TEST_CASE("no bit was flipped where the repaired address is KASAN's shadow") {
  auto r = report_of("general-protection-fault");
  r.site.operation = Operation::store;
  set_registers(r, {{"RBX", 0xffff777700000000}});
  set_operand(r, "RBX", 8);
  judge(r);
  CHECK_FALSE(advises(r, "memtest86+"));
}

TEST_CASE("a register near NULL is not called NULL") {
  auto r = report_of("null-pointer-dereference");
  r.fault.address = 0x40;
  r.fault.access = Access::read;
  r.stacks = {stack("Call Trace", {"foo"})};
  name_culprit(r, 0, 0);
  set_registers(r, {{"RAX", 0x30}});
  set_operand(r, "RAX", 0x10);
  judge(r);
  CHECK(advises(r, "what RAX was computed from"));
  CHECK_FALSE(advises(r, "is NULL (in RAX)"));
}

TEST_CASE("a module's function with an allocator's name is no allocator") {
  auto r = report_of("kasan");
  r.stacks = {stack("Call Trace", {"kmalloc_oob", "init"})};
  r.stacks[0].frames[0].ref.module = "test_kasan";
  name_culprit(r, 0, 1);
  judge(r);
  REQUIRE(r.explanation.look_frame);
  CHECK(*r.explanation.look_frame == 0);
  r.explanation = {};
  r.stacks[0].frames[0].ref.module.clear();
  judge(r);
  CHECK_FALSE(r.explanation.look_frame);
}

TEST_CASE("symbols are missed only where they were looked for") {
  auto r = report_of("warning");
  r.stacks = {stack("Call Trace", {"foo"})};
  name_culprit(r, 0, 0);
  judge(r);
  CHECK_FALSE(advises(r, "vmlinux"));
  r.explanation = {};
  r.symbol_notes = {"vmlinux: not found"};
  judge(r);
  CHECK(advises(r, "the line can be named"));
}

}  // namespace unoops::test
