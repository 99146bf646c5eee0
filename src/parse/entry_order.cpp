#include "parse/entry_order.hpp"

#include <algorithm>

#include "arch/arch.hpp"
#include "facts/frames.hpp"

namespace unoops::parse {
namespace {

// The steps of all architectures, by their functions' names.
std::vector<EntryStep> all_steps() {
  std::vector<EntryStep> out(common_entry_steps.begin(), common_entry_steps.end());
  for (const Arch* arch : arch_rows()) out.insert(out.end(), arch->entry_steps.begin(), arch->entry_steps.end());
  std::ranges::stable_sort(out, {}, &EntryStep::symbol);
  return out;
}

const EntryStep* step_of(std::string_view symbol) {
  static const auto steps = all_steps();
  const auto name = plain_symbol(symbol);
  const auto at = std::ranges::lower_bound(steps, name, {}, &EntryStep::symbol);
  return at == steps.end() || at->symbol != name ? nullptr : &*at;
}

}  // namespace

std::optional<std::string_view> last_confirmed(const ReportBuilder& d) {
  constexpr std::size_t near = 8;
  if (!d.in_stack) return std::nullopt;
  const auto& frames = d.report.stacks.back().frames;
  for (std::size_t i = 0; i < std::min(near, frames.size()); ++i)
    if (const auto& frame = frames[frames.size() - 1 - i]; frame.reliable) return frame.ref.symbol;
  return std::nullopt;
}

bool may_follow(std::string_view inner, std::string_view outer) {
  const auto* from = step_of(inner);
  if (!from) return true;
  const auto* to = step_of(outer);
  if (to) return to->way == from->way && to->step > from->step;
  // Entry code that the table does not have.
  return !from->last && frame_roles(outer).has(FrameRole::system_call | FrameRole::thread | FrameRole::boot);
}

bool is_next(std::string_view inner, std::string_view outer) {
  return step_of(inner) && step_of(outer) && may_follow(inner, outer);
}

bool is_last(std::string_view symbol) {
  const auto* step = step_of(symbol);
  return step && step->last;
}

bool is_entry(std::string_view symbol) {
  const auto* step = step_of(symbol);
  return (step && step->last && step->way == EntryWay::system_call) || frame_roles(symbol).has(FrameRole::exception);
}

}  // namespace unoops::parse
