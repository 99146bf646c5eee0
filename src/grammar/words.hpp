// Prefixes that may precede a headline, and the words of a line without what differs from time to time.
#pragma once

#include <string>
#include <string_view>

#include "base/rooms.hpp"

namespace unoops::grammar {

// What kernels print before a headline: pr_fmt's words (v6.1: kernel/watchdog.c, kernel/rcu/tree_stall.h,
// arch/x86/kernel/traps.c). True also for nothing but blanks.
bool only_prefixes(std::string_view before);

// Without what differs from time to time: addresses are ADDR, numbers NUM, ":12" is ":LINE", "CPU#1" CPU and
// "foo+0x1/0x2" foo (as in syzkaller's pkg/report, so that titles agree with those on the lists).
std::string plain_words(std::string_view text);

// Hex digits at a line's end, and too few: where the kernel pads with zeros, numbers have 8 digits or 16.
bool is_half_number(std::string_view rest_of_line);

// The number in "** 12 printk messages dropped **" (v6.1 kernel/printk/printk.c console_emit_next_record); empty: it is
// another line.
std::string_view dropped_messages(std::string_view text);

}  // namespace unoops::grammar
