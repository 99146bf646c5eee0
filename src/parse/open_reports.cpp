#include "parse/open_reports.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <utility>

#include "base/limits.hpp"
#include "base/text.hpp"
#include "parse/settle.hpp"

namespace unoops::parse {
namespace {

// How long a report may be silent before nothing is expected of it any more. NMI backtraces over a slow serial line
// take ten seconds.
constexpr std::uint64_t stale_ticks = 600;
constexpr std::int64_t stale_us = 30'000'000;
constexpr std::uint64_t stale_us_ticks = 60;  // one line with a strange time proves nothing
constexpr std::uint64_t untold_ticks = 8;     // of what may be no report at all
constexpr std::uint64_t silent_ticks = 100;   // after these it is most likely complete

// Words that end in a colon right before frames are the label of a new stack, and so is "page last allocated via order
// 0, ...". What follows the first of ":,(" is no part of the label, because it may hold numbers.
void take_heading(ReportBuilder& d) {
  if (d.heading.empty()) return;
  const auto heading = std::exchange(d.heading, {});
  if (!heading.ends_with(':') && !heading.starts_with("page last ")) return;
  d.open_stack(trim(std::string_view(heading).substr(0, heading.find_first_of(":,("))));
}

// Keeps the text for the reader, up to a limit.
void keep_raw(OpenReport& open, std::string_view text) {
  auto& r = open.report();
  if (open.bytes < limits::report_bytes && r.raw.size() < limits::report_lines) {
    open.bytes += text.size();
    r.raw.emplace_back(text);
  } else if (open.bytes != 0) {
    open.bytes = limits::report_bytes;
    if (r.defects.empty() || r.defects.back().kind != DefectKind::over_limit)
      open.builder.add_defect(DefectKind::over_limit, "the report is longer than unoops keeps");
  }
}

}  // namespace

void adopt(OpenReport& open, std::span<const PreludeLine> lines) {
  auto& d = open.builder;
  for (const auto& kept : lines) {
    open.ticks.first = std::min(open.ticks.first, kept.tick);
    d.add_line(kept.number);
    d.report.raw.push_back(kept.text);
    const auto words = trim(kept.text);
    if (!words.empty() && !is_cut_here(words) && !is_report_ruler(words))
      d.add_message(words);
    else if (is_report_ruler(words) && open.kind->has(Trait::bracketed))
      d.bracket = true;
  }
}

const Kernel& OpenReports::kernel() const {
  if (boots_.kernel().release.empty())
    for (const auto& open : open_)
      if (!open.report().kernel.release.empty()) return open.report().kernel;
  return boots_.kernel();
}

bool OpenReports::advance(const LogLine& line) {
  if (!trim(line.text).empty()) ++tick_;
  const bool boots = boots_.read(line);
  if (boots) {
    if (trace_) trace_->at(line, fmt::format("boot {} begins", boots_.number()));
    close_all("another boot begins");
  }
  if (!open_.empty() && tick_ - open_.back().ticks.last > untold_ticks) {  // the others have said something since
    close_silent(line);
    drop_untold(untold_ticks);
  }
  return boots;
}

// What looked like the rest of a report and has told nothing since was none.
void OpenReports::drop_untold(std::uint64_t silent) {
  for (auto at = open_.begin(); at != open_.end();) {
    const auto open = at++;
    if (tick_ - open->ticks.last <= silent || !tells_nothing(*open)) continue;
    if (trace_) trace_->of(*open, "is dropped: registers without a headline and a trace are a program's");
    open_.erase(open);
  }
}

OpenReport& OpenReports::open(const Kind& kind, const LogLine& line, ReportBuilder&& read) {
  drop_untold(0);
  const auto printed = std::ranges::find_if(open_, [](const auto& o) { return o.kind->has(Trait::by_debugger); });
  if (printed != open_.end()) close(printed, "no other report stands in what a debugger prints");
  if (kind.has(Trait::by_debugger)) {
    for (OpenReport& report : open_) report.debugger_follows = true;
    close_all("what a debugger prints stands behind it");
  }
  if (open_.size() >= limits::open_reports) {
    auto& oldest = open_.back();
    if (tick_ - oldest.ticks.last < silent_ticks)
      oldest.builder.add_defect(DefectKind::over_limit, "more reports at once than unoops follows");
    close(std::prev(open_.end()), "too many reports are open at once");
  }
  auto& open = open_.emplace_front(std::move(read));
  open.kind = &kind;
  open.ticks.first = tick_;
  open.serial = ++opened_;
  auto& r = open.report();
  r.kind = &kind.info;
  r.file = file_;
  r.boot = boots_.number();
  r.caller = line.caller;
  r.time_us = line.time_us;
  r.wall_time = line.wall_time;
  r.host = line.host;
  r.line_first = r.line_last = line.number;
  return open;
}

void OpenReports::drop_replayed(const LogLine& line, std::string_view headline) {
  if (line.time_us.value_or(0) <= 0) return;
  std::erase_if(open_, [&](const OpenReport& open) {
    const auto& r = open.report();
    const bool traced = std::ranges::any_of(r.stacks, [](const Stack& s) { return s.frames.size() > 1; });
    const bool whole = traced || open.builder.ended;  // what comes is the copy
    const bool replayed = !whole && r.time_us == line.time_us && r.headline == headline && r.line_last < line.number;
    if (replayed && trace_) trace_->of(open, "is dropped: its lines are printed once more");
    return replayed;
  });
}

bool OpenReports::read(OpenReport& open, const SectionHit& hit, const LogLine& line) {
  if (!hit.section) {
    FrameLine frame;
    return grammar::read_frame(line.text, frame) && read_frame(open, std::move(frame), line);
  }
  auto& d = open.builder;
  d.line = &line;
  const auto& section = *hit.section;
  if (section.read && !section.read(Scanner(trim_left(line.text).substr(section.starts.size())), d)) return false;
  if (hit.arch && !open.arch && !section.traits.has(LineTrait::shared)) {
    open.arch = hit.arch;
    d.report.arch = &hit.arch->info;
  }
  if (section.traits.has(LineTrait::by_other_cpu)) open.turn.guest = line.caller;
  if (section.id == SectionId::registers) d.block.register_order = section.order;
  d.heading.clear();
  adopt(open, std::exchange(open.said, {}));
  own(open, line, section.id);
  return true;
}

bool OpenReports::read_frame(OpenReport& open, FrameLine&& frame, const LogLine& line) {
  auto& d = open.builder;
  d.line = &line;
  take_heading(d);
  if (!d.add_frame_line(std::move(frame))) return false;
  own(open, line, SectionId::frame);
  return true;
}

void OpenReports::own(OpenReport& open, const LogLine& line, SectionId id) {
  auto& d = open.builder;
  d.last = id;
  d.last_time = line.time_us;
  d.line = &line;
  if (!line.cut.empty()) d.add_cut(std::string(line.cut));
  d.line = nullptr;
  d.add_line(line.number);
  open.turn.last_line = line.number;
  open.ticks.last = tick_;
  open.contest.settled = d.frames;
  keep_raw(open, line.text);
  if (id == SectionId::frame) settle_by_trace(open);
  if (std::exchange(open.contest.lost_turn, false))
    for (auto& other : open_)
      if (!other.contest.at) other.contest.at = other.contest.maybe_at;
  if (&open_.front() != &open)
    open_.splice(open_.begin(), open_, std::ranges::find(open_, &open, [](const OpenReport& o) { return &o; }));
}

void OpenReports::close_silent(const LogLine& line) {
  for (auto at = open_.begin(); at != open_.end();) {
    const auto open = at++;
    const auto& last_time = open->builder.last_time;
    const auto ticks = tick_ - open->ticks.last;
    const bool late = last_time && line.time_us && *line.time_us - *last_time > stale_us;
    if (ticks > stale_ticks)
      close(open, "too many lines of others came since its last one");
    else if (late && ticks > stale_us_ticks)
      close(open, "its last line is too old");
  }
}

void OpenReports::close_all(std::string_view why) {
  for (auto& open : open_) open.cut = open.ticks.last == tick_;
  // The one that began first is handed out first.
  while (!open_.empty()) close(std::ranges::min_element(open_, {}, [](const auto& o) { return o.ticks.first; }), why);
}

void OpenReports::close(std::list<OpenReport>::iterator at, std::string_view why) {
  if (trace_) trace_->of(*at, fmt::format("ends: {}", why));
  tell_kernel(*at);
  finished_.splice(finished_.end(), open_, at);
  hand_out();
}

// The report and the log tell one another of the kernel that runs.
void OpenReports::tell_kernel(OpenReport& open) {
  auto& kernel = open.report().kernel;
  if (kernel.release.empty()) kernel = boots_.kernel();
  if (kernel.banner.empty() && kernel.release == boots_.kernel().release) kernel.banner = boots_.kernel().banner;
  if (boots_.kernel().release.empty() || kernel.release == boots_.kernel().release)
    Boots::take_boot(boots_.kernel(), kernel);
  boots_.see(kernel);
}

// In the order in which the kernel printed their first lines (pstore's parts stand the other way round): a report waits
// for those that began before it and are still being printed.
void OpenReports::hand_out() {
  const auto first_tick = [](const OpenReport& open) { return open.ticks.first; };
  while (!finished_.empty()) {
    const auto next = std::ranges::min_element(finished_, {}, first_tick);
    if (finished_.size() < limits::open_reports &&
        std::ranges::any_of(open_, [&](const OpenReport& open) { return open.ticks.first < next->ticks.first; }))
      return;
    std::list<OpenReport> done;
    done.splice(done.end(), finished_, next);
    done_(std::move(done.front()));
  }
}

void OpenReports::hand_out_until(std::uint64_t line, std::string_view why) {
  const auto is_silent = [&](const OpenReport& open) { return open.report().line_last <= line; };
  const auto is_untold = [&](const OpenReport& open) { return is_silent(open) && open.told_tick != open.ticks.last; };
  const auto next_of = [](std::list<OpenReport>& list, const auto& wanted) {
    auto best = list.end();
    for (auto at = list.begin(); at != list.end(); ++at)
      if (wanted(*at) && (best == list.end() || at->ticks.first < best->ticks.first)) best = at;
    return best;
  };
  for (;;) {
    const auto closed = next_of(finished_, is_silent), open = next_of(open_, is_untold);
    if (closed == finished_.end() && open == open_.end()) return;
    if (open == open_.end() || (closed != finished_.end() && closed->ticks.first < open->ticks.first)) {
      std::list<OpenReport> done;
      done.splice(done.end(), finished_, closed);
      done_(std::move(done.front()));
      continue;
    }
    if (trace_) trace_->of(*open, fmt::format("is told so far: {}", why));
    auto so_far = *open;
    so_far.cut = so_far.ticks.last == tick_;
    tell_kernel(so_far);
    open->told_tick = open->ticks.last;
    if (const auto number = done_(std::move(so_far)); number != 0) open->told = number;
  }
}

}  // namespace unoops::parse
