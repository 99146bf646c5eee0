#include "parse/entry_order.hpp"

#include <algorithm>

#include "facts/entry_steps.hpp"
#include "facts/frames.hpp"

namespace unoops::parse {
namespace {

const EntryStep* step_of(std::string_view symbol) {
  const auto at = std::ranges::find(entry_steps, plain_symbol(symbol), &EntryStep::symbol);
  return at == entry_steps.end() ? nullptr : &*at;
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
  return (step && step->last && step->way == 's') || frame_roles(symbol).has(FrameRole::exception);
}

}  // namespace unoops::parse
