// The symbols of executable sections by name and by address, with the sizes that kallsyms prints.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "base/rooms.hpp"
#include "debuginfo/elf_file.hpp"

namespace unoops::debuginfo {

struct Symbol {
  std::string_view name;
  std::uint64_t address = 0;  // in a module: where ElfFile placed it
  std::uint64_t size = 0;     // as kallsyms prints it: the distance to the next symbol that it keeps
  std::uint64_t st_size = 0;
  bool ends_section = false;  // nothing follows in its section: the loader decides what does
  bool function = false;      // STT_FUNC
};

class SymbolIndex {
 public:
  explicit SymbolIndex(ElfFile& file);

  std::vector<Symbol> find(std::string_view name) const;               // all of that name, in the file's order
  std::optional<Symbol> covering(std::uint64_t address) const;         // as kallsyms would name it
  std::vector<std::string_view> aliases(std::uint64_t address) const;  // all names at exactly that address

  // Visits all text symbols in the order of their addresses.
  template <class Visit>
  void each(Visit visit) const {
    for (const std::uint32_t i : by_address_) visit(make(i));
  }

 private:
  struct Entry {
    std::uint64_t address;
    std::uint64_t st_size;
    const char* name;
    std::uint32_t section;
    std::uint32_t rank;  // position in by_address_
    bool function;
  };
  template <class Sym>
  void read(const Sym* symbols, std::size_t count, Bytes strings);
  void sort_by_address();
  void hash_names();
  Symbol make(std::uint32_t entry) const;

  ElfFile& file_;
  std::vector<Entry> entries_;
  std::vector<std::uint32_t> by_address_;
  std::vector<std::uint32_t> slots_;  // open addressing: entry + 1, 0 free
};

// Whether kallsyms leaves the symbol out (scripts/mksysmap, scripts/kallsyms.c, kernel/module/kallsyms.c).
bool kallsyms_ignores(std::string_view name, bool module);

}  // namespace unoops::debuginfo
