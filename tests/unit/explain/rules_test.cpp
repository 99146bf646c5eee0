// One case a rule: what it says, and that it is silent where it is not sure.
#include "catch.hpp"
#include "report/fact_names.hpp"
#include "reports.hpp"

namespace unoops::test {

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
