#include <algorithm>
#include <sstream>

#include "base/printable.hpp"
#include "catch.hpp"
#include "reports.hpp"
#include "unoops/render.hpp"

using namespace unoops;
using namespace unoops::render;

namespace {

std::string text(const std::vector<Report>& reports, RenderOptions options = {}) {
  std::ostringstream out;
  const auto renderer = find_format("text")->make(out, options);
  for (const auto& report : reports) renderer->report(report);
  renderer->finish();
  return out.str();
}

std::string verbose(const Report& report) {
  RenderOptions options;
  options.verbose = true;
  return text({report}, options);
}

std::vector<std::string> lines(const std::string& all) {
  std::istringstream in(all);
  std::vector<std::string> out;
  for (std::string line; std::getline(in, line);) out.push_back(line);
  return out;
}

std::string line_with(const std::string& all, const std::string& words) {
  for (const auto& line : lines(all))
    if (line.find(words) != std::string::npos) return line;
  return {};
}

}  // namespace

TEST_CASE("the verdict comes first, then what, where, who and what next") {
  const auto all = lines(text({test::oops()}));
  CHECK_THAT(all[0],
             ContainsSubstring("1/1 FATAL: machine panicked") && ContainsSubstring("boot 1, 1.447 s, lines 100-160"));
  CHECK(all[0].size() == 100);
  CHECK(all[1] == "BUG: unable to handle kernel NULL pointer dereference in kfault_complete");
  CHECK_THAT(all[3], ContainsSubstring("What    write through a NULL pointer") && ContainsSubstring("[certain]"));
  const std::string whole = text({test::oops()});
  CHECK_THAT(whole, ContainsSubstring("Where   kfault_complete, ctx.c:28 [kfault], in interrupt context"));
  CHECK_THAT(whole, ContainsSubstring("Who     CPU 1, swapper/1 (idle, pid 0) was interrupted; it is not the culprit"));
  CHECK_THAT(whole, ContainsSubstring("taint OE: out-of-tree and unsigned module"));
  CHECK_THAT(whole, ContainsSubstring("Next    find what leaves port.tx NULL"));
}

TEST_CASE("a trace starts at the pc, marks the culprit and folds machinery with a count") {
  const std::string all = text({test::oops()});
  CHECK_THAT(line_with(all, "Call trace"),
             ContainsSubstring("Call trace, CPU 1 <IRQ>") && ContainsSubstring("(1 '?' entry: -v)"));
  CHECK(line_with(all, "kfault_complete+0x15/0x30").starts_with("  >  "));
  CHECK(line_with(all, "expire_timers").starts_with("       expire_timers (inlined)"));
  CHECK_THAT(all, ContainsSubstring("     ... 3 interrupt entry frames\n"));
  CHECK_THAT(all, ContainsSubstring("  <TASK>\n"));
  CHECK(all.find("? kfault_timeout") == std::string::npos);
}

TEST_CASE("-v shows every frame, register and message") {
  for (const auto& report : test::all_reports()) {
    const std::string all = verbose(report);
    for (const auto& stack : report.stacks)
      for (const auto& frame : stack.frames) CHECK_THAT(all, ContainsSubstring(clean(frame.ref.symbol)));
    for (const auto& reg : report.registers) CHECK_THAT(all, ContainsSubstring(clean(reg.name) + " "));
    for (const auto& reg : report.user_registers) CHECK_THAT(all, ContainsSubstring(clean(reg.name) + " "));
    for (const auto& raw : report.raw) CHECK_THAT(all, ContainsSubstring(clean(raw)));
    CHECK(all.find("more lines: -v") == std::string::npos);
  }
}

TEST_CASE("traces with a common tail tell it once") {
  const std::string all = text({test::kasan()});
  CHECK(line_with(all, "kfault_dispatch+0x97").starts_with("  A: "));
  CHECK_THAT(all, ContainsSubstring("     ... as A: 7 frames\n"));
  CHECK_THAT(line_with(all, "Read, by trig/55"), ContainsSubstring("(3 KASAN frames, 1 '?' entry: -v)"));
  CHECK(line_with(all, "kf_uaf_read+0x43").starts_with("  >  "));
}

TEST_CASE("without symbols there is no empty column and no blame") {
  const std::string all = text({test::warning()});
  CHECK_THAT(all, ContainsSubstring("\n  >  kf_warn+0x1a/0x20") && ContainsSubstring("  [kfault]\n"));
  CHECK_THAT(all, ContainsSubstring("refcount_t: underflow; use-after-free."));
  CHECK(all.find("no vmlinux") == std::string::npos);
}

TEST_CASE("several reports have an index, notices stand last and short") {
  const std::string all = text({test::oom(), test::oops(), test::kasan()});
  const auto rows = lines(all);
  CHECK(rows[0] == "2 incidents (3 reports): 1 fatal, 1 notice");
  CHECK(rows[1] == "The first that stopped a machine: 1");
  CHECK(all.find("2/6 ERROR") < all.find("6/6 NOTICE"));
  CHECK(all.find("out_of_memory") == std::string::npos);
  CHECK_THAT(text({test::oom()}), ContainsSubstring("out_of_memory"));
}

TEST_CASE("a stall that is reported again is told once") {
  Report first = test::hung_task(), again = test::hung_task();
  again.number = 5;
  again.follows = 4;
  again.time_us = 14'300'000;
  const std::string all = text({first, again});
  CHECK_THAT(all, ContainsSubstring("Again   at 14.300 s (lines 400-460); -v shows each"));
  CHECK(all.find("5/5") == std::string::npos);
}

TEST_CASE("what follows a pause is printed at once, without an index") {
  std::ostringstream out;
  const auto renderer = find_format("text")->make(out, {});
  renderer->report(test::oops());
  CHECK(out.str().empty());
  renderer->flush();
  CHECK_THAT(out.str(), ContainsSubstring("kfault_complete"));
  const auto before = out.str().size();
  renderer->report(test::kasan());
  CHECK_THAT(out.str().substr(before), ContainsSubstring("2 ERROR") && ContainsSubstring("kfault_read_state"));
}

TEST_CASE("an input without end does not fill the memory") {
  std::ostringstream out;
  const auto renderer = find_format("text")->make(out, {});
  Report big = test::warning();
  big.messages.assign(20, std::string(5000, 'x'));
  for (int i = 0; i < 200; ++i) renderer->report(big);
  CHECK(out.str().size() > (8u << 20));
}

TEST_CASE("nothing from the log reaches the terminal as a command, and no line is wider than the page") {
  for (const bool v : {false, true}) {
    RenderOptions options;
    options.verbose = v;
    for (const auto& line : lines(text({test::hostile()}, options))) {
      CHECK(valid_utf8(line) == line);
      CHECK(std::ranges::none_of(line, [](unsigned char c) { return c < 0x20 || c == 0x7f; }));
    }
  }
  for (const auto& line : lines(text({test::oops(), test::kasan(), test::lockdep()})))
    CHECK(display_width(line) <= 100);
}

TEST_CASE("colour is only there when asked for") {
  CHECK(text({test::oops()}).find('\x1b') == std::string::npos);
  RenderOptions options;
  options.color = true;
  CHECK(text({test::oops()}, options).find("\x1b[1;31m") != std::string::npos);
}

TEST_CASE("messages: places are added, rulers and the state of all memory are folded") {
  Report r = test::lockdep();
  r.messages = {"----------------------", "  at: kf_lock_ba+0x1d/0x30 [kfault]", "Mem-Info:", "  ----       ----"};
  Stack held;
  held.label = "at", held.role = StackRole::lock_at;
  held.frames = {test::at(test::frame("kf_lock_ba", 0x1d, 0x30, "kfault"), "/usr/src/kfault/src/lock.c", 137)};
  r.stacks.insert(r.stacks.begin(), held);
  *r.culprit_stack += 1;
  const std::string all = text({r});
  CHECK_THAT(all, ContainsSubstring("       at: kf_lock_ba+0x1d/0x30 [kfault]  lock.c:137\n"));
  CHECK_THAT(line_with(all, "The kernel also said"), ContainsSubstring("(1 more line: -v)"));
  CHECK_THAT(all, ContainsSubstring("----       ----\n"));
  CHECK(all.find("Addresses") == std::string::npos);
}

TEST_CASE("a single address that no message names has a line of its own") {
  Report r = test::lockdep();
  Stack last;
  last.label = "hardirqs last enabled at";
  last.frames = {test::frame("cpu_startup_entry", 0x26, 0x30)};
  r.stacks.push_back(last);
  CHECK_THAT(line_with(text({r}), "hardirqs last"), ContainsSubstring("cpu_startup_entry+0x26/0x30"));
}

TEST_CASE("the caller by the link register stands behind a pc that the trace repeats") {
  Report r = test::hung_task();
  Frame pc = test::frame("leaf", 0x4, 0x10), lr = test::frame("caller", 0x10, 0x40);
  pc.ref.pc = PcKind::exact;
  Stack one, two, trace;
  one.role = StackRole::pc, one.frames = {pc};
  two.role = StackRole::link, two.frames = {lr};
  trace.role = StackRole::trace, trace.frames = {pc, test::frame("grandparent", 0x20, 0x80)};
  r.stacks = {one, two, trace};
  r.culprit_stack = r.culprit_frame = 0;
  const std::string all = text({r});
  const auto leaf = all.find("  >  leaf+0x4"), caller = all.find("     caller+0x10"),
             grandparent = all.find("     grandparent+0x20");
  CHECK(leaf < caller);
  CHECK(caller < grandparent);
  CHECK(grandparent != std::string::npos);
  CHECK(all.find("leaf+0x4", leaf + 10) == std::string::npos);
}

TEST_CASE("another CPU's pc belongs to its own trace") {
  Report r = test::hung_task();
  Frame spin = test::frame("delay_tsc", 0x33, 0xa0);
  spin.ref.pc = PcKind::exact;
  Stack pc1, trace1, pc2;
  pc1.label = trace1.label = "NMI backtrace for cpu 1";
  pc1.role = trace1.role = pc2.role = StackRole::cpu_trace;
  pc1.frames = {spin};
  trace1.context = Context::task, trace1.frames = {test::frame("kf_spin", 0x20, 0x40)};
  pc2.label = "NMI backtrace for cpu 2", pc2.frames = {spin};
  r.stacks.insert(r.stacks.end(), {pc1, trace1, pc2});
  const std::string all = text({r});
  const auto first = all.find("NMI backtrace for cpu 1"), second = all.find("NMI backtrace for cpu 2");
  CHECK(all.find("delay_tsc") > first);
  CHECK(all.find("kf_spin") < second);
  CHECK(all.find("delay_tsc", second) != std::string::npos);
  CHECK(all.find("NMI backtrace for cpu 1", first + 10) == std::string::npos);
}

TEST_CASE("a WARN's headline and its pc are one line") {
  Report r = test::warning();
  Frame where = test::frame("kf_warn", 0x1a, 0x20, "kfault");
  where.ref.pc = PcKind::exact;
  Stack headline, pc;
  headline.occurrence = Occurrence::headline, headline.frames = {where};
  pc.role = StackRole::pc, pc.frames = {where};
  r.stacks.front().frames.erase(r.stacks.front().frames.begin());
  r.stacks.insert(r.stacks.begin(), {headline, pc});
  r.headline.clear();
  const std::string all = text({r});
  const auto first = all.find("  >  kf_warn+0x1a/0x20");
  CHECK(first != std::string::npos);
  CHECK(all.find("kf_warn+0x1a/0x20", first + 10) == std::string::npos);
}
