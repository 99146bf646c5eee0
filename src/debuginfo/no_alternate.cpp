#include "debuginfo/no_alternate.hpp"

#include <elf.h>

#include <bit>
#include <cstddef>
#include <cstring>
#include <string_view>

namespace unoops::debuginfo {
namespace {

constexpr std::string_view names("\0.shstrtab\0.debug_line\0", 23);
constexpr std::size_t names_at = sizeof(Elf64_Ehdr), lines_at = names_at + 24, line_bytes = 8,
                      sections_at = lines_at + line_bytes, sections = 3;

Elf64_Shdr section(Elf64_Word name, Elf64_Word type, std::size_t at, std::size_t size) {
  Elf64_Shdr out{};
  out.sh_name = name;
  out.sh_type = type;
  out.sh_offset = at;
  out.sh_size = size;
  out.sh_addralign = 1;
  return out;
}

Elf64_Ehdr header() {
  Elf64_Ehdr out{};
  std::memcpy(out.e_ident, ELFMAG, SELFMAG);
  out.e_ident[EI_CLASS] = ELFCLASS64;
  out.e_ident[EI_DATA] = std::endian::native == std::endian::little ? ELFDATA2LSB : ELFDATA2MSB;
  out.e_ident[EI_VERSION] = EV_CURRENT;
  out.e_type = ET_DYN;
  out.e_machine = EM_X86_64;
  out.e_version = EV_CURRENT;
  out.e_shoff = sections_at;
  out.e_ehsize = sizeof(Elf64_Ehdr);
  out.e_shentsize = sizeof(Elf64_Shdr);
  out.e_shnum = sections;
  out.e_shstrndx = 1;
  return out;
}

}  // namespace

NoAlternate::NoAlternate() {
  static_assert(sections_at + sections * sizeof(Elf64_Shdr) <= sizeof file_);
  const auto head = header();
  const Elf64_Shdr table[sections] = {
      {}, section(1, SHT_STRTAB, names_at, names.size()), section(11, SHT_PROGBITS, lines_at, line_bytes)};
  std::memcpy(file_.data(), &head, sizeof head);
  std::memcpy(file_.data() + names_at, names.data(), names.size());
  std::memcpy(file_.data() + sections_at, table, sizeof table);
  elf_version(EV_CURRENT);
  elf_ = elf_memory(file_.data(), file_.size());
  if (elf_) dwarf_ = dwarf_begin_elf(elf_, DWARF_C_READ, nullptr);
}

NoAlternate::~NoAlternate() {
  if (dwarf_) dwarf_end(dwarf_);
  if (elf_) elf_end(elf_);
}

}  // namespace unoops::debuginfo
