#include "facts/taint.hpp"

#include <algorithm>
#include <array>

#include "base/text.hpp"

namespace unoops::facts {
namespace {

constexpr auto meanings = std::to_array<TaintFlag>({
    {'P', "proprietary module"},
    {'G', "only GPL modules"},
    {'F', "module force-loaded"},
    {'S', "CPU out of specification"},
    {'R', "module force-unloaded"},
    {'M', "machine check happened"},
    {'B', "bad page or memory corruption"},
    {'U', "user asked for taint"},
    {'D', "kernel died before (oops or BUG)"},
    {'A', "ACPI table overridden"},
    {'W', "warning happened before"},
    {'C', "staging driver"},
    {'I', "firmware bug worked around"},
    {'O', "out-of-tree module"},
    {'E', "unsigned module"},
    {'L', "soft lockup happened before"},
    {'K', "live-patched"},
    {'X', "distribution's auxiliary taint"},
    {'T', "structure layout randomised"},
    {'N', "in-kernel test ran"},
    {'J', "fwctl used to change device firmware"},
});

}  // namespace

std::string_view taint_meaning(char letter) {
  const auto at = std::ranges::find(meanings, letter, &TaintFlag::letter);
  return at == meanings.end() ? std::string_view{} : at->meaning;
}

Taint read_taint(std::string_view raw) {
  Taint taint;
  taint.raw = trim(raw);
  for (const char letter : taint.raw)
    if (const auto meaning = taint_meaning(letter); !meaning.empty() && letter != 'G')
      taint.flags.push_back({letter, meaning});
  return taint;
}

}  // namespace unoops::facts
