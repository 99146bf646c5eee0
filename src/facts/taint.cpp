#include "facts/taint.hpp"

#include <algorithm>

namespace unoops {

namespace {

// kernel/panic.c taint_flags[] (6.1), its names (6.12), J (6.15); H, g, r, k and the like of vendors are not ours to
// explain.
constexpr TaintLetter letters[] = {
    {'P', "PROPRIETARY_MODULE", "proprietary module", false},
    {'F', "FORCED_MODULE", "force-loaded module", false},
    {'S', "CPU_OUT_OF_SPEC", "CPU out of specification", false},
    {'R', "FORCED_RMMOD", "force-unloaded module", false},
    {'M', "MACHINE_CHECK", "a machine check happened before", true},
    {'B', "BAD_PAGE", "memory corruption was reported before", true},
    {'U', "USER", "tainted by user space", false},
    {'D', "DIE", "an oops happened before", true},
    {'A', "OVERRIDDEN_ACPI_TABLE", "overridden ACPI table", false},
    {'W', "WARN", "a warning happened before", true},
    {'C', "CRAP", "staging module", false},
    {'I', "FIRMWARE_WORKAROUND", "firmware bug worked around", false},
    {'O', "OOT_MODULE", "out-of-tree module", false},
    {'E', "UNSIGNED_MODULE", "unsigned module", false},
    {'L', "SOFTLOCKUP", "a soft lockup happened before", true},
    {'K', "LIVEPATCH", "live-patched", false},
    {'X', "AUX", "marked by the distribution", false},
    {'T', "RANDSTRUCT", "randomised structure layout", false},
    {'N', "TEST", "in-kernel test was run", false},
    {'J', "FWCTL", "firmware was changed through fwctl", false},
};

}  // namespace

std::span<const TaintLetter> taint_letters() { return letters; }

const TaintLetter* find_taint(char letter) {
  const auto at = std::ranges::find(letters, letter, &TaintLetter::letter);
  return at == std::end(letters) ? nullptr : &*at;
}

std::vector<TaintFlag> decode_taint(std::string_view printed) {
  std::vector<TaintFlag> flags;
  for (const char c : printed) {
    const TaintLetter* known = find_taint(c);
    if (!known || std::ranges::find(flags, c, &TaintFlag::letter) != flags.end()) continue;
    flags.push_back({c, known->meaning});
  }
  return flags;
}

}  // namespace unoops
