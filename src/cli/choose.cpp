#include "cli/choose.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string>

#include "base/wall_clock.hpp"
#include "base/with_commas.hpp"
#include "cli/say.hpp"
#include "cli/stop.hpp"
#include "unoops/known.hpp"

namespace unoops::cli {
namespace {

void count(const Report& report, std::optional<Severity>& worst) {
  if (!passes_gates(report)) worst = std::max(worst.value_or(Severity::notice), severity_of(report));
}

}  // namespace

bool Chooser::wanted(const Report& report) {
  if (severity_of(report) < options_.severity || !is_in_time(report)) return false;
  if (options_.boot && report.boot != *options_.boot) return false;
  return options_.kinds.empty() || std::ranges::find(options_.kinds, report.kind->id) != options_.kinds.end();
}

// A report whose log has no clock may be of that time: it stays, and that is said.
bool Chooser::is_in_time(const Report& report) {
  if (!options_.since && !options_.until) return true;
  const auto clock = wall_clock(report.wall_time, now_);
  if (!clock) return ++timeless_, true;
  return (!options_.since || *clock >= *options_.since) && (!options_.until || *clock <= *options_.until);
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
  if (options_.since || options_.until) add("of that time");
  if (ignored_ > 0) add(fmt::format("that {} does not ignore", options_.known));
  return words;
}

void Chooser::hand_out(ParsedReport&& report) {
  ++found_;
  if (found_ == 1 && options_.follow && options_.first) stop_pumping();
  count(*report, worst_);
  const bool failed = options_.follow && options_.fail_on && worst_ >= options_.fail_on;
  sink_(std::move(report));
  if (failed) stop_pumping();  // the gate has its answer
}

// What waits for the end of the log is bounded: of a boot with more reports the newest are kept, and the others counted.
void Chooser::keep(ParsedReport&& report) {
  constexpr std::size_t most_reports = 4096, most_bytes = std::size_t{40} << 20;
  kept_ += memory_of(*report);
  waiting_.push_back(std::move(report));
  for (; waiting_.size() > most_reports || (kept_ > most_bytes && waiting_.size() > 1); ++forgotten_) {
    count(*waiting_.front(), forgotten_worst_);
    kept_ -= memory_of(*waiting_.front());
    waiting_.pop_front();
  }
}

void Chooser::forget() {
  waiting_.clear();
  kept_ = forgotten_ = 0;
  forgotten_worst_.reset();
}

void Chooser::offer(ParsedReport&& report) {
  ++offered_;
  if (options_.last_boot && !waiting_.empty() && waiting_.back()->boot != report->boot) forget();
  if (!wanted(*report)) return;
  // -v tells what rules ignore, and `known add` what they know.
  if (report->known && report->known->ignored && passes_gates(*report) && !options_.render.verbose &&
      !options_.add_known) {
    ++ignored_;
    return;
  }
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
  if (timeless_ > 0 && !options_.quiet)
    say(fmt::format("{} {} no clock: --since and --until do not leave {} out", with_commas(timeless_),
                    timeless_ == 1 ? "report has" : "reports have", timeless_ == 1 ? "it" : "them"));
  if (ignored_ > 0 && !options_.quiet)
    say(fmt::format("{} {} left out: {} ignores {} (-v shows {})", with_commas(ignored_),
                    ignored_ == 1 ? "report is" : "reports are", options_.known, ignored_ == 1 ? "it" : "them",
                    ignored_ == 1 ? "it" : "them"));
  worst_ = std::max(worst_, forgotten_worst_);
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
