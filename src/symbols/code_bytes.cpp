#include "symbols/code_bytes.hpp"

#include <algorithm>

#include "arch/arch.hpp"

namespace unoops::symbols {

namespace {

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

void hide_patched(DebugFile& file, const Arch& arch, Mask& mask) {
  if (file.elf().relocatable()) return;
  for (const PatchTable& table : arch.patch_tables) {
    const ElfSection* section = file.elf().section(table.section);
    if (!section) continue;
    const Bytes bytes = file.elf().bytes(*section);
    for (std::size_t at = 0; at + table.entry_bytes <= bytes.size(); at += table.entry_bytes) {
      const auto relative = static_cast<std::int32_t>(ByteReader(bytes.subspan(at, 4), file.elf().big_endian()).u32());
      mask.hide(section->addr + at + static_cast<std::uint64_t>(static_cast<std::int64_t>(relative)),
                table.patched_bytes);
    }
  }
}

// The function tracer's call at a function's start becomes a nop.
void hide_entry(DebugFile& file, const Arch& arch, std::uint64_t at, std::uint64_t size, Mask& mask) {
  if (arch.entry_bytes == 0) return;
  for (std::uint64_t address = at; address < at + size;) {
    const auto symbol = file.symbols().covering(address);
    if (!symbol) return;
    mask.hide(symbol->address, arch.entry_bytes);
    const std::uint64_t next = symbol->address + std::max<std::uint64_t>(symbol->size, 1);
    if (next <= address) return;
    address = next;
  }
}

void hide_relocated(DebugFile& file, const ElfSection& section, std::uint64_t from, std::uint64_t size, Mask& mask) {
  const bool words = file.elf().code_is_reversed();  // then half a word's place is in its other half
  for (const auto& r : file.relocations(section, from > 8 ? from - 8 : 0, from + size))
    words ? mask.hide(section.addr + (r.offset & ~3ULL), 4) : mask.hide(section.addr + r.offset, r.bytes);
}

}  // namespace

CodeMatch compare_code(DebugFile& file, std::uint64_t pc, const Code& code) {
  CodeMatch match;
  const ElfSection* section = file.elf().section_at(pc);
  if (!section || !code.fault_offset) return match;
  const Bytes text = file.elf().code(*section);
  // Where the window begins before the section, its first bytes belong to another one.
  const std::uint64_t before = std::min<std::uint64_t>(*code.fault_offset, pc - section->addr);
  const std::size_t skipped = *code.fault_offset - before;
  const std::uint64_t from = pc - section->addr - before;
  if (from >= text.size()) return match;
  const std::size_t size = std::min<std::size_t>(code.bytes.size() - skipped, text.size() - from);
  Mask mask(section->addr + from, size);
  if (const Arch* arch = file.elf().arch()) {
    hide_patched(file, *arch, mask);
    hide_entry(file, *arch, section->addr + from, size, mask);
  }
  if (file.elf().relocatable()) hide_relocated(file, *section, from, size, mask);
  for (std::size_t i = 0; i < size; ++i) {
    if (mask[i]) continue;
    ++match.compared;
    match.equal += text[from + i] == code.bytes[skipped + i];
  }
  return match;
}

}  // namespace unoops::symbols
