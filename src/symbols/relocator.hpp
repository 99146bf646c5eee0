// Relocates the debug sections of a module, only where somebody is about to read. libdwfl relocates all of them before
// its first answer: 6 million entries for amdgpu.ko, of which ten frames need some 100,000.
#pragma once

#include <map>
#include <vector>

#include "symbols/elf_file.hpp"

namespace unoops::symbols {

class Relocator {
 public:
  explicit Relocator(ElfFile& file);

  // Makes [begin, end) of the section readable. False: a relocation of a kind that we do not know (the section's debug
  // data can't be trusted). Costs nothing in a linked file, or a second time.
  bool apply(const Section&, std::uint64_t begin, std::uint64_t end);
  bool apply(const Section& section) { return apply(section, 0, UINT64_MAX); }

  std::size_t applied() const { return count_; }

  struct Relocation {
    std::uint64_t offset;
    std::uint32_t type, symbol;
    std::int64_t addend;
    bool has_addend;
  };
  // The relocations of [begin, end) of a section, in order, as they stand.
  std::vector<Relocation> list(const Section&, std::uint64_t begin, std::uint64_t end);

 private:
  using Ranges = std::map<std::uint64_t, std::uint64_t>;  // begin → end, disjoint
  struct Table;
  bool apply_table(const Table&, std::span<std::uint8_t> target, std::uint64_t begin, std::uint64_t end);
  bool apply_one(const Relocation&, std::span<std::uint8_t> target);
  std::uint64_t symbol_value(std::uint32_t index);
  std::vector<Table> tables(const Section& target);

  ElfFile& file_;
  std::vector<Ranges> done_;                         // by section index
  std::vector<std::vector<std::size_t>> tables_of_;  // by section index: its relocation sections
  Elf_Data* symbols_ = nullptr;
  std::size_t count_ = 0;
};

}  // namespace unoops::symbols
