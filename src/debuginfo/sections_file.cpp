#include "debuginfo/sections_file.hpp"

#include <elf.h>
#include <gelf.h>

#include <array>
#include <cstring>
#include <string>

namespace unoops::debuginfo {
namespace {

// Writes numbers in the order of the file's machine.
class Writer {
 public:
  Writer(std::vector<char>& out, bool big) : out_(out), big_(big) {}

  void number(std::uint64_t value, unsigned bytes) {
    for (unsigned i = 0; i < bytes; ++i) out_.push_back(static_cast<char>(value >> 8 * (big_ ? bytes - 1 - i : i)));
  }

  // Elf64_Ehdr, and Elf64_Shdr (gABI, chapter 4), member by member.
  void header(std::uint64_t sections_at, std::uint64_t count, std::uint64_t names) {
    out_.insert(out_.end(), {ELFMAG0, ELFMAG1, ELFMAG2, ELFMAG3, ELFCLASS64,
                             static_cast<char>(big_ ? ELFDATA2MSB : ELFDATA2LSB), EV_CURRENT});
    out_.resize(EI_NIDENT);
    number(ET_DYN, 2);
    number(EM_NONE, 2);
    number(EV_CURRENT, 4);
    number(0, 8);
    number(0, 8);
    number(sections_at, 8);
    number(0, 4);
    for (const std::uint64_t half : {std::uint64_t{sizeof(Elf64_Ehdr)}, std::uint64_t{0}, std::uint64_t{0},
                                     std::uint64_t{sizeof(Elf64_Shdr)}, count, names})
      number(half, 2);
  }

  void section(std::uint64_t name, std::uint64_t type, std::uint64_t at, std::uint64_t size) {
    number(name, 4);
    number(type, 4);
    for (const std::uint64_t word : {std::uint64_t{0}, std::uint64_t{0}, at, size, std::uint64_t{0}}) number(word, 8);
    number(1, 8);
    number(0, 8);
  }

 private:
  std::vector<char>& out_;
  bool big_;
};

}  // namespace

bool show_bytes(Elf_Scn* scn, std::span<const std::uint8_t> bytes) {
  GElf_Shdr header{};
  Elf_Data* data = elf_getdata(scn, nullptr);
  Elf_Data* raw = elf_rawdata(scn, nullptr);  // what libdw reads from 0.189 on
  if (!data || !raw || !gelf_getshdr(scn, &header)) return false;
  header.sh_flags &= ~static_cast<GElf_Xword>(SHF_COMPRESSED);
  header.sh_size = bytes.size();
  if (!gelf_update_shdr(scn, &header)) return false;
  for (Elf_Data* shown : {data, raw}) {
    shown->d_buf = const_cast<std::uint8_t*>(bytes.data());
    shown->d_size = bytes.size();
    shown->d_type = ELF_T_BYTE;
  }
  return true;
}

std::vector<SectionsFile::Section> SectionsFile::nothing() {
  static constexpr std::array<std::uint8_t, 8> no_lines{};
  return {{".debug_line", no_lines}};
}

SectionsFile::SectionsFile(const std::vector<Section>& sections, bool big_endian) {
  constexpr std::string_view own_name = ".shstrtab";
  std::vector<const Section*> filled;
  for (const Section& s : sections)
    if (!s.bytes.empty()) filled.push_back(&s);
  std::string names(1, '\0');
  std::vector<std::uint64_t> name_at;
  for (const Section* s : filled) {
    name_at.push_back(names.size());
    names.append(s->name).push_back('\0');
  }
  name_at.push_back(names.size());
  names.append(own_name).push_back('\0');
  // Each section gets a byte in the file, and is shown its own bytes afterwards.
  const std::uint64_t names_at = sizeof(Elf64_Ehdr), bytes_at = names_at + names.size(),
                      table_at = (bytes_at + filled.size() + 7) / 8 * 8;
  Writer writer(image_, big_endian);
  writer.header(table_at, filled.size() + 2, filled.size() + 1);
  image_.insert(image_.end(), names.begin(), names.end());
  image_.resize(table_at);
  writer.section(0, SHT_NULL, 0, 0);
  for (std::size_t i = 0; i < filled.size(); ++i) writer.section(name_at[i], SHT_PROGBITS, bytes_at + i, 1);
  writer.section(name_at.back(), SHT_STRTAB, names_at, names.size());
  elf_version(EV_CURRENT);
  elf_ = elf_memory(image_.data(), image_.size());
  for (std::size_t i = 0; i < filled.size(); ++i) {
    Elf_Scn* scn = elf_ ? elf_getscn(elf_, i + 1) : nullptr;
    if (!scn || !show_bytes(scn, filled[i]->bytes)) return;
  }
  dwarf_ = dwarf_begin_elf(elf_, DWARF_C_READ, nullptr);
}

SectionsFile::~SectionsFile() {
  if (dwarf_) dwarf_end(dwarf_);
  if (elf_) elf_end(elf_);
}

}  // namespace unoops::debuginfo
