// A log's trace and the stack of the dump.
#include "state/exact_trace.hpp"

#include <fmt/format.h>

#include "catch.hpp"

namespace unoops::test {
namespace {

SymbolRef reference(const std::string& symbol, PcKind pc = PcKind::return_address) {
  SymbolRef out;
  out.symbol = symbol;
  out.offset = 0x10;
  out.size = 0x40;
  out.pc = pc;
  return out;
}

// "foo ?bar": a guess
Stack stack(StackRole role, Context context, const std::vector<std::string>& frames) {
  Stack out;
  out.role = role;
  out.context = context;
  for (const auto& name : frames) {
    Frame& f = out.frames.emplace_back();
    f.reliable = !name.starts_with('?');
    f.ref = reference(f.reliable ? name : name.substr(1));
    f.line_no = out.frames.size();
  }
  return out;
}

std::vector<state::NamedFrame> unwound(const std::vector<std::string>& names) {
  std::vector<state::NamedFrame> out;
  for (const auto& name : names) out.push_back({reference(name), Context::task});
  return out;
}

std::string text(const Report& r) {
  std::string out;
  for (const auto& s : r.stacks) {
    out += out.empty() ? "" : " / ";
    for (const auto& f : s.frames)
      out += fmt::format("{}{}{}", &f == s.frames.data() ? "" : " ", f.reliable ? "" : "?", f.ref.symbol);
  }
  return out;
}

}  // namespace

TEST_CASE("exact trace: guesses are confirmed or gone, and what was left out is there") {
  Report r;
  r.stacks = {stack(StackRole::trace, Context::task, {"?left", "a", "?b", "?wrong", "c"})};
  r.culprit_stack = 0;
  r.culprit_frame = 4;
  REQUIRE(state::make_exact(r, StackRole::trace, unwound({"pc", "a", "b", "between", "c", "end"})));
  CHECK(text(r) == "a b between c end");
  CHECK(r.culprit_frame == 3U);
  CHECK(r.stacks[0].frames[1].line_no == 3);
}

TEST_CASE("exact trace: a stack that lacks a confirmed frame changes nothing") {
  Report r;
  r.stacks = {stack(StackRole::trace, Context::task, {"a", "?b", "c"})};
  CHECK_FALSE(state::make_exact(r, StackRole::trace, unwound({"a", "b"})));
  CHECK_FALSE(state::make_exact(r, StackRole::trace, unwound({"c", "a"})));
  CHECK_FALSE(state::make_exact(r, StackRole::panic_trace, unwound({"a", "c"})));
  CHECK(text(r) == "a ?b c");
  r.culprit_stack = 0;
  r.culprit_frame = 1;
  CHECK_FALSE(state::make_exact(r, StackRole::trace, unwound({"a", "c"})));
  CHECK(text(r) == "a ?b c");
}

TEST_CASE("exact trace: contexts keep their frames, and what printed the trace stays") {
  Report r;
  r.stacks = {stack(StackRole::panic_trace, Context::irq, {"dump_stack_lvl", "panic", "?g", "timer"}),
              stack(StackRole::panic_trace, Context::none, {"?guess"}),
              stack(StackRole::panic_trace, Context::task, {"entry", "?d", "user"})};
  r.culprit_stack = 2;
  r.culprit_frame = 0;
  REQUIRE(state::make_exact(r, StackRole::panic_trace, unwound({"panic_later", "timer", "irq", "entry", "d", "user"})));
  CHECK(text(r) == "dump_stack_lvl panic timer irq / entry d user");
  CHECK(r.culprit_stack == 1U);
  CHECK(r.culprit_frame == 0U);
}

TEST_CASE("exact trace: a pc that the log prints apart is not told twice") {
  Report r;
  r.stacks = {stack(StackRole::pc, Context::none, {"spin"}),
              stack(StackRole::trace, Context::task, {"entry", "caller"})};
  auto dumped = unwound({"entry", "spin", "caller"});
  dumped[1].ref.pc = PcKind::exact;
  REQUIRE(state::make_exact(r, StackRole::trace, dumped));
  CHECK(text(r) == "spin / entry caller");
}

}  // namespace unoops::test
