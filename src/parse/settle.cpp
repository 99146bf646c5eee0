#include "parse/settle.hpp"

#include <algorithm>

#include "arch/arch.hpp"
#include "base/text.hpp"
#include "facts/panics.hpp"
#include "kinds/lost_head.hpp"
#include "report/fact_names.hpp"

namespace unoops::parse {
namespace {

bool has_head(const OpenReport& open) { return !open.kind->has(Trait::headless | Trait::by_debugger); }

bool has_symbols(const Report& r) {
  return std::ranges::any_of(r.stacks, [](const Stack& stack) {
    return stack.frames.size() > 1 ||
           std::ranges::any_of(stack.frames, [](const Frame& frame) { return !frame.ref.symbol.empty(); });
  });
}

// The address that the headline would have told: the register of the last fault.
void take_fault_address(OpenReport& open) {
  const auto& arch = open.arch;
  const Register* reg = arch ? open.report().reg(arch->info.fault_address) : nullptr;
  if (reg && open.kind->has(Trait::bad_pointer)) open.builder.set_fault_address(reg->value);
}

void settle(OpenReport& open, const LostHead& row) {
  auto& r = open.report();
  open.kind = row.kind;
  open.builder.die |= row.dies;
  r.corrupted |= row.doubtful;
  r.set_fact(fact::lost_head, row.what);
  open.builder.add_defect(DefectKind::truncated, "its beginning is not in the log");
  take_fault_address(open);
  const Frame* panic = row.kind->has(Trait::derives_panic) || r.panic ? nullptr : panic_frame(r);
  if (panic) r.panic = Panic{"", panic->line_no};
}

// The words of who asked for the trace are its headline.
void take_words(OpenReport& open) {
  auto& r = open.report();
  if (open.before.empty()) return;
  const auto& before = open.before;
  const auto failure = std::ranges::find_if(before, [](const PreludeLine& said) { return is_failure(said.text); });
  r.headline = trim(failure == before.end() ? before.back().text : failure->text);
  for (const auto& said : before) open.builder.add_message(trim(said.text));
  r.line_first = std::min(r.line_first, before.front().number);
  if (!r.lines.empty() && r.lines.front().first == before.back().number + 1)
    r.lines.front().first = before.front().number;
  else
    r.lines.insert(r.lines.begin(), {before.front().number, before.back().number});
}

}  // namespace

void settle_by_trace(OpenReport& open) {
  if (has_head(open)) return;
  if (const auto* row = told_by_trace(open.report())) settle(open, *row);
}

bool settle_by_panic(OpenReport& open, const DerivedPanic& panic) {
  const auto* row = has_head(open) || tells_nothing(open) || is_asked_for(open.report()) || panic.absorbs ||
                            (panic.needs_init && open.report().pid != 1)
                        ? nullptr
                        : told_by_panic(panic);
  if (row) settle(open, *row);
  return row != nullptr;
}

void settle_by_rest(OpenReport& open) {
  if (has_head(open) || tells_nothing(open)) return;
  if (is_asked_for(open.report())) take_words(open);
  if (const auto* row = told_by_rest(open.builder, open.begins_log && open.before.empty())) settle(open, *row);
}

bool tells_nothing(const OpenReport& open) {
  const bool common = open.kind->has(Trait::common_words);
  if ((!common && has_head(open)) || has_symbols(open.report())) return false;
  return common ? !open.died() : !told_by_rest(open.builder, false);
}

}  // namespace unoops::parse
