// A set of enumerators, each of which is one bit.
#pragma once

#include <cstdint>

namespace unoops {

template <typename E>
class Flags {
 public:
  constexpr Flags() = default;
  constexpr Flags(E one) : bits_(static_cast<std::uint32_t>(one)) {}  // NOLINT: one enumerator is a set of one
  constexpr Flags operator|(Flags other) const { return of(bits_ | other.bits_); }
  constexpr Flags operator&(Flags other) const { return of(bits_ & other.bits_); }
  constexpr bool any() const { return bits_ != 0; }
  constexpr bool has(Flags other) const { return (*this & other).any(); }  // any of them
  constexpr bool operator==(const Flags&) const = default;

 private:
  static constexpr Flags of(std::uint32_t bits) {
    Flags out;
    out.bits_ = bits;
    return out;
  }
  std::uint32_t bits_ = 0;
};

}  // namespace unoops
