#include "symbols/code_bytes.hpp"

#include <algorithm>
#include <array>

namespace unoops::symbols {

namespace {

// Tables of places that x86 patches, each entry beginning with the place's address relative to itself (v6.1:
// asm/alternative.h, asm/static_call.h, asm/jump_label.h; the linker script keeps them in these sections).
struct PatchTable {
  std::string_view section;
  unsigned stride, bytes;  // of an entry; that are patched at the place
};
constexpr std::array<PatchTable, 5> patch_tables = {{
    {".smp_locks", 4, 1},
    {".return_sites", 4, 5},
    {".retpoline_sites", 4, 6},
    {".static_call_sites", 8, 5},
    {"__jump_table", 16, 5},
}};

class Mask {
 public:
  Mask(std::uint64_t begin, std::size_t size) : begin_(begin), hidden_(size, false) {}
  void hide(std::uint64_t at, std::uint64_t bytes) {
    const std::uint64_t end = begin_ + hidden_.size();
    for (std::uint64_t i = std::max(at, begin_); i < std::min(at + bytes, end); ++i) hidden_[i - begin_] = true;
  }
  bool operator[](std::size_t i) const { return hidden_[i]; }

 private:
  std::uint64_t begin_;
  std::vector<bool> hidden_;
};

void hide_patched(DebugFile& file, Mask& mask) {
  if (file.elf().machine() != EM_X86_64 || file.elf().relocatable()) return;
  for (const PatchTable& table : patch_tables) {
    const Section* section = file.elf().section(table.section);
    if (!section) continue;
    const Bytes bytes = file.elf().bytes(*section);
    for (std::size_t at = 0; at + table.stride <= bytes.size(); at += table.stride) {
      const auto relative = static_cast<std::int32_t>(ByteReader(bytes.subspan(at, 4), file.elf().big_endian()).u32());
      mask.hide(section->addr + at + static_cast<std::uint64_t>(static_cast<std::int64_t>(relative)), table.bytes);
    }
  }
}

// ftrace turns the first 5 bytes of a function into a nop (v6.1: arch/x86/kernel/ftrace.c).
void hide_entry(DebugFile& file, std::uint64_t at, std::uint64_t size, Mask& mask) {
  if (file.elf().machine() != EM_X86_64) return;
  for (std::uint64_t address = at; address < at + size;) {
    const auto symbol = file.symbols().covering(address);
    if (!symbol) return;
    mask.hide(symbol->address, 9);  // endbr64 may stand before it
    address = symbol->address + std::max<std::uint64_t>(symbol->size, 1);
  }
}

void hide_relocated(DebugFile& file, const Section& section, std::uint64_t from, std::uint64_t size, Mask& mask) {
  for (const auto& r : file.code_relocations(section, from > 8 ? from - 8 : 0, from + size)) {
    const bool wide = file.elf().machine() == EM_X86_64 && r.type == R_X86_64_64;
    mask.hide(section.addr + r.offset, wide ? 8 : 4);
  }
}

}  // namespace

CodeMatch compare_code(DebugFile& file, std::uint64_t pc, const Code& code) {
  CodeMatch match;
  const Section* section = file.elf().section_at(pc);
  if (!section || !code.fault_offset) return match;
  const Bytes text = file.elf().bytes(*section);
  // Where the window begins before the section, its first bytes belong to another one.
  const std::uint64_t before = std::min<std::uint64_t>(*code.fault_offset, pc - section->addr);
  const std::size_t skipped = *code.fault_offset - before;
  const std::uint64_t from = pc - section->addr - before;
  if (from >= text.size()) return match;
  const std::size_t size = std::min<std::size_t>(code.bytes.size() - skipped, text.size() - from);
  Mask mask(section->addr + from, size);
  hide_patched(file, mask);
  hide_entry(file, section->addr + from, size, mask);
  if (file.elf().relocatable()) hide_relocated(file, *section, from, size, mask);
  for (std::size_t i = 0; i < size; ++i) {
    if (mask[i]) continue;
    ++match.compared;
    match.equal += text[from + i] == code.bytes[skipped + i];
  }
  return match;
}

}  // namespace unoops::symbols
