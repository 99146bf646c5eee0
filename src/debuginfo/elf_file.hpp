// One ELF file: plain or compressed (.gz, .xz, .zst), vmlinux or relocatable module. Nothing is read before it is asked
// for.
#pragma once

#include <elf.h>
#include <libelf.h>

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/rooms.hpp"
#include "debuginfo/budget.hpp"
#include "debuginfo/symbol_roots.hpp"
#include "unoops/error.hpp"

namespace unoops::arch {
struct Arch;
}

namespace unoops::debuginfo {

using Bytes = std::span<const std::uint8_t>;

// A section of the file. In a relocatable file `addr` is where we place it: as the module loader does, so that
// distances between symbols come out as kallsyms prints them.
struct ElfSection {
  std::string_view name;
  std::size_t index = 0;
  std::uint32_t type = 0, link = 0, info = 0;
  std::uint64_t flags = 0, addr = 0, size = 0, align = 0, entsize = 0;

  bool allocated() const { return (flags & SHF_ALLOC) != 0; }
  bool executable() const { return allocated() && (flags & SHF_EXECINSTR) != 0; }
  bool contains(std::uint64_t address) const { return address >= addr && address - addr < size; }
};

class ElfFile {
 public:
  // With the budget of the file that led to this one, if one did.
  static Expected<std::unique_ptr<ElfFile>> open(const std::string& path, std::shared_ptr<Budget> = nullptr);
  ~ElfFile();
  ElfFile(const ElfFile&) = delete;
  ElfFile& operator=(const ElfFile&) = delete;

  // Where the files that this one names may be: the usual places, its own directory, and what the user named besides.
  void trust(std::shared_ptr<const SymbolRoots> roots) { roots_ = std::move(roots); }
  const std::shared_ptr<const SymbolRoots>& roots() const { return roots_; }

  const std::string& path() const { return path_; }
  Elf* elf() const { return elf_; }
  std::uint16_t machine() const { return machine_; }
  const Arch* arch() const { return arch_; }  // null: a machine without a row
  bool relocatable() const { return relocatable_; }
  bool is_64() const { return is_64_; }
  bool big_endian() const { return big_endian_; }

  const std::vector<ElfSection>& sections() const { return sections_; }
  const ElfSection* section(std::string_view name) const;
  const ElfSection* section_at(std::uint64_t address) const;  // the allocated one that holds it

  // What is read of the file is counted; where a bound is passed, the file and what was made of it must not be used.
  Budget& budget() { return *budget_; }
  const std::shared_ptr<Budget>& shared_budget() const { return budget_; }
  // Why the file must not be used (any more): a bound was passed, or somebody changed it. Empty: it may be used.
  std::string refusal();

  // The section's bytes, decompressed where they are compressed. Empty: none in this file (NOBITS), or damaged.
  Bytes bytes(const ElfSection&);
  // The same of code: each word in the byte order in which a log's code is kept, where that is another (Arch::either_endian).
  Bytes code(const ElfSection&);
  bool code_is_reversed() const;
  // A table (symbols, relocations) in this machine's byte order.
  Bytes converted(const ElfSection&);
  // The same as bytes(), to be patched by relocation: private to this process.
  std::span<std::uint8_t> writable(const ElfSection&);
  // Shows libdw the bytes that writable() gives, where a debug section is compressed. False: keep libdw away.
  bool show_inflated();

  // A separate debug file holds symbols and DWARF, and its code and data are NOBITS: the stripped file that it was
  // taken from lends them to bytes(). False: it is of another build.
  bool lacks_code() const;
  bool borrow(std::unique_ptr<ElfFile> stripped);
  ElfFile* lender() const { return lender_.get(); }

  const std::string& build_id();  // lower-case hex; empty: none
  bool has_debug_info() const;

  // Where the module loader ends the text that holds the address (page-aligned); 0 in a linked file.
  std::uint64_t text_end(std::uint64_t address) const;

 private:
  ElfFile();
  bool read_headers(std::size_t file_bytes);
  bool is_of(ElfFile& stripped);  // of one build
  std::optional<std::vector<std::uint8_t>> inflate(const ElfSection&, Bytes) const;
  void place_sections();
  std::uint64_t place(std::uint64_t at, bool init, bool text);

  std::string path_;
  std::shared_ptr<const SymbolRoots> roots_;
  std::shared_ptr<Budget> budget_;
  std::unique_ptr<ElfFile> lender_;
  std::unique_ptr<class FileMap> map_;
  std::vector<std::uint8_t> unpacked_;  // what was in a compressed file
  Elf* elf_ = nullptr;
  std::vector<ElfSection> sections_;
  std::vector<std::optional<std::vector<std::uint8_t>>> inflated_;  // by section index; empty: damaged
  std::map<std::size_t, std::vector<std::uint8_t>> reversed_;       // code, by section index
  std::map<std::size_t, std::vector<std::uint64_t>> aligned_;       // copies of tables that libelf gives at odd places
  std::uint16_t machine_ = 0;
  const Arch* arch_ = nullptr;
  bool relocatable_ = false, is_64_ = true, big_endian_ = false, build_id_read_ = false;
  std::uint64_t core_text_end_ = 0, init_text_begin_ = 0, init_text_end_ = 0;
  std::string build_id_;
};

}  // namespace unoops::debuginfo
