// Relocates the debug sections of a module, only where somebody is about to read. libdwfl relocates all of them before
// its first answer: 6 million entries for amdgpu.ko, of which ten frames need some 100,000.
#pragma once

#include <map>
#include <vector>

#include "base/rooms.hpp"
#include "debuginfo/elf_file.hpp"
#include "debuginfo/relocation.hpp"

namespace unoops::arch {
struct RelocationRule;
}

namespace unoops::debuginfo {

class Relocator {
 public:
  explicit Relocator(ElfFile& file);

  // Makes [begin, end) of the section readable. False: a relocation of a kind that we do not know (the section's debug
  // data can't be trusted). Costs nothing in a linked file, or a second time.
  bool apply(const ElfSection&, std::uint64_t begin, std::uint64_t end);
  bool apply(const ElfSection& section) { return apply(section, 0, UINT64_MAX); }

  // What the relocations of [begin, end) of a section mean, in order.
  std::vector<Relocation> list(const ElfSection&, std::uint64_t begin, std::uint64_t end);

 private:
  // A row of a relocation section.
  struct Row {
    std::uint64_t offset;
    std::uint32_t type, symbol;
    std::int64_t addend;
    bool has_addend;
  };
  using Ranges = std::map<std::uint64_t, std::uint64_t>;  // begin → end, disjoint
  // A relocation section: an array of Elf64_Rela, Elf64_Rel, Elf32_Rela or Elf32_Rel.
  struct Table {
    Bytes rows;
    bool addends = false, sorted = false;
  };
  struct Target {                       // of relocations, by section index
    std::vector<std::size_t> sections;  // the relocation sections
    std::vector<Table> tables;          // read when they are first asked for
    bool read = false;
    Ranges done;
  };
  template <class Visit>
  void each(const Table&, std::uint64_t begin, std::uint64_t end, Visit) const;
  template <class Raw>
  Row read(const Raw&) const;
  const std::vector<Table>& tables(Target&);
  bool apply_one(const Row&, std::span<std::uint8_t> target) const;
  const RelocationRule* rule_for(std::uint32_t type) const;
  Relocation meaning(const Row&) const;
  template <class Use>
  auto with_symbol(std::uint32_t index, Use) const;

  ElfFile& file_;
  std::vector<Target> targets_;
  Bytes symbols_;  // of .symtab, in this machine's byte order
  Bytes strings_;  // its names
};

}  // namespace unoops::debuginfo
