// Words that stand around what matters: prefixes of headlines, decorations of symbols.
#pragma once

#include <string_view>

namespace unoops {

// What kernels print before a headline: pr_fmt's words (v6.1: kernel/watchdog.c, kernel/rcu/tree_stall.h, arch/x86/kernel/traps.c).
// True also for nothing but blanks.
bool only_prefixes(std::string_view before);

// foo.constprop.0.isra.0.cold → foo; __pfx_foo, __cfi_foo → foo; foo_noprof → foo (log-formats 0.3; scripts/kallsyms.c).
std::string_view plain_symbol(std::string_view symbol);

}  // namespace unoops
