// panic(): v6.1 kernel/panic.c. Which panics come from another report: facts/panics.
#include <array>

#include "base/text.hpp"
#include "kinds/headers.hpp"
#include "kinds/kind.hpp"

namespace unoops {
namespace {

bool reason(std::string_view before, Scanner rest, Draft& d) {
  if (before.ends_with("---[ end ")) return false;   // the closing line
  d.report.set_fact("reason", trim(rest.rest()));
  return true;
}

constexpr auto headers = std::to_array<Header>({{"Kernel panic - not syncing: ", reason}});

std::string title(const Report& report, std::string_view) { return "kernel panic: " + std::string(report.fact("reason")); }

}  // namespace

extern constinit const Kind panic;
constinit const Kind panic{
    .info = {"panic", "kernel panic", Severity::fatal},
    .headers = headers,
    .title_of = title,
    .culprit = {.from = Culprit::From::trace},
    .traceless = true,
};

}  // namespace unoops
