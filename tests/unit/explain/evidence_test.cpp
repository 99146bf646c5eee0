// Rules that read evidence of one kind of report.
#include "catch.hpp"
#include "report/fact_names.hpp"
#include "reports.hpp"

namespace unoops::test {

TEST_CASE("a small negative multiple of eight may be container_of() of NULL") {
  auto r = report_of("page-fault");
  set_registers(r, {{"RAX", static_cast<std::uint64_t>(-56)}});
  set_operand(r, "RAX", 12);
  r.fault.address = *r.site.effective_address;
  judge(r);
  CHECK(has_rule(r, "container-of"));
  CHECK(says(r, "a member at +0x38"));
}

TEST_CASE("an address in KASAN's shadow is not the pointer's") {
  auto r = report_of("general-protection-fault");
  r.fault.address = 0xdffffc0000000008;
  r.site.shadow = ShadowOrigin{0x40, {}, std::nullopt};
  judge(r);
  CHECK(has_rule(r, "kasan-shadow"));
  CHECK(says(r, "about 0x40"));
}

TEST_CASE("ud2, selectors and CFI's targets") {
  auto trap = report_of("invalid-opcode");
  trap.site.operation = Operation::trap;
  judge(trap);
  CHECK(has_rule(trap, "ud2"));
  auto segment = report_of("general-protection-fault");
  segment.fault.error_code = "beec";
  judge(segment);
  CHECK(says(segment, "entry 6109 of the LDT"));
  segment.explanation = {}, segment.fault.error_code = "0000";
  judge(segment);
  CHECK_FALSE(has_rule(segment, "selector"));
}

TEST_CASE("an oops number tells of earlier ones") {
  auto r = report_of("oops");
  r.die_number = 3;
  judge(r);
  CHECK(has_rule(r, "earlier-oops"));
  r.explanation = {}, r.follows = 1;
  judge(r);
  CHECK_FALSE(has_rule(r, "earlier-oops"));
}

TEST_CASE("a fault without its Code line says what is missing") {
  auto r = report_of("page-fault");
  r.fault.address = 0xffff888012345678;
  judge(r);
  CHECK(advises(r, "\"Code:\" line"));
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

TEST_CASE("where a value that was never set comes from") {
  auto r = report_of("kmsan");
  r.stacks = {stack("Uninit was created at", {"alpha_alloc"})};
  r.messages = {"Bytes 4-7 of 16 are uninitialized"};
  judge(r);
  CHECK(says(r, "the memory comes from alpha_alloc"));
  CHECK(says(r, "bytes 4-7 of 16"));
}

TEST_CASE("a bad page: who had it last, who found it") {
  auto r = report_of("bad-page");
  r.stacks = {stack("Call Trace", {"alpha_free"}), stack("page last allocated via order 0", {"alpha_alloc"})};
  judge(r);
  CHECK(says(r, "last allocated in alpha_alloc"));
  CHECK(says(r, "found in alpha_free"));
}

TEST_CASE("why the machine panicked, where the reason's words say it") {
  auto r = report_of("panic");
  r.set_fact(report::fact::reason, "sysrq triggered crash");
  judge(r);
  CHECK(has_rule(r, "panic-reason"));
}

TEST_CASE("a system call's arguments by their declaration") {
  auto r = report_of("page-fault");
  r.user_registers = {{"ORIG_RAX", 0, 64}, {"RDI", 0xffffffff, 64}, {"RSI", 0x7ffd0b5e1c40, 64}, {"RDX", 29, 64}};
  r.site.call_parameters = {{"fd", "int"}, {"buf", "char *"}, {"count", "unsigned long"}};
  judge(r);
  CHECK(says(r, "read(fd = -1, buf = 0x7ffd0b5e1c40, count = 29)"));
  r.explanation = {}, r.site.call_parameters.pop_back();  // not this call's
  judge(r);
  CHECK(says(r, "read(-1, 0x7ffd0b5e1c40, 29)"));
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

TEST_CASE("a NULL function pointer that nothing names is the caller's to look for") {
  auto r = report_of("null-pointer-dereference");
  r.stacks = {stack("Call Trace", {"kf_null_call", "kfault_dispatch"})};
  r.culprit_stack = 0, r.culprit_frame = 0;
  r.fault.address = 0;
  r.fault.access = Access::execute;
  r.site.operation = Operation::execute;
  judge(r);
  CHECK(advises(r, "kf_null_call makes the call"));
}

}  // namespace unoops::test
