#include "inspect/view_program.hpp"

#include <algorithm>

#include "arch/arch.hpp"
#include "debuginfo/debug_file.hpp"
#include "machine/isa.hpp"

namespace unoops::inspect {

CodeView ViewProgram::at(std::uint64_t start, std::span<const std::uint8_t> bytes) const {
  CodeView view = view_;
  view.start = view.address = start;
  view.size = bytes.size();
  view.bytes = bytes;
  return view;
}

std::optional<Relocation> ViewProgram::relocation(std::uint64_t address, unsigned bytes) {
  const ElfSection* section = address >= view_.start ? view_.file->elf().section_at(view_.start) : nullptr;
  if (!section || !view_.file->elf().relocatable()) return std::nullopt;
  const std::uint64_t start = view_.start - section->addr, offset = address - section->addr;
  if (!relocations_) {
    relocations_ = view_.file->relocations(*section, start, start + view_.size);
    std::ranges::stable_sort(*relocations_, {}, &Relocation::offset);
  }
  const auto it = std::ranges::lower_bound(*relocations_, offset, {}, &Relocation::offset);
  if (it == relocations_->end() || it->offset >= offset + bytes) return std::nullopt;
  return *it;
}

std::optional<NamedPlace> ViewProgram::symbol_at(std::uint64_t address) {
  SymbolIndex& symbols = view_.file->symbols();
  const auto* section = view_.file->elf().section_at(address);
  const bool code = section && section->executable();
  const Arch* arch = view_.file->elf().arch();
  if (code && arch && arch->isa)
    for (const auto alias : symbols.aliases(address))
      if (alias == arch->isa->return_thunk || !arch->isa->thunk_register(alias).empty())
        return NamedPlace{std::string(alias), 0};
  const auto symbol = code ? symbols.covering(address) : symbols.object_covering(address);
  if (!symbol) return std::nullopt;
  return NamedPlace{std::string(symbol->name), address - symbol->address};
}

std::span<const std::uint8_t> ViewProgram::code(std::uint64_t begin, std::uint64_t end) {
  const auto* section = view_.file->elf().section_at(begin);
  if (!section || end > section->addr + section->size || end <= begin) return {};
  const auto bytes = view_.file->elf().code(*section);
  if (bytes.size() < end - section->addr) return {};
  return bytes.subspan(begin - section->addr, end - begin);
}

}  // namespace unoops::inspect
