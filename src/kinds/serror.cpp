// arm64's SError: v6.1 arch/arm64/kernel/traps.c arm64_serror_panic; to v4.16 bad_mode.
//   "SError Interrupt on CPU2, code 0x00000000bf000002 -- SError"
//   "Bad mode in Error handler detected on CPU0, code 0xbf000000 -- SError"
#include <array>

#include "base/text.hpp"
#include "grammar/words.hpp"
#include "kinds/headers.hpp"
#include "kinds/kind.hpp"

namespace unoops::kinds {
namespace {

// "2, code 0x00000000bf000002 -- SError", " detected on CPU0, code 0xbf000000 -- SError", to v3.x " detected, code ..."
bool code(std::string_view before, Scanner rest, ReportBuilder& d) {
  std::string_view digits;
  int cpu = 0;
  if (!only_prefixes(before)) return false;
  if (rest.lit(" detected")) rest.lit(" on CPU");
  if (rest.dec(cpu)) d.report.cpu = cpu;
  if (!rest.lit(", code ") || !rest.word(digits) || !digits.starts_with("0x")) return false;
  d.report.fault.esr = digits;
  return true;
}

constexpr auto headers = std::to_array<Header>({
    {"SError Interrupt on CPU", code},
    {"Bad mode in Error handler", code},
});

}  // namespace

extern constinit const Kind serror{
    .info = {"serror", "asynchronous bus or memory error (SError)", Severity::error},
    .headers = headers,
    .title = "SError",
    .sentence =
        "a device, the bus or memory answered an access with an error, and the CPU was told late (SError): the access "
        "came shortly before[ {culprit}] or in it",
    // The access was made by what runs there, whatever it is.
    .culprit = {.skip = FrameRole::report | FrameRole::sanitizer | FrameRole::trace},
    .next =
        "read the machine's own error records (RAS, the firmware's log): the access that failed was made earlier, by a "
        "CPU or a device, and the pc does not name it",
};

}  // namespace unoops::kinds
