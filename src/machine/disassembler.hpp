// Capstone, behind what the rest needs of it.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/rooms.hpp"
#include "machine/att_style.hpp"
#include "machine/isa.hpp"

namespace unoops::machine {

struct Decoded {
  Insn insn;
  // Only if asked for:
  std::string text;
  std::vector<std::string> registers;  // that the text names: "rax", "eax", "cr4"
};

class Disassembler {
 public:
  explicit Disassembler(const Isa&);
  ~Disassembler();
  Disassembler(Disassembler&&) noexcept;

  bool usable() const { return handle_ != 0; }
  // nullopt: not an instruction that Capstone knows.
  std::optional<Decoded> decode(std::span<const std::uint8_t> bytes, std::uint64_t address, bool with_text) const;
  const Isa& isa() const { return isa_; }

 private:
  Encoding encoding_of(const cs_insn&) const;
  std::string operands_of(std::span<const std::uint8_t> bytes, const Undefined&) const;

  const Isa& isa_;
  csh handle_ = 0;
  csh text_ = 0;  // x86 in AT&T syntax: Capstone turns the operands themselves round, so it is a handle of its own
  cs_insn* scratch_ = nullptr;
};

}  // namespace unoops::machine
