#include "parse/report_parser.hpp"

#include <algorithm>
#include <deque>

#include "facts/panics.hpp"
#include "kinds/kind.hpp"
#include "parse/assembler.hpp"
#include "parse/finish.hpp"
#include "parse/incidents.hpp"

namespace unoops::parse {

class ReportParser::Impl {
 public:
  Impl(Sink sink, bool fold)
      : incidents_(std::move(sink), fold), assembler_([this](ReportBuilder&& d) { done(std::move(d)); }) {}

  Assembler& assembler() { return assembler_; }
  void hand_out() {
    assembler_.close_all();
    incidents_.hand_out();
  }

 private:
  // What later reports need to know of earlier ones.
  struct Past {
    std::uint64_t number;
    const KindInfo* kind;
    int boot;
    std::optional<std::int64_t> pid, time_us;
    std::string comm, signature, headline;
    bool died;
    std::uint64_t last_tick;
  };

  void done(ReportBuilder&& draft) {
    parse::finish(draft);
    auto& report = draft.report;
    if (is_copy(report) || tells_nothing(draft)) return;
    Past past{0,
              report.kind,
              report.boot,
              report.pid,
              report.time_us,
              report.comm,
              report.signature,
              report.headline,
              draft.die || report.die_number.has_value(),
              draft.last_tick};
    if (const Report* first = incidents_.take_in(report)) {
      past.number = first->number;
    } else {
      past.number = report.number = ++count_;
      report.follows = follows(draft);
      if (draft.kind->has(Trait::derives_panic)) belated_panic(report);
      incidents_.add(std::move(report));
    }
    past_.push_back(std::move(past));
    if (past_.size() > 64) past_.pop_front();
  }

  // With --follow a panic may come after the report that it comes from was handed out: then it is an addendum to that
  // one.
  void belated_panic(Report& r) const {
    const auto* row = find_derived_panic(r.fact("reason"));
    if (!row) return;
    for (auto past = past_.rbegin(); past != past_.rend() && past->boot == r.boot; ++past) {
      if (!derives_from(*row, past->kind->id, past->died, past->pid == 1)) continue;
      r.follows = past->number;
      r.corrupted = false;
      std::erase_if(r.defects, [](const Defect& d) { return d.kind == DefectKind::no_trace; });
      return;
    }
  }

  // Registers without a headline and a trace are a program's, not the kernel's (kernel/signal.c print_fatal_signal,
  // arch/arm64/kernel/traps.c arm64_show_signal, arch/s390/mm/fault.c report_user_fault: v6.1).
  static bool tells_nothing(const ReportBuilder& draft) {
    return draft.kind->has(Trait::headless) && std::ranges::none_of(draft.report.stacks, [](const Stack& stack) {
             return stack.frames.size() > 1 ||
                    std::ranges::any_of(stack.frames, [](const Frame& frame) { return !frame.ref.symbol.empty(); });
           });
  }

  // The same report again: a console replayed the log after a panic, or a journal and a syslog tell of one boot. Every
  // boot has a time 0.
  bool is_copy(const Report& r) const {
    return r.time_us && std::ranges::any_of(past_, [&](const Past& past) {
             return past.time_us == r.time_us && (r.time_us > 0 || past.boot == r.boot) &&
                    past.signature == r.signature && past.pid == r.pid && past.comm == r.comm &&
                    past.headline == r.headline;
           });
  }

  std::optional<std::uint64_t> follows(const ReportBuilder& draft) const {
    const auto& r = draft.report;
    if (r.severity == Severity::notice) return std::nullopt;
    const bool after_death = (r.die_number && *r.die_number > 1) || r.taint.raw.find('D') != std::string::npos;
    for (auto past = past_.rbegin(); past != past_.rend(); ++past) {
      if (past->boot != r.boot) break;
      const bool same_task =
          r.pid && *r.pid != 0 && past->pid == r.pid && past->comm == r.comm && is_soon(draft, *past);
      if (same_task || (after_death && past->died) || past->signature == r.signature) return past->number;
    }
    return std::nullopt;
  }

  // Within ten seconds; where lines have no time, within what a serial line prints in them.
  static bool is_soon(const ReportBuilder& draft, const Past& past) {
    const auto& r = draft.report;
    if (r.time_us && past.time_us) return *r.time_us - *past.time_us < 10'000'000;
    return draft.first_tick < past.last_tick + 1000;
  }

  Incidents incidents_;
  Assembler assembler_;
  std::deque<Past> past_;
  std::uint64_t count_ = 0;
};

ReportParser::ReportParser(Sink sink, bool fold) : impl_(std::make_unique<Impl>(std::move(sink), fold)) {}
ReportParser::~ReportParser() = default;
ReportParser::ReportParser(ReportParser&&) noexcept = default;
ReportParser& ReportParser::operator=(ReportParser&&) noexcept = default;

void ReportParser::start_source(std::string name) { impl_->assembler().start_source(std::move(name)); }
void ReportParser::read(const LogLine& line) { impl_->assembler().read(line); }
void ReportParser::flush() { impl_->hand_out(); }
void ReportParser::finish() { impl_->hand_out(); }
const Kernel& ReportParser::kernel() const { return impl_->assembler().kernel(); }

}  // namespace unoops::parse
