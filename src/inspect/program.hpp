// What the data flow asks of the file that the code comes from.
#pragma once

#include <elfutils/libdw.h>

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/rooms.hpp"
#include "debuginfo/relocation.hpp"
#include "machine/isa.hpp"

namespace unoops::inspect {

struct NamedPlace {
  std::string symbol;
  std::uint64_t offset = 0;
};

class Program {
 public:
  virtual ~Program() = default;
  // The relocation that stands within these bytes.
  virtual std::optional<Relocation> relocation(std::uint64_t address, unsigned bytes) = 0;
  virtual std::optional<NamedPlace> symbol_at(std::uint64_t address) = 0;
  // Another part of the function.
  virtual std::span<const std::uint8_t> code(std::uint64_t begin, std::uint64_t end) = 0;
};

struct Function {
  const Isa* isa = nullptr;
  std::string symbol;
  std::uint64_t start = 0;
  std::span<const std::uint8_t> bytes;
  std::optional<Dwarf_Die> unit;
  Program* program = nullptr;
};

}  // namespace unoops::inspect
