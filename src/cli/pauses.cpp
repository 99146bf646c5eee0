#include "cli/pauses.hpp"

#include <algorithm>

namespace unoops::cli {
namespace {

using std::chrono::milliseconds;

// A report is printed at the latest a second after its last line (docs/contract.md): the rest is for the work.
constexpr milliseconds report_pause(800);
// Readings that are closer to one another count as one.
constexpr milliseconds grain(25);

}  // namespace

void Pauses::read(std::uint64_t lines, Clock::time_point now) {
  if (!reached_.empty() && now - reached_.back().when < grain)
    reached_.back().lines = lines;
  else if (reached_.empty() || reached_.back().lines != lines)
    reached_.push_back({now, lines});
}

std::optional<milliseconds> Pauses::until_due(Clock::time_point now) const {
  if (reached_.empty()) return std::nullopt;
  const auto left = std::chrono::ceil<milliseconds>(reached_.front().when + report_pause - now);
  return std::max(left, milliseconds(0));
}

std::optional<Pauses::Due> Pauses::take(Clock::time_point now) {
  std::optional<Due> due;
  for (; !reached_.empty() && now - reached_.front().when >= report_pause; reached_.pop_front())
    due = Due{reached_.front().lines, reached_.size() == 1};
  return due;
}

}  // namespace unoops::cli
