#include "decode/log_end.hpp"

#include "report/questions.hpp"

namespace unoops::decode {

void LogEnd::note(const Report& report) {
  constexpr std::size_t most = 16;
  last_ = report.number;
  const auto outcome = outcome_of(report);
  told_ = told_ || outcome == Outcome::panicked || outcome == Outcome::stopped;
  if (!report.has(Trait::waits | Trait::stall)) return;
  if (lasting_.size() == most) lasting_.pop_front();
  lasting_.push_back(report);
}

}  // namespace unoops::decode
