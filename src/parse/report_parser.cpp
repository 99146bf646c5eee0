#include "parse/report_parser.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <deque>
#include <limits>

#include "facts/panics.hpp"
#include "kinds/death.hpp"
#include "kinds/kind.hpp"
#include "parse/dump.hpp"
#include "parse/finish.hpp"
#include "parse/incidents.hpp"
#include "parse/line_router.hpp"
#include "parse/reading_order.hpp"
#include "parse/settle.hpp"
#include "parse/trace.hpp"
#include "report/fact_names.hpp"

namespace unoops::parse {

class ReportParser::Impl {
 public:
  Impl(const std::string& file, Sink sink, ParseOptions options)
      : incidents_(std::move(sink), options.fold),
        trace_(options.explain ? std::optional<Trace>(std::move(options.explain)) : std::nullopt),
        router_(
            file, [this](OpenReport&& open) { return done(std::move(open)); }, trace_ ? &*trace_ : nullptr),
        order_([this](const LogLine& line) { router_.read(line); }, std::move(options.warn)) {
    if (trace_ && !file.empty()) trace_->say("reading " + file);
  }

  void dump(const CrashDump& dump) { dump_ = dump; }
  void read(const LogLine& line) { order_.take(line); }
  void flush() {
    order_.flush();
    router_.read_waiting();
    flush_until(std::numeric_limits<std::uint64_t>::max());
  }
  void flush_until(std::uint64_t line) {
    router_.hand_out_until(line, "nothing more came for a while");
    incidents_.hand_out_until(line);
  }
  void finish() {
    order_.finish();
    router_.read_waiting();
    if (dump_) router_.crash(*dump_);
    hand_out("the log ends");
  }
  int boots() const { return router_.boots(); }
  const Kernel& kernel() const { return router_.kernel(); }
  bool is_quiet() const { return !trace_ && order_.is_settled() && router_.is_quiet(); }
  bool pass(std::uint64_t number, const input::PlainLine& line) { return router_.pass(number, line); }
  void pass_unseen(std::uint64_t unseen, std::uint64_t parts, std::uint64_t last) {
    router_.pass_unseen(unseen, parts, last);
  }
  void pass_plain(const input::PlainLine& line, std::uint64_t number, bool part) {
    router_.pass_plain(line, number, part);
  }
  void catch_up() { router_.catch_up(); }

 private:
  // A report's parts and how many there are of each: what a line behind its end ("note: cat[7] exited") does not change.
  struct Extent {
    std::string title;
    Severity severity;
    std::size_t frames, registers, messages, code, modules;
    bool corrupted;
    bool operator==(const Extent&) const = default;
  };

  // What later reports need to know of earlier ones.
  struct Past {
    std::uint64_t number;
    const KindInfo* kind;
    int boot;
    std::optional<std::int64_t> pid, time_us;
    std::string comm, signature, headline;
    bool died;
    bool atomic;  // it died as one does under a spinlock
    std::uint64_t last_tick, line_first;
    std::vector<std::string> functions;  // of the trace on which it died
    Extent extent;                       // how much it told
  };

  void hand_out(std::string_view why) {
    router_.close_all(why);
    incidents_.hand_out();
  }

  // The number under which the report is told; 0: it is dropped.
  std::uint64_t done(OpenReport&& open) {
    if (open.told != 0 && open.told_tick == open.ticks.last) return open.told;
    if (dump_) take_dump(*dump_, open);
    parse::finish(open);
    auto& report = open.report();
    const auto* original = open.told == 0 ? original_of(report) : nullptr;
    if (original) {
      if (trace_)
        trace_->of(open, fmt::format("is dropped: number {} has its time, task and headline", original->number));
      return 0;
    }
    if (tells_nothing(open)) {
      if (trace_) trace_->of(open, "is dropped: registers without a headline and a trace are a program's");
      return 0;
    }
    Past past = past_of(open);
    if (open.told != 0 && tells_no_more(past, open.told)) {
      if (trace_) trace_->of(open, fmt::format("tells no more than number {} did", open.told));
      return open.told;
    }
    if (open.told != 0) {
      past.number = complete(open);
    } else if (const Report* first = incidents_.take_in(report)) {
      past.number = first->number;
      if (trace_) trace_->of(open, fmt::format("goes on with number {}, and is told in it", past.number));
      if (!incidents_.folds()) past.number = tell_part(open, past.number);
    } else {
      past.number = report.number = ++count_;
      report.follows = follows(open);
      report.left_behind = left_behind(open);
      report.before = router_.troubles().before(open);
      if (open.kind->has(Trait::derives_panic)) belated_panic(report);
      if (trace_) trace_->of(open, fmt::format("is number {}: {}", report.number, report.title));
      incidents_.add(std::move(report), open.debugger_follows);
    }
    const auto number = past.number;
    past_.push_back(std::move(past));
    if (past_.size() > 64) past_.pop_front();
    return number;
  }

  // Nothing is to be folded: what goes on with a report is one of its own.
  std::uint64_t tell_part(OpenReport& open, std::uint64_t first) {
    auto& report = open.report();
    const auto number = report.number = ++count_;
    report.follows = first;
    report.left_behind = left_behind(open);
    report.before = router_.troubles().before(open);
    incidents_.pass(std::move(report));
    return number;
  }

  // The report was told so far, and has become more since: it is told whole.
  std::uint64_t complete(OpenReport& open) {
    auto& report = open.report();
    report.number = ++count_;
    report.follows = open.told;
    report.left_behind = left_behind(open);
    report.before = router_.troubles().before(open);
    report.warnings.push_back(
        fmt::format("report {} was this one before all of its lines had come: this one has them all", open.told));
    if (trace_) trace_->of(open, fmt::format("is number {}, all of number {}", report.number, open.told));
    const auto number = report.number;
    incidents_.add(std::move(report));
    return number;
  }

  static Extent extent_of(const Report& r) {
    std::size_t frames = 0;
    for (const auto& stack : r.stacks) frames += stack.frames.size();
    return {r.title,           r.severity,          frames,           r.registers.size(),
            r.messages.size(), r.code.bytes.size(), r.modules.size(), r.corrupted};
  }

  bool tells_no_more(const Past& now, std::uint64_t told) const {
    const auto before = std::ranges::find(past_, told, &Past::number);
    return before != past_.end() && before->extent == now.extent;
  }

  static Past past_of(const OpenReport& open) {
    const auto& report = open.report();
    Past past{.number = 0,
              .kind = report.kind,
              .boot = report.boot,
              .pid = report.pid,
              .time_us = report.time_us,
              .comm = report.comm,
              .signature = report.signature,
              .headline = report.headline,
              .died = open.died(),
              .atomic = false,
              .last_tick = open.ticks.last,
              .line_first = report.line_first,
              .functions = {},
              .extent = extent_of(report)};
    if (const auto death = death_of(report); death && past.died) {
      past.atomic = death->atomic();
      for (const auto name : own_functions(report)) past.functions.emplace_back(name);
    }
    return past;
  }

  // With --follow a panic may come after the report that it comes from was handed out: then it is an addendum to that
  // one.
  void belated_panic(Report& r) const {
    const auto* row = find_derived_panic(r.fact(fact::reason));
    if (!row) return;
    for (auto past = past_.rbegin(); past != past_.rend() && past->boot == r.boot; ++past) {
      if (!derives_from(*row, past->kind->id, past->died, past->pid == 1)) continue;
      r.follows = past->number;
      r.corrupted = false;
      std::erase_if(r.defects, [](const Defect& d) { return d.kind == DefectKind::no_trace; });
      return;
    }
  }

  // The same report again: a console replayed the log after a panic, or a journal and a syslog tell of one boot. Every
  // boot has a time 0.
  const Past* original_of(const Report& r) const {
    if (!r.time_us) return nullptr;
    const auto at = std::ranges::find_if(past_, [&](const Past& past) {
      return past.time_us == r.time_us && (r.time_us > 0 || past.boot == r.boot) && past.signature == r.signature &&
             past.pid == r.pid && past.comm == r.comm && past.headline == r.headline;
    });
    return at == past_.end() ? nullptr : &*at;
  }

  std::optional<std::uint64_t> follows(const OpenReport& open) const {
    const auto& r = open.report();
    if (r.severity == Severity::notice) return std::nullopt;
    const bool has_task = r.pid && *r.pid != 0, repeats = open.kind->has(Trait::repeats);
    const bool after_death = (r.die_number && *r.die_number > 1) || r.taint.raw.find('D') != std::string::npos;
    if (!has_task && !after_death && !repeats) return std::nullopt;
    for (auto past = past_.rbegin(); past != past_.rend(); ++past) {
      if (past->boot != r.boot) break;
      const bool same_task = has_task && past->pid == r.pid && past->comm == r.comm && is_soon(open, *past);
      // The same stall still lasts, but the report of it was handed out already, or nothing is to be folded.
      const bool lasts = repeats && past->signature == r.signature && past->pid == r.pid;
      if (same_task || (after_death && past->died) || lasts) return past->number;
    }
    return std::nullopt;
  }

  // Of the deaths before it: that of the holder, else one with a function that is on this trace, too, else one under a
  // spinlock; of several the last.
  std::optional<LeftBehind> left_behind(const OpenReport& open) const {
    const auto& r = open.report();
    std::optional<LeftBehind> best;
    if (!open.kind->has(Trait::waits)) return best;
    const auto functions = own_functions(r);
    const auto holder = r.fact(fact::blocker);
    for (auto past = past_.rbegin(); past != past_.rend() && past->boot == r.boot; ++past) {
      if (!past->died || past->last_tick > open.ticks.first) continue;
      LeftBehind left{.report = past->number,
                      .line = past->line_first,
                      .comm = past->comm,
                      .pid = past->pid,
                      .atomic = past->atomic,
                      .holder = past->pid && holder == past->comm + ":" + std::to_string(*past->pid),
                      .shared = {}};
      const auto shared = std::ranges::find_first_of(functions, past->functions);
      if (shared != functions.end()) left.shared = *shared;
      const auto weight = [](const LeftBehind& one) {
        return (one.holder ? 4 : 0) + (one.shared.empty() ? 0 : 2) + (one.atomic ? 1 : 0);
      };
      if (weight(left) > (best ? weight(*best) : 0)) best = std::move(left);
    }
    return best;
  }

  // Within ten seconds; where lines have no time, within what a serial line prints in them.
  static bool is_soon(const OpenReport& open, const Past& past) {
    const auto& r = open.report();
    if (r.time_us && past.time_us) return *r.time_us - *past.time_us < 10'000'000;
    return open.ticks.first < past.last_tick + 1000;
  }

  Incidents incidents_;
  const std::optional<Trace> trace_;
  LineRouter router_;
  ReadingOrder order_;
  std::optional<CrashDump> dump_;
  std::deque<Past> past_;
  std::uint64_t count_ = 0;
};

ReportParser::ReportParser(const std::string& file, Sink sink, ParseOptions options)
    : impl_(std::make_unique<Impl>(file, std::move(sink), std::move(options))) {}
ReportParser::~ReportParser() = default;
ReportParser::ReportParser(ReportParser&&) noexcept = default;
ReportParser& ReportParser::operator=(ReportParser&&) noexcept = default;

void ReportParser::dump(const CrashDump& dump) { impl_->dump(dump); }
void ReportParser::read(const LogLine& line) { impl_->read(line); }
void ReportParser::flush() { impl_->flush(); }
void ReportParser::flush_until(std::uint64_t line) { impl_->flush_until(line); }
void ReportParser::finish() { impl_->finish(); }
bool ReportParser::is_quiet() const { return impl_->is_quiet(); }
bool ReportParser::pass(std::uint64_t number, const input::PlainLine& line) { return impl_->pass(number, line); }
void ReportParser::pass_unseen(std::uint64_t unseen, std::uint64_t parts, std::uint64_t last) {
  impl_->pass_unseen(unseen, parts, last);
}
void ReportParser::pass_plain(const input::PlainLine& line, std::uint64_t number, bool part) {
  impl_->pass_plain(line, number, part);
}
void ReportParser::catch_up() { impl_->catch_up(); }
int ReportParser::boots() const { return impl_->boots(); }
const Kernel& ReportParser::kernel() const { return impl_->kernel(); }

}  // namespace unoops::parse
