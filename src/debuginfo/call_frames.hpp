// DWARF's call frame information (.debug_frame, DWARF 5, 6.4): where a function's code has saved its caller's registers.
// ORC, the kernel's own way to the caller, tells of the stack pointer and the frame pointer alone.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "base/rooms.hpp"
#include "debuginfo/elf_file.hpp"
#include "machine/insn.hpp"

namespace unoops::debuginfo {

// How the caller has a register.
struct RegisterRule {
  enum class Kind : std::uint8_t {
    unspecified,  // the tables say nothing: what the architecture's calls keep is the same
    same,
    undefined,  // nobody knows it any more
    saved,      // it lies at `offset` from the canonical frame address
    address,    // it is the canonical frame address plus `offset`
    expression  // an expression tells, which nobody reads here
  };
  Kind kind = Kind::unspecified;
  std::int64_t offset = 0;
};

// At one instruction.
struct CallFrame {
  static constexpr std::size_t registers = 17;  // x86-64's general ones and the return address, by DWARF numbers

  Reg cfa_register = no_reg;  // the canonical frame address is its value plus the offset; no_reg: an expression tells
  std::int64_t cfa_offset = 0;
  std::array<RegisterRule, registers> rules = {};
};

class CallFrames {
 public:
  // Of a section's bytes, with its relocations done. They must outlive it.
  CallFrames(Bytes bytes, bool big_endian) : bytes_(bytes), big_endian_(big_endian) {}

  // Of the code at an address of the file; nothing: no entry covers it, or it holds what is not known here.
  std::optional<CallFrame> find(std::uint64_t address);

 private:
  struct Common;
  struct Entry {
    std::uint64_t begin, end, offset;  // of the code; of the entry in the section
  };
  void list();
  std::optional<Common> common(std::uint64_t offset) const;

  Bytes bytes_;
  bool big_endian_;
  bool listed_ = false;
  std::vector<Entry> entries_;  // by begin
};

}  // namespace unoops::debuginfo
