#include "unoops/report.hpp"

#include <algorithm>
#include <array>

#include "base/limits.hpp"

namespace unoops {

using namespace report;

std::string_view Report::fact(std::string_view name) const {
  const auto at = std::ranges::find(facts, name, [](const auto& f) { return std::string_view(f.first); });
  return at == facts.end() ? std::string_view{} : std::string_view(at->second);
}

void Report::set_fact(std::string_view name, std::string_view value) {
  const auto at = std::ranges::find(facts, name, [](const auto& f) { return std::string_view(f.first); });
  if (at != facts.end())
    at->second = value;
  else if (facts.size() < limits::facts)
    facts.emplace_back(name, value);
}

const Register* Report::reg(std::string_view name) const {
  const auto at = std::ranges::find(registers, name, &Register::name);
  return at == registers.end() ? nullptr : &*at;
}

std::string_view defect_id(DefectKind kind) {
  static constexpr std::array<std::string_view, 7> ids = {"truncated",  "interleaved", "garbled",     "dropped",
                                                          "over-limit", "no-trace",    "summary-only"};
  return ids[static_cast<std::size_t>(kind)];
}

static constexpr std::array<std::string_view, 4> severities = {"notice", "warning", "error", "fatal"};

std::string_view severity_id(Severity severity) { return severities[static_cast<std::size_t>(severity)]; }

std::optional<Severity> severity_from_id(std::string_view id) {
  const auto at = std::ranges::find(severities, id);
  if (at == severities.end()) return std::nullopt;
  return static_cast<Severity>(at - severities.begin());
}

}  // namespace unoops
