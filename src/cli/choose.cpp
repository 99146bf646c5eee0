#include "cli/choose.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string>

#include "cli/say.hpp"
#include "cli/stop.hpp"

namespace unoops::cli {
namespace {

// 4,711: a count as people write it.
std::string with_commas(std::uint64_t count) {
  if (count < 1000) return std::to_string(count);
  return fmt::format("{},{:03}", with_commas(count / 1000), count % 1000);
}

// What a report keeps in memory, roughly.
std::size_t weight(const Report& report) {
  constexpr std::size_t each = 8 * 1024, frame = 512;
  std::size_t bytes = each;
  for (const auto& stack : report.stacks) bytes += stack.frames.size() * frame;
  for (const auto& line : report.raw) bytes += 2 * line.size();
  return bytes;
}

}  // namespace

bool Chooser::wanted(const Report& report) const {
  if (report.severity < options_.severity) return false;
  if (options_.boot && report.boot != *options_.boot) return false;
  return options_.kinds.empty() || std::ranges::find(options_.kinds, report.kind->id) != options_.kinds.end();
}

// " of kind oom-kill, of boot 2": all that a report has to be.
std::string Chooser::filters() const {
  std::string words;
  const auto add = [&](const std::string& one) { words += (words.empty() ? " " : ", ") + one; };
  if (!options_.kinds.empty()) add(fmt::format("of kind {}", fmt::join(options_.kinds, " or ")));
  if (options_.severity != Severity::notice)
    add(fmt::format("of severity {} or above", severity_id(options_.severity)));
  if (options_.boot) add(fmt::format("of boot {}", *options_.boot));
  if (options_.last_boot) add("of the last boot");
  return words;
}

void Chooser::hand_out(ParsedReport&& report) {
  ++found_;
  if (found_ == 1 && options_.follow && options_.first) stop_pumping();
  worst_ = std::max(worst_.value_or(Severity::notice), report->severity);
  const bool failed = options_.follow && options_.fail_on && *worst_ >= *options_.fail_on;
  sink_(std::move(report));
  if (failed) stop_pumping();  // the gate has its answer
}

// What waits for the end of the log is bounded: of a boot with more reports the newest are kept.
void Chooser::keep(ParsedReport&& report) {
  constexpr std::size_t most_reports = 4096, most_weight = std::size_t{40} << 20;
  kept_ += weight(*report);
  waiting_.push_back(std::move(report));
  for (; waiting_.size() > most_reports || (kept_ > most_weight && waiting_.size() > 1); ++forgotten_) {
    kept_ -= weight(*waiting_.front());
    waiting_.pop_front();
  }
}

void Chooser::offer(ParsedReport&& report) {
  ++offered_;
  const auto forget = [&] {
    waiting_.clear();
    kept_ = forgotten_ = 0;
  };
  if (options_.last_boot && !waiting_.empty() && waiting_.back()->boot != report->boot) forget();
  if (!wanted(*report)) return;
  if (options_.last && !options_.first) forget();
  if (options_.last || options_.last_boot) {
    if (!(options_.first && !waiting_.empty())) keep(std::move(report));
  } else if (!options_.first || found_ == 0) {
    hand_out(std::move(report));
  }
}

void Chooser::finish() {
  if (forgotten_ > 0 && !options_.quiet)
    say(
        fmt::format("the last boot has more reports than are kept until its end: the first {} are left out "
                    "(--boot N prints them all)",
                    with_commas(forgotten_)));
  for (auto& report : waiting_) hand_out(std::move(report));
  waiting_.clear();
}

int Chooser::status(const Pumped& pumped, const std::ostream& out) const {
  if (pumped.failed || !out.good()) return 2;
  if (options_.fail_on) return worst_ && *worst_ >= *options_.fail_on ? 3 : 0;
  if (found_ == 0 && offered_ > 0) {
    if (!options_.quiet)
      say(fmt::format("{} report{}, none{}", with_commas(offered_), offered_ == 1 ? "" : "s", filters()));
  } else if (found_ == 0 && !options_.quiet && !pumped.foreign.empty()) {
    say("no report of a Linux kernel: " + pumped.foreign);
  } else if (found_ == 0 && !options_.quiet) {
    say(fmt::format("no kernel report in {} line{}", with_commas(pumped.lines), pumped.lines == 1 ? "" : "s"));
  }
  return found_ > 0 ? 0 : 1;
}

}  // namespace unoops::cli
