// A file's symbol table: its code by name and by address, with the sizes that kallsyms prints, and its data.
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
  std::uint64_t size = 0;     // of code as kallsyms prints it: the distance to the next symbol that it keeps
  std::uint64_t st_size = 0;
  bool ends_section = false;  // nothing follows in its section: the loader decides what does
  bool function = false;      // STT_FUNC
};

class SymbolIndex {
 public:
  explicit SymbolIndex(ElfFile& file);

  // Functions and labels.
  std::vector<Symbol> find(std::string_view name);               // all of that name, in the file's order
  std::optional<Symbol> covering(std::uint64_t address);         // as kallsyms would name it
  std::vector<std::string_view> aliases(std::uint64_t address);  // all names at exactly that address
  // Visits them in the order of their addresses.
  template <class Visit>
  void each(Visit visit) {
    read_code();
    for (const std::uint32_t i : by_address_) visit(make(i));
  }

  // Variables.
  std::optional<Symbol> global_object(std::string_view name) const;
  std::optional<Symbol> object_covering(std::uint64_t address);

 private:
  struct Entry {
    std::uint64_t address;
    std::uint64_t st_size;
    const char* text;
    std::uint32_t section;
    std::uint32_t rank;  // position in by_address_
    std::uint32_t next;  // of the same name: entry + 1, 0 none
    std::uint16_t length;
    bool function;
    std::string_view name() const { return {text, length}; }
  };
  using Rank = std::vector<std::uint32_t>::const_iterator;  // into by_address_
  template <class Visit>
  void each_row(std::size_t first, Visit) const;
  template <class Sym>
  std::optional<Symbol> object(const Sym&, const char* name, const ElfSection& home) const;
  void read_code();
  void sort_by_address();
  void hash_names();
  static std::uint8_t tag_of(std::uint64_t hash) { return static_cast<std::uint8_t>(hash >> 56); }
  std::size_t slot_of(std::string_view name, std::uint64_t hash, std::uint64_t& steps) const;
  Rank behind(Rank from, std::uint64_t address) const;
  Rank first_at(std::uint64_t address) const;
  Symbol make(std::uint32_t entry) const;

  ElfFile& file_;
  Bytes rows_, strings_;  // of .symtab, in this machine's byte order
  std::size_t first_global_ = 0;
  bool code_read_ = false, objects_read_ = false;
  std::vector<Symbol> objects_;  // by address
  std::vector<Entry> entries_;
  std::vector<std::uint32_t> by_address_;
  std::vector<std::uint32_t> slots_;  // open addressing: entry + 1, 0 free
  std::vector<std::uint8_t> tags_;    // of the names' hashes by slot, so that most names need not be compared
};

// Whether kallsyms leaves the symbol out (scripts/mksysmap, scripts/kallsyms.c, kernel/module/kallsyms.c).
bool kallsyms_ignores(std::string_view name, bool module);

}  // namespace unoops::debuginfo
