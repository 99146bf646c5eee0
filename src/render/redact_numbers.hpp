// Which numbers of a report or of a line of the log are places in memory.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "base/rooms.hpp"

namespace unoops::render {

// What decides where a number alone does not tell. A line that no report owns comes from a machine that is not known.
struct Machine {
  int bits = 0;             // 0: not known
  bool low_kernel = false;  // the kernel has an address space of its own and may lie at small addresses
};

// False: too small to be a place, an error code, or one of the constants that the kernel fills memory with.
bool is_place(std::uint64_t value);

// Registers that hold flags and control bits, by the names that the log uses.
bool holds_bits(std::string_view name);

// No flags have all of these bits: where a line was broken, an address stands behind a name that is not its own.
bool is_kernel_half(std::uint64_t value);

// Among instructions of 32-bit ARM stand the constants that they load. Those that name the kernel have a condition that
// hardly an instruction has.
bool may_be_address_in_code(std::uint32_t word);

// A whole word of hex digits in a text.
struct HexWord {
  std::string_view before;  // the text up to the digits, with their 0x
  std::string_view digits;
  std::uint64_t value = 0;
  bool prefixed = false;  // by 0x
  bool ends_text = false;
  bool in_code = false;  // "Code: " stands somewhere before it
};

bool looks_like_place(const HexWord&, const Machine&);

// The text with the numbers for which `stand_in` has another one replaced, in the width in which they are printed.
std::string with_hex_words(std::string_view text,
                           const std::function<std::optional<std::uint64_t>(const HexWord&)>& stand_in);

}  // namespace unoops::render
