// Functions that a report is not named after: the reporting machinery, and helpers that only did what their caller asked.
// Plain names (no suffixes); "foo*" is a prefix. One list: kinds add their own in their rows.
#pragma once

#include <span>
#include <string_view>

namespace unoops {

bool is_reporting(std::string_view plain);      // prints, traps, unwinds: never part of the bug
bool is_helper(std::string_view plain);         // memcpy, list_del, locks, allocators: the caller is to blame
bool in_patterns(std::string_view plain, std::span<const std::string_view> patterns);

}  // namespace unoops
