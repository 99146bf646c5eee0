// All symbols that a reference may mean, with those that its size or offset rules out.
#include <algorithm>

#include "symbols/file_store.hpp"

namespace unoops::symbols {

SymbolMatch FileStore::match(const SymbolRef& ref, const Place& place) {
  SymbolMatch out;
  ElfFile& elf = place.file->elf();
  out.symbol = place.symbol.name;
  out.module = ref.module;
  out.address = place.address;
  out.offset = place.address - place.symbol.address;
  out.size = place.symbol.size;
  if (const ElfSection* section = elf.relocatable() ? elf.section_at(place.symbol.address) : nullptr) {
    out.section = section->name;
    out.address -= section->addr;
  }
  if (place.file->has_debug_info()) out.source = chain(place, address_to_look_up(ref, place));
  return out;
}

SymbolMatches FileStore::matches(const SymbolRef& ref) {
  SymbolMatches out;
  do out = match_all(ref);
  while (drop_refused());
  return out;
}

SymbolMatches FileStore::match_all(const SymbolRef& ref) {
  SymbolMatches out;
  const auto found = place(ref);
  if (!found) out.miss = found.error();
  std::vector<Symbol> fitting;
  if (found) fitting = candidates(*found);
  for (const Symbol& symbol : fitting)
    out.all.push_back(match(ref, {found->file, symbol, symbol.address + (found->address - found->symbol.address), {}}));
  DebugFile* file = ref.symbol.empty() ? nullptr : file_of(ref);
  if (!file) return out;
  constexpr std::size_t most = 256;  // copies of one name
  for (const Symbol& symbol : file->symbols().find(ref.symbol)) {
    if (out.all.size() == most) break;
    if (std::ranges::find(fitting, symbol.address, &Symbol::address) != fitting.end()) continue;
    SymbolMatch other;
    other.symbol = symbol.name;
    other.module = ref.module;
    other.offset = ref.offset.value_or(0);
    other.address = symbol.address + other.offset;
    other.size = symbol.size;
    other.fits = false;
    out.all.push_back(std::move(other));
  }
  return out;
}

}  // namespace unoops::symbols
