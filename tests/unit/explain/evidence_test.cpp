// Rules of every kind: what the fault, the system call and earlier oopses tell.
#include "catch.hpp"
#include "reports.hpp"

namespace unoops::test {

TEST_CASE("a small negative multiple of eight may be container_of() of NULL") {
  auto r = report_of("page-fault");
  set_registers(r, {{"RAX", static_cast<std::uint64_t>(-16)}});  // -EBUSY, as likely
  set_operand(r, "RAX", 12);
  r.fault.address = *r.site.effective_address;
  judge(r);
  CHECK(has_rule(r, "container-of"));
  CHECK(says(r, "a member at +0x10"));
}

TEST_CASE("what no function returns as an error is container_of() of NULL") {
  auto r = report_of("page-fault");
  set_registers(r, {{"RAX", static_cast<std::uint64_t>(-56)}});
  set_operand(r, "RAX", 12);
  r.fault.address = *r.site.effective_address;
  judge(r);
  CHECK_FALSE(has_rule(r, "container-of"));
  CHECK(r.explanation.summary.find("a NULL pointer: RAX is 0xffffffffffffffc8, NULL minus 0x38") != std::string::npos);
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
