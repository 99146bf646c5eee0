// BUG(): v6.1 lib/bug.c report_bug, __report_bug.
//   "kernel BUG at lib/list_debug.c:51!"; without CONFIG_DEBUG_BUGVERBOSE "Kernel BUG at foo+0x1/0x2 [verbose debug info unavailable]"
#include <array>

#include "base/text.hpp"
#include "kinds/headers.hpp"
#include "kinds/kind.hpp"

namespace unoops {
namespace {

bool bug_at(std::string_view, Scanner rest, Draft& d) {
  std::string_view place;
  if (rest.until("!", place)) {
    d.report.set_fact("place", place);
    return true;
  }
  return take_ref(rest, d, "Kernel BUG at", PcKind::exact) || !trim(rest.rest()).empty();
}

constexpr auto headers = std::to_array<Header>({
    {"kernel BUG at ", bug_at},
    {"Kernel BUG at ", bug_at},
});

}  // namespace

extern constinit const Kind kernel_bug;
constinit const Kind kernel_bug{
    .info = {"kernel-bug", "BUG assertion failed", Severity::error},
    .headers = headers,
    .title = "kernel BUG",
};

}  // namespace unoops
