// A report's faulting instruction with what stands around it, from the text alone.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "arch/arch.hpp"
#include "base/rooms.hpp"
#include "machine/disassembler.hpp"
#include "unoops/report.hpp"

namespace unoops::inspect {

struct Scene {
  Report& report;
  const Arch& arch;
  const Isa& isa;
  const Disassembler& disassembler;
  const SymbolRef* pc = nullptr;             // where the fault is, as printed; null: not told
  std::uint64_t origin = 0;                  // address of the faulting instruction in the space that `window` uses
  std::optional<std::uint64_t> function;     // the function's start in that space
  std::span<const std::uint8_t> bytes = {};  // the Code bytes; without them the file's around the pc
  std::uint64_t base = 0;                    // address of the first of them
  std::vector<Decoded> window = {};          // the same, decoded
  std::optional<std::size_t> fault = {};     // in window

  const Insn* faulting() const { return fault ? &window[*fault].insn : nullptr; }
  std::optional<std::uint64_t> reg(Reg) const;
  std::string log_name(Reg) const;  // "RAX"
  std::uint64_t mask() const { return isa.word == 8 ? ~0ULL : 0xffffffffULL; }
  // base + index * scale + displacement; nullopt: a register is not known, or a segment or section counts.
  std::optional<std::uint64_t> per_cpu_base() const;
  std::optional<std::uint64_t> effective(const Mem&) const;
};

// The faulting instruction is not there: the pc itself was the bad address.
bool executed_bad_address(const Report&);

// Decodes scene.bytes. `boundaries`: addresses at which instructions begin, where the function's bytes told them.
void decode_window(Scene&, const std::vector<std::uint64_t>& boundaries);
// Which of the instruction's memory operands faulted; null: none of them.
const MemoryAccess* faulting_access(const Scene&);
// Whether a fault at `fault` may come from an access that begins at `effective`.
bool agrees(const Scene&, const MemoryAccess&, std::uint64_t effective, std::uint64_t fault);
// The CPU does not take the number for an address: the fault that it raises has none.
bool non_canonical(const ArchInfo&, std::uint64_t address);

}  // namespace unoops::inspect
