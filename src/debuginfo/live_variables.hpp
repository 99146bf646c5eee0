// The variables of the functions at an instruction, those that were inlined there included, and how to find their values
// (DWARF 5, 2.5 and 2.6).
#pragma once

#include <elfutils/libdw.h>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "base/rooms.hpp"
#include "debuginfo/c_types.hpp"
#include "machine/insn.hpp"

namespace unoops::debuginfo {

struct LiveVariable {
  std::string_view name;
  Type type;
  std::string_view function;  // whose it is
  int inlined = 0;            // 0: of the function itself, n: of the n-th one that was inlined there
  bool parameter = false;
  std::span<const Dwarf_Op> location;          // empty: its value is not there any more
  std::optional<std::uint64_t> constant = {};  // the compiler has put its value into the code
};

struct LiveScope {
  std::vector<LiveVariable> variables;        // outermost function first
  std::span<const Dwarf_Op> frame_base = {};  // of the function
};

// At an address of the unit's file; nothing: no function of the unit has it.
std::optional<LiveScope> variables_at(Dwarf_Die unit, std::uint64_t address);

// What an expression needs to know of the frame. Each answers nothing where it is not known.
struct FrameContext {
  std::function<std::optional<std::uint64_t>(Reg)> value_of;
  std::function<std::optional<std::uint64_t>(std::uint64_t address, unsigned bytes)> load;
  std::function<std::optional<std::uint64_t>(std::uint64_t address)> moved;  // where an address of the file is
  std::optional<std::uint64_t> frame_address;                                // the canonical one
};

// Where a variable's value is: in memory, or in the bytes.
struct ValuePlace {
  std::optional<std::uint64_t> address = {};
  std::vector<std::byte> bytes = {};
};
std::optional<ValuePlace> place_of(const LiveScope&, const LiveVariable&, const FrameContext&);

}  // namespace unoops::debuginfo
