// What a reader does not need twice.
#include <sstream>

#include "base/printable.hpp"
#include "catch.hpp"
#include "reports.hpp"
#include "unoops/render.hpp"

using namespace unoops;
using namespace unoops::render;

namespace {

std::string text(const std::vector<Report>& reports) {
  std::ostringstream out;
  const auto renderer = find_format("text")->make(out, {});
  for (const auto& report : reports) renderer->report(report);
  renderer->finish();
  return out.str();
}

std::size_t count(std::string_view all, std::string_view words) {
  std::size_t n = 0;
  for (auto at = all.find(words); at != std::string_view::npos; at = all.find(words, at + words.size())) ++n;
  return n;
}

Stack trace(const std::vector<Frame>& frames) {
  Stack s;
  s.label = "Call Trace";
  s.role = StackRole::trace;
  s.context = Context::task;
  s.frames = frames;
  return s;
}

Report with(std::vector<Stack> stacks) {
  Report r = test::warning();
  r.stacks = std::move(stacks);
  r.culprit_stack.reset();
  r.culprit_frame.reset();
  return r;
}

}  // namespace

TEST_CASE("a recursion's frames stand once, with their number") {
  const auto a = test::frame("ping", 0x10, 0x20), b = test::frame("pong", 0x14, 0x20);
  const auto all = text({with({trace({a, b, a, b, a, b, a, b, test::frame("start", 0x1, 0x20)})})});
  CHECK(count(all, "ping+0x10/0x20") == 1);
  CHECK(count(all, "pong+0x14/0x20") == 1);
  CHECK_THAT(all, ContainsSubstring("... 6 repeated frames"));
  CHECK_THAT(all, ContainsSubstring("start+0x1/0x20"));
  // Twice is no recursion.
  CHECK(count(text({with({trace({a, b, a, b})})}), "ping+0x10/0x20") == 2);
}

TEST_CASE("a section with nothing to show is left out") {
  Report r = test::warning();
  r.explanation.summary = "the kernel's code warns: depth 16, want 8";
  r.messages = {"depth 16, want 8", "----------------------"};
  CHECK(text({r}).find("The kernel also said") == std::string::npos);
}

TEST_CASE("SLUB's line of an allocation and its trace are one") {
  Stack line = trace({test::frame("maker", 0x1c, 0xa8)});
  line.role = StackRole::allocated_in;
  line.occurrence = Occurrence::headline;
  Stack whole = trace({test::frame("kmalloc_trace", 0x26, 0x90), test::frame("maker", 0x1c, 0xa8)});
  whole.label = "Allocated by task 115";
  whole.role = StackRole::allocated;
  const auto all = text({with({line, whole})});
  CHECK(count(all, "maker+0x1c/0xa8") == 1);
  CHECK(all.find("Allocated in\n") == std::string::npos);
}

TEST_CASE("names without a place are no frames of the trace that follows") {
  Frame name;
  name.ref.symbol = "demo_get";
  Stack names = trace({name});
  names.role = StackRole::other;
  names.occurrence = Occurrence::headline;
  Stack write = trace({test::frame("demo_get", 0x3f, 0x50)});
  write.label = "read to 0xffff8881001cb1e8 of 4 bytes by task 772 on cpu 0";
  write.role = StackRole::race_read;
  CHECK(count(text({with({names, write})}), "demo_get") == 1);
}

TEST_CASE("the same words again are one report") {
  Report first = test::warning();
  first.explanation.summary = "a check failed";
  Report again = first, other = first;
  again.number = first.number + 1;
  again.follows = first.number;
  other.number = first.number + 2;
  other.follows = again.number;
  other.explanation.summary = "another check failed";
  const auto all = text({first, again, other});
  CHECK_THAT(all, ContainsSubstring("1 incident (3 reports), a warning (1 told as repetition)"));
  CHECK(count(all, "a check failed") == 1);
  CHECK_THAT(all, ContainsSubstring("Again   at "));
  CHECK_THAT(all, ContainsSubstring("another check failed"));
}

TEST_CASE("nobody knows where: the title says no place") {
  Report r = test::warning();
  r.title = "WARNING in corrupted";
  r.culprit_stack.reset();
  r.culprit_frame.reset();
  CHECK(text({r}).find("corrupted") == std::string::npos);
}

TEST_CASE("segment registers and a CR2 of another fault are not worth a line") {
  Report r = test::oops();
  r.registers.push_back({"CS", 0x10, 16});
  r.site.instructions.front().text = "nopw %cs:(%rax,%rax,1)";
  CHECK(text({r}).find("CS 10") == std::string::npos);
  r.fault.address = 0x1234;
  for (auto& reg : r.registers)
    if (reg.name == "CR2") reg.value = 0x5678;
  CHECK(text({r}).find("CR2 5678") == std::string::npos);
}

TEST_CASE("titles are shortened at words") {
  CHECK(shortened_middle("BUG: unable to handle kernel NULL pointer dereference in kfault_peek", 60) ==
        "BUG: unable to handle ... pointer dereference in kfault_peek");
  CHECK(shortened_middle("abcdefghijklmnop", 9) == "ab...mnop");
}

TEST_CASE("Where names the own line, and the header's function that was inlined there") {
  Report r = test::warning();
  Location inner, outer;
  inner.function = "spin_lock", inner.file = "include/linux/spinlock.h", inner.line = 351, inner.inlined = true;
  outer.function = "kf_lock_ba", outer.file = "/usr/src/demo/lock.c", outer.line = 137;
  Frame f = test::frame("kf_lock_ba", 0x1d, 0x30, "kfault");
  f.lookup = std::vector<Location>{inner, outer};
  r.stacks = {trace({f})};
  r.culprit_stack = r.culprit_frame = 0;
  CHECK_THAT(text({r}),
             ContainsSubstring("Where   kf_lock_ba, lock.c:137 [kfault], in spin_lock (include/linux/spinlock.h:351)"));
}

TEST_CASE("a call that never returns, at its function's very end") {
  Report r = test::warning();
  Frame f = test::frame("next_function", 0, 0x30);
  f.ref.pc = PcKind::return_address;
  r.stacks = {trace({f})};
  r.culprit_stack = r.culprit_frame = 0;
  CHECK_THAT(text({r}), ContainsSubstring("Where   the function in front of next_function"));
}
