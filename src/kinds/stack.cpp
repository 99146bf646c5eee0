// Stacks that ran over: v6.1 arch/x86/kernel/traps.c exc_double_fault, handle_stack_overflow.
#include <array>

#include "base/text.hpp"
#include "grammar/words.hpp"
#include "kinds/headers.hpp"
#include "kinds/kind.hpp"

namespace unoops {
namespace {

// "BUG: TASK stack guard page was hit at ffffc90000567ff8 (stack is ffffc90000568000..ffffc9000056bfff)"; the word since v5.16
bool guard_page(std::string_view before, Scanner rest, Draft& d) {
  const auto at = before.rfind("BUG: ");
  if (at == std::string_view::npos) return false;
  d.report.set_fact("stack", trim(before.substr(at + 5)));
  std::string_view range;
  std::uint64_t address = 0;
  if (Scanner s = rest; s.lit(" at ") && s.hex(address)) d.set_fault_address(address);
  if (rest.until("(stack is ", range) && rest.until(")", range)) d.report.set_fact("stack-range", range);
  return true;
}

constexpr auto guard_headers = std::to_array<Header>({{"stack guard page was hit", guard_page}});
constexpr auto double_headers = std::to_array<Header>({{"PANIC: double fault", plain_header}});

}  // namespace

extern constinit const Kind stack_guard;
constinit const Kind stack_guard{
    .info = {"stack-overflow", "kernel stack overflow", Severity::error},
    .headers = guard_headers,
    .title = "BUG: stack guard page was hit",
};

extern constinit const Kind double_fault;
constinit const Kind double_fault{
    .info = {"double-fault", "double fault", Severity::error},
    .headers = double_headers,
    .title = "PANIC: double fault",
};

}  // namespace unoops
