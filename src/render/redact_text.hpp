// The parts of redaction that only look at text and numbers.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "base/rooms.hpp"

namespace unoops::render {

// In the kernel's half, and neither an error code nor one of the constants that the kernel fills memory with.
// bits 0: not known. low_kernel: everything above the first MiB may be the kernel's.
bool is_kernel_address(std::uint64_t value, int bits, bool low_kernel);

// The same for `digits` hex digits in a text: a bare number must have the width that the kernel prints addresses with.
bool looks_like_kernel_address(std::uint64_t value, std::size_t digits, bool prefixed, int bits, bool low_kernel);

// Every maximal run of hex digits with what stands before it; the rest of the text comes with no digits.
void for_each_hex_word(std::string_view text,
                       const std::function<void(std::string_view before, std::string_view digits, bool prefixed)>&);

std::string with_word_replaced(std::string_view text, std::string_view word, std::string_view by);

// "(gcc@buildhost)" of the banner (init/version.c linux_banner).
std::string without_builder(std::string_view text);

// What follows "Hardware name: " (kernel/printk/printk.c dump_stack_print_info) and "DMI: ".
std::string without_hardware(std::string_view text);

// "Code: 48 8b ...": immediate operands are addresses, and nobody has looked at these bytes. Words (arm64) hold none.
std::string without_code(std::string_view text);

// Absolute paths in a text: of a source file its place in the kernel's tree or its name, of others nothing but /proc,
// /sys and /dev.
std::string without_paths(std::string_view text);
std::string without_user_path(std::string_view path);

}  // namespace unoops::render
