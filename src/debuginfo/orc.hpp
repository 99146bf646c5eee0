// ORC: for each place in the kernel's code, where the caller's frame is (v6.1 arch/x86/include/asm/orc_types.h,
// Documentation/x86/orc-unwinder.rst). The tables are the kernel's own, so the way that they lead is the way that it
// went.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <vector>

#include "base/rooms.hpp"
#include "debuginfo/c_types.hpp"

namespace unoops::debuginfo {

// A register as the tables number it.
enum class OrcReg : std::uint8_t { undefined, previous_sp, dx, di, bp, sp, r10, r13, bp_indirect, sp_indirect };

struct OrcEntry {
  enum class Kind : std::uint8_t {
    undefined,  // code that has no frame
    end,        // the outermost frame
    call,       // a return address lies below the caller's frame
    regs,       // a whole struct pt_regs lies there
    iret,       // only what the CPU itself pushed
  };
  std::int64_t sp_offset = 0, bp_offset = 0;
  OrcReg sp = OrcReg::undefined, bp = OrcReg::undefined;
  Kind kind = Kind::undefined;
  bool signal = false;  // the caller's address is one that was interrupted, not one behind a call
};

// How the entries of one build lie.
class OrcLayout {
 public:
  // By the build's own struct orc_entry: v6.3 gave it `signal`, v6.4 took `end` away and numbered the types anew.
  static std::optional<OrcLayout> of(Types&, Type orc_entry);

  std::size_t bytes() const { return bytes_; }
  OrcEntry read(std::span<const std::uint8_t> entry) const;

 private:
  struct Field {
    unsigned shift = 0, bits = 0;  // bits 0: this build has it not
    std::uint64_t of(std::uint64_t word) const { return word >> shift & ((std::uint64_t{1} << bits) - 1); }
  };
  OrcEntry::Kind kind(std::uint64_t word) const;

  std::size_t bytes_ = 0;
  Field sp_offset_, bp_offset_, sp_reg_, bp_reg_, type_, signal_, end_;
};

// The entries of a linked file, or of a module in memory, in the order of their addresses.
class OrcTable {
 public:
  // Bytes of a section from there on; false: they are not to be had. So a table that lies in memory is never read as a
  // whole: it may claim any size, and a dump mostly has only some of its pages.
  using Section = std::function<bool(std::uint64_t at, std::span<std::uint8_t> out)>;

  // `places`: four bytes an entry, the distance of the entry's code from these bytes, the first of which lie at
  // `places_at`.
  OrcTable(Section places, std::uint64_t places_at, Section entries, std::uint64_t count, const OrcLayout&);
  // The bytes must outlive the table.
  OrcTable(std::span<const std::uint8_t> places, std::uint64_t places_at, std::span<const std::uint8_t> entries,
           const OrcLayout&);
  // Of the code at the address; nothing: it lies before all of the table's.
  std::optional<OrcEntry> find(std::uint64_t address) const;

 private:
  std::optional<std::uint64_t> place(std::uint64_t index) const;

  Section places_, entries_;
  std::uint64_t places_at_, count_;
  OrcLayout layout_;
};

}  // namespace unoops::debuginfo
