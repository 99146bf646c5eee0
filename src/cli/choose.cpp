#include "cli/choose.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string>

#include "cli/say.hpp"

namespace unoops::cli {
namespace {

// 4,711: a count as people write it.
std::string with_commas(std::uint64_t count) {
  if (count < 1000) return std::to_string(count);
  return fmt::format("{},{:03}", with_commas(count / 1000), count % 1000);
}

}  // namespace

bool Chooser::wanted(const Report& report) const {
  if (report.severity < options_.severity) return false;
  if (options_.boot && report.boot != *options_.boot) return false;
  return options_.kinds.empty() || std::ranges::find(options_.kinds, report.kind->id) != options_.kinds.end();
}

void Chooser::hand_out(ParsedReport&& report) {
  ++found_;
  worst_ = std::max(worst_.value_or(Severity::notice), report->severity);
  sink_(std::move(report));
}

void Chooser::offer(ParsedReport&& report) {
  if (options_.last_boot && !waiting_.empty() && waiting_.back()->boot != report->boot) waiting_.clear();
  if (!wanted(*report)) return;
  if (options_.last && !options_.first) waiting_.clear();
  if (options_.last || options_.last_boot) {
    if (!(options_.first && !waiting_.empty())) waiting_.push_back(std::move(report));
  } else if (!options_.first || found_ == 0) {
    hand_out(std::move(report));
  }
}

void Chooser::finish() {
  for (auto& report : waiting_) hand_out(std::move(report));
  waiting_.clear();
}

int Chooser::status(const Pumped& pumped, const std::ostream& out) const {
  if (pumped.failed || !out.good()) return 2;
  if (options_.fail_on) return worst_ && *worst_ >= *options_.fail_on ? 3 : 0;
  if (found_ == 0 && !options_.quiet && !pumped.foreign.empty()) {
    say("no report of a Linux kernel: " + pumped.foreign);
  } else if (found_ == 0 && !options_.quiet) {
    say(fmt::format("no kernel report in {} line{}", with_commas(pumped.lines), pumped.lines == 1 ? "" : "s"));
  }
  return found_ > 0 ? 0 : 1;
}

}  // namespace unoops::cli
