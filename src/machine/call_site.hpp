// Calls as the bytes of code tell of them, without a disassembler: what stands before a return address, and whether
// code may hold a jump to an address.
#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "base/rooms.hpp"

namespace unoops::machine {

enum class CallKind : std::uint8_t { unknown, no, direct, indirect };  // unknown: bytes that nobody here can read

struct CallSite {
  CallKind kind = CallKind::unknown;
  std::optional<std::uint64_t> target;  // of a direct call
};

// Code and the address of its first byte.
struct CodeBytes {
  std::span<const std::uint8_t> bytes;
  std::uint64_t begin = 0;
  bool big_endian = false;

  std::uint64_t end() const { return begin + bytes.size(); }
};

// How an instruction set calls; without a rule the answers are "unknown" and "it may".
struct CallRules {
  CallSite (*before)(const CodeBytes&) = nullptr;                       // the call that ends where the code ends
  bool (*may_reach)(const CodeBytes&, std::uint64_t target) = nullptr;  // a look at the bytes only
};

// The word of 4 bytes at an offset.
std::uint32_t word_at(const CodeBytes&, std::size_t offset);
// The signed number of `size` bytes at an offset, low byte first.
std::uint64_t displacement_at(const CodeBytes&, std::size_t offset, std::size_t size);

}  // namespace unoops::machine
