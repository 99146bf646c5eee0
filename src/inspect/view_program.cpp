#include "inspect/view_program.hpp"

#include <gelf.h>

#include <algorithm>

#include "symbols/file_store.hpp"

namespace unoops::inspect {
namespace {

template <class Sym, class Visit>
void each(const Elf_Data& data, Visit visit) {
  const auto* table = static_cast<const Sym*>(data.d_buf);
  for (std::size_t i = 1; i < data.d_size / sizeof(Sym); ++i) visit(table[i]);
}

}  // namespace

DataSymbols::DataSymbols(DebugFile& file) {
  ElfFile& elf = file.elf();
  const auto& sections = elf.sections();
  for (const auto& s : sections) {
    if (s.type != SHT_SYMTAB || s.entsize == 0) continue;
    const Elf_Data* data = elf_getdata(elf_getscn(elf.elf(), s.index), nullptr);
    if (!data) continue;
    const auto take = [&](const auto& symbol) {
      if ((symbol.st_info & 0xf) != STT_OBJECT || symbol.st_shndx >= sections.size()) return;
      const auto& home = sections[symbol.st_shndx];
      if (!home.allocated()) return;
      const char* name = elf_strptr(elf.elf(), s.link, symbol.st_name);
      if (name && *name)
        entries_.push_back({(elf.relocatable() ? home.addr : 0) + symbol.st_value, symbol.st_size, name});
    };
    if (elf.is_64())
      each<Elf64_Sym>(*data, take);
    else
      each<Elf32_Sym>(*data, take);
  }
  std::ranges::stable_sort(entries_, {}, &Entry::address);
}

std::optional<NamedPlace> DataSymbols::covering(std::uint64_t address) const {
  auto it = std::ranges::upper_bound(entries_, address, {}, &Entry::address);
  if (it == entries_.begin()) return std::nullopt;
  --it;
  while (it != entries_.begin() && std::prev(it)->address == it->address) --it;  // of aliases, the first
  if (address - it->address >= std::max<std::uint64_t>(it->size, 1)) return std::nullopt;
  return NamedPlace{it->name, address - it->address};
}

CodeView ViewProgram::at(std::uint64_t start, std::span<const std::uint8_t> bytes) const {
  CodeView view = view_;
  view.start = view.address = start;
  view.size = bytes.size();
  view.bytes = bytes;
  return view;
}

std::optional<Target> ViewProgram::relocation(std::uint64_t address, unsigned bytes) {
  if (!view_.module || address < view_.start) return std::nullopt;
  if (!relocations_) {
    relocations_ = relocations(view_, 0, view_.size);
    std::ranges::stable_sort(*relocations_, {}, &CodeRelocation::offset);
  }
  const std::uint64_t offset = address - view_.start;
  const auto it = std::ranges::lower_bound(*relocations_, offset, {}, &CodeRelocation::offset);
  if (it == relocations_->end() || it->offset >= offset + bytes) return std::nullopt;
  return Target{it->symbol, it->addend, it->target};
}

std::optional<NamedPlace> ViewProgram::symbol_at(std::uint64_t address) {
  const auto* section = view_.file->elf().section_at(address);
  if (section && section->executable()) {
    for (const auto alias : view_.file->symbols().aliases(address))
      if (alias.starts_with("__x86_")) return NamedPlace{std::string(alias), 0};
    const auto symbol = view_.file->symbols().covering(address);
    if (!symbol) return std::nullopt;
    return NamedPlace{std::string(symbol->name), address - symbol->address};
  }
  if (!data_) {
    auto& kept = impl_.data_symbols[view_.file];
    if (!kept) kept = std::make_shared<DataSymbols>(*view_.file);
    data_ = std::static_pointer_cast<DataSymbols>(kept);
  }
  return data_->covering(address);
}

std::span<const std::uint8_t> ViewProgram::code(std::uint64_t begin, std::uint64_t end) {
  const auto* section = view_.file->elf().section_at(begin);
  if (!section || end > section->addr + section->size || end <= begin) return {};
  const auto bytes = view_.file->elf().bytes(*section);
  if (bytes.size() < end - section->addr) return {};
  return bytes.subspan(begin - section->addr, end - begin);
}

}  // namespace unoops::inspect
