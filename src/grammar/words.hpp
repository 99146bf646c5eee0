// Words that stand around what matters: prefixes of headlines.
#pragma once

#include <string_view>

namespace unoops {

// What kernels print before a headline: pr_fmt's words (v6.1: kernel/watchdog.c, kernel/rcu/tree_stall.h, arch/x86/kernel/traps.c).
// True also for nothing but blanks.
bool only_prefixes(std::string_view before);

}  // namespace unoops
