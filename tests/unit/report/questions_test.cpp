// What the words over a stack say that it is, and the questions that all rooms ask.
#include "report/questions.hpp"

#include "catch.hpp"
#include "report/stack_role.hpp"

namespace unoops::report {

namespace {

Stack stack(std::string_view label, std::string_view symbol) {
  Stack s;
  s.label = label;
  s.role = role_of_label(label);
  s.frames.emplace_back();
  s.frames[0].ref.symbol = symbol;
  return s;
}

}  // namespace

TEST_CASE("a label tells the role") {
  struct Case {
    std::string_view label;
    StackRole role;
  };
  const auto c = GENERATE(values<Case>({
      {"pc", StackRole::pc},
      {"pcrel", StackRole::other},
      {"Call Trace", StackRole::trace},
      {"Call Trace (panic)", StackRole::panic_trace},
      {"Call Trace of swapper/1", StackRole::state_trace},
      {"NMI backtrace for cpu 1", StackRole::cpu_trace},
      {"task trig:117", StackRole::task_trace},
      {"Allocated in", StackRole::allocated_in},
      {"Allocated by task 12", StackRole::allocated},
      {"Freed", StackRole::freed},
      {"Last call_rcu()", StackRole::free_requested},
      {"write to 0xffff8881001cb1e8 of 4 bytes by task 4926 on cpu 0", StackRole::race_write},
      {"write_lock", StackRole::other},
      {"... which became HARDIRQ-irq-safe at", StackRole::lock_in_irq},
      {"... which became HARDIRQ-irq-unsafe at", StackRole::lock_irqs_on},
      {"{IN-SOFTIRQ-W} state was registered at", StackRole::lock_in_irq},
      {"{SOFTIRQ-ON-W} state was registered at", StackRole::lock_irqs_on},
      {"INITIAL USE at", StackRole::other},
      {"at", StackRole::lock_at},
      {"key at", StackRole::address},
  }));
  CAPTURE(c.label);
  CHECK(role_of_label(c.label) == c.role);
}

TEST_CASE("the report's own pc is neither another CPU's nor a repetition") {
  Report r;
  CHECK(own_pc(r) == nullptr);
  r.stacks = {stack("pc", "other"), stack("pc", "again"), stack("pc", "own"), stack("lr", "caller")};
  r.stacks[0].cpu = 3;
  r.stacks[1].occurrence = Occurrence::repeat;
  REQUIRE(own_pc(r));
  CHECK(own_pc(r)->ref.symbol == "own");
  REQUIRE(link_frame(r));
  CHECK(link_frame(r)->ref.symbol == "caller");
  CHECK(own_trace(r) == nullptr);
  CHECK(is_repeat(r.stacks[1]));
}

TEST_CASE("the frame to look at is the culprit's, unless the explanation names another") {
  Report r;
  r.stacks = {stack("pc", "helper"), stack("Call Trace", "caller")};
  CHECK(look_frame(r) == nullptr);
  r.culprit_stack = r.culprit_frame = 0;
  CHECK(look_frame(r) == culprit_frame(r));
  r.explanation.look_stack = 1;
  r.explanation.look_frame = 0;
  CHECK(look_frame(r)->ref.symbol == "caller");
  r.culprit_stack = 7;
  CHECK(culprit_frame(r) == nullptr);
}

TEST_CASE("an occurrence is printed before the context") {
  Stack s = stack("Call Trace", "f");
  CHECK(context_word(s).empty());
  s.context = Context::softirq;
  CHECK(context_word(s) == "softirq");
  s.context = Context::other;
  s.context_word = "estack";
  CHECK(context_word(s) == "estack");
  s.occurrence = Occurrence::again;
  CHECK(context_word(s) == "again");
}

TEST_CASE("an interrupt makes the task a bystander") {
  Report r;
  r.stacks = {stack("pc", "f"), stack("Call Trace", "g"), stack("Call Trace", "h")};
  r.stacks[2].context = Context::irq;
  CHECK_FALSE(in_interrupt(r));
  r.stacks[1].context = Context::hardirq;
  CHECK(in_interrupt(r));
}

}  // namespace unoops::report
