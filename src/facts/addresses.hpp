// What a value says about itself: NULL, an error pointer, poison, a range of the address space.
// Sources: v6.1 include/linux/poison.h, include/linux/err.h, Documentation/x86/x86_64/mm.rst,
// Documentation/arm64/memory.rst.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/rooms.hpp"
#include "unoops/arch.hpp"
#include "unoops/fault.hpp"

namespace unoops::facts {

struct AddressFact {
  AddressClass id = AddressClass::unknown;
  std::string
      words;  // "NULL plus 0x8", "ERR_PTR(-12) = -ENOMEM plus 0x30", "list poison: an entry that list_del() removed"
  std::optional<std::int64_t> beyond;  // how far the value lies from what it is made of: 8, 0x30
};

// The address space that 64-bit architectures have in common.
inline constexpr AddressRange upper_half[] = {
    {0x8000000000000000, 0xffffffffffffffff, AddressClass::kernel, "a kernel address"}};

// Where the lower half is a program's.
inline constexpr AddressRange two_halves[] = {
    {0x0, 0x00ffffffffffffff, AddressClass::user, "a user-space address"},
    {0x8000000000000000, 0xffffffffffffffff, AddressClass::kernel, "a kernel address"}};

// `arch` may be null: then 64 bits are supposed.
AddressFact address_fact(std::uint64_t value, const ArchInfo* arch);

// The name of an errno: "ENOMEM"; empty: none, or it is not known here for this architecture (null: any).
std::string_view errno_name(int number, const ArchInfo* arch);
// Whether functions that return pointers return it; others are seldom more than a number.
bool returns_often(int number);

}  // namespace unoops::facts
