#include "debuginfo/elf_file.hpp"

#include <fmt/format.h>
#include <gelf.h>
#include <zlib.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "arch/arch.hpp"
#include "base/decompress.hpp"
#include "debuginfo/byte_reader.hpp"
#include "debuginfo/file_map.hpp"
#include "debuginfo/sections_file.hpp"

#ifndef ELFCOMPRESS_ZSTD
#define ELFCOMPRESS_ZSTD 2
#endif

namespace unoops::debuginfo {

namespace {

constexpr std::uint64_t page = 4096;

// Placed sections start here, so that an address that nobody relocated is not taken for one of theirs.
constexpr std::uint64_t first_address = 0x100000;

// The kernel knows 20 bytes (BUILD_ID_SIZE_MAX), ld --build-id=0x... any number.
constexpr std::size_t longest_build_id = 64;

std::uint64_t align_up(std::uint64_t at, std::uint64_t alignment) {
  return alignment > 1 ? (at + alignment - 1) / alignment * alignment : at;
}

// kernel/module/main.c: module_init_layout_section() (v6.1: names that start with ".init").
bool is_init_section(std::string_view name) { return name.starts_with(".init"); }

std::string_view as_text(Bytes bytes) { return {reinterpret_cast<const char*>(bytes.data()), bytes.size()}; }

// Names may lie in one another, each as long as the whole table.
std::string_view bounded(const char* name) {
  constexpr std::size_t longest_name = 4096;
  const std::size_t length = name ? strnlen(name, longest_name) : 0;
  return {name, length < longest_name ? length : 0};
}

Error cannot(const std::string& path, std::string_view why) { return Error{fmt::format("{}: {}", path, why)}; }

}  // namespace

ElfFile::ElfFile() = default;

ElfFile::~ElfFile() {
  if (elf_) elf_end(elf_);
}

Expected<std::unique_ptr<ElfFile>> ElfFile::open(const std::string& path, std::shared_ptr<Budget> budget) {
  elf_version(EV_CURRENT);
  std::unique_ptr<ElfFile> file(new ElfFile);
  file->path_ = path;
  file->roots_ = std::make_shared<SymbolRoots>(std::vector<std::string>{directory_of(path)});
  file->budget_ = budget ? std::move(budget) : std::make_shared<Budget>();
  file->map_ = std::make_unique<FileMap>();
  if (!file->map_->open(path))
    return tl::unexpected(cannot(path, errno == EINVAL ? "not a regular file" : std::strerror(errno)));
  std::span<std::uint8_t> image = file->map_->bytes();
  file->budget_->grow(image.size());
  if (const Packing packing = packing_of(as_text(image)); packing != Packing::none) {
    auto unpacked = unpack(packing, image);
    if (!unpacked)
      return tl::unexpected(
          cannot(path, "damaged compressed file, or one that unpacks to far more than its size allows"));
    file->unpacked_ = std::move(*unpacked);
    file->map_.reset();
    image = file->unpacked_;
    file->budget_->grow(image.size());
  }
  if (!image.empty()) file->elf_ = elf_memory(reinterpret_cast<char*>(image.data()), image.size());
  if (!file->elf_ || elf_kind(file->elf_) != ELF_K_ELF || !file->read_headers(image.size()))
    return tl::unexpected(cannot(path, "not an ELF file (a bzImage or vmlinuz has no symbols; vmlinux is wanted)"));
  return file;
}

std::string ElfFile::refusal() {
  if (map_ && map_->changed()) budget_->refuse("it was changed while it was in use");
  return budget_->why();
}

bool ElfFile::read_headers(std::size_t file_bytes) {
  GElf_Ehdr header{};
  std::size_t names = 0, count = 0;
  if (!gelf_getehdr(elf_, &header) || elf_getshdrstrndx(elf_, &names) != 0 || elf_getshdrnum(elf_, &count) != 0)
    return false;
  if (count > file_bytes / sizeof(Elf32_Shdr)) return false;
  machine_ = header.e_machine;
  arch_ = row_of_machine(machine_);
  relocatable_ = header.e_type == ET_REL;
  is_64_ = header.e_ident[EI_CLASS] == ELFCLASS64;
  big_endian_ = header.e_ident[EI_DATA] == ELFDATA2MSB;
  sections_.resize(count);
  for (std::size_t i = 0; i < count; ++i) {
    GElf_Shdr s{};
    Elf_Scn* scn = elf_getscn(elf_, i);
    if (!scn || !gelf_getshdr(scn, &s)) return false;
    const char* name = elf_strptr(elf_, names, s.sh_name);
    sections_[i] = {bounded(name), i,         s.sh_type, s.sh_link,      s.sh_info,
                    s.sh_flags,    s.sh_addr, s.sh_size, s.sh_addralign, s.sh_entsize};
  }
  inflated_.resize(count);
  if (relocatable_) place_sections();
  return true;
}

// kernel/module/main.c: layout_sections(): the code of the core, its data, then the code of the init part, its data.
void ElfFile::place_sections() {
  for (ElfSection& s : sections_) s.addr = 0;
  std::uint64_t at = core_text_end_ = align_up(place(first_address, false, true), page);
  at = place(at, false, false);
  init_text_begin_ = at = align_up(at, page);
  at = init_text_end_ = align_up(place(at, true, true), page);
  place(at, true, false);
}

std::uint64_t ElfFile::place(std::uint64_t at, bool init, bool text) {
  for (ElfSection& s : sections_) {
    if (!s.allocated() || s.executable() != text || is_init_section(s.name) != init) continue;
    at = align_up(at, s.align);
    s.addr = at;
    at += s.size;
  }
  return at;
}

std::uint64_t ElfFile::text_end(std::uint64_t address) const {
  if (!relocatable_) return 0;
  return address >= init_text_begin_ ? init_text_end_ : core_text_end_;
}

const ElfSection* ElfFile::section(std::string_view name) const {
  for (const ElfSection& s : sections_)
    if (s.name == name) return &s;
  return nullptr;
}

const ElfSection* ElfFile::section_at(std::uint64_t address) const {
  for (const ElfSection& s : sections_)
    if (s.allocated() && s.contains(address) && (s.flags & SHF_TLS) == 0) return &s;
  return nullptr;
}

// SHF_COMPRESSED (the gABI), or ".zdebug_..." as GNU tools wrote it before: "ZLIB", the size in 8 bytes, zlib data.
std::optional<std::vector<std::uint8_t>> ElfFile::inflate(const ElfSection& section, Bytes bytes) const {
  Packing packing = Packing::zlib;
  std::uint64_t size = 0;
  if (section.name.starts_with(".zdebug")) {
    ByteReader in(bytes, true, 4);
    size = in.u64();
    if (in.failed()) return std::nullopt;
    bytes = bytes.subspan(12);
  } else {
    GElf_Chdr header{};
    const std::size_t skip = is_64_ ? sizeof(Elf64_Chdr) : sizeof(Elf32_Chdr);
    if (bytes.size() < skip || !gelf_getchdr(elf_getscn(elf_, section.index), &header)) return std::nullopt;
    if (header.ch_type != ELFCOMPRESS_ZLIB && header.ch_type != ELFCOMPRESS_ZSTD) return std::nullopt;
    packing = header.ch_type == ELFCOMPRESS_ZSTD ? Packing::zstd : Packing::zlib;
    size = header.ch_size;
    bytes = bytes.subspan(skip);
  }
  auto out = unpack(packing, bytes, size, budget_->memory_left() / 2);
  if (!out || out->size() != size || !budget_->keep(out->size())) return std::nullopt;
  return out;
}

std::span<std::uint8_t> ElfFile::writable(const ElfSection& section) {
  if (section.type == SHT_NOBITS || section.size == 0) return {};
  std::optional<std::vector<std::uint8_t>>& inflated = inflated_[section.index];
  if (inflated) return *inflated;
  Elf_Scn* scn = elf_getscn(elf_, section.index);
  Elf_Data* raw = scn ? elf_rawdata(scn, nullptr) : nullptr;
  if (!raw || !raw->d_buf) return {};
  const std::span<std::uint8_t> bytes{static_cast<std::uint8_t*>(raw->d_buf), raw->d_size};
  const bool old =
      section.name.starts_with(".zdebug") && bytes.size() > 12 && std::memcmp(bytes.data(), "ZLIB", 4) == 0;
  if ((section.flags & SHF_COMPRESSED) == 0 && !old) return bytes;
  inflated = inflate(section, bytes);
  if (!inflated) {
    budget_->refuse(fmt::format("its section {} is damaged, or unpacks to more than its size allows", section.name));
    inflated.emplace();
  }
  return *inflated;
}

// libdw 0.188 knows zlib only, and would see its own copy of the bytes, not the one that is relocated: the section is
// made to look as if it had never been compressed. One that can't be inflated is no file for libdw, which would trust the size
// that it claims.
bool ElfFile::show_inflated() {
  for (const ElfSection& section : sections_) {
    if (section.name.starts_with(".zdebug")) writable(section);
    if ((section.flags & SHF_COMPRESSED) == 0 || section.name.find("debug") == section.name.npos) continue;
    const std::span<std::uint8_t> bytes = writable(section);
    Elf_Scn* scn = elf_getscn(elf_, section.index);
    if (!bytes.empty()) show_bytes(scn, bytes);
  }
  return !budget_->spent();
}

Bytes ElfFile::bytes(const ElfSection& section) {
  if (lender_ && section.type == SHT_NOBITS && section.allocated())
    if (const ElfSection* lent = lender_->section(section.name)) return lender_->bytes(*lent);
  return writable(section);
}

bool ElfFile::code_is_reversed() const {
  return arch_ && arch_->either_endian && arch_->info.big_endian != big_endian_;
}

Bytes ElfFile::code(const ElfSection& section) {
  const Bytes all = bytes(section);
  if (!code_is_reversed() || all.empty()) return all;
  auto& words = reversed_[section.index];
  if (words.empty() && budget_->keep(all.size())) {
    words.assign(all.begin(), all.end());
    for (auto at = words.begin(); words.end() - at >= 4; at += 4) std::reverse(at, at + 4);
  }
  return words;
}

bool ElfFile::lacks_code() const {
  const ElfSection* text = section(".text");
  return text && text->type == SHT_NOBITS && !lender_;
}

// By the build-id; in builds without one by the checksum that the stripped file has of the one with its debug information
// (GDB manual, "Debugging Information in Separate Files": behind the name, at the next multiple of four).
bool ElfFile::is_of(ElfFile& stripped) {
  if (!build_id().empty() || !stripped.build_id().empty()) return stripped.build_id() == build_id();
  const ElfSection* link = stripped.section(".gnu_debuglink");
  if (!link) return false;
  ByteReader in(stripped.bytes(*link), big_endian_);
  in.text();
  in.skip((4 - in.offset() % 4) % 4);
  const std::uint32_t checksum = in.u32();
  const Bytes whole = map_ ? map_->bytes() : Bytes(unpacked_);
  return !in.failed() && crc32_z(0, whole.data(), whole.size()) == checksum;
}

bool ElfFile::borrow(std::unique_ptr<ElfFile> stripped) {
  if (stripped->lacks_code() || !is_of(*stripped)) return false;
  for (const ElfSection& s : sections_) {
    if (!s.allocated()) continue;
    const ElfSection* lent = stripped->section(s.name);
    if (!lent || lent->addr != s.addr || lent->size != s.size) return false;
  }
  lender_ = std::move(stripped);
  return true;
}

// libelf hands out the file's own bytes where they are in the right order, wherever they stand.
Bytes ElfFile::converted(const ElfSection& section) {
  constexpr std::size_t word = 8;
  Elf_Scn* scn = elf_getscn(elf_, section.index);
  Elf_Data* data = scn ? elf_getdata(scn, nullptr) : nullptr;
  if (!data || !data->d_buf) return {};
  const Bytes bytes{static_cast<const std::uint8_t*>(data->d_buf), data->d_size};
  if (reinterpret_cast<std::uintptr_t>(bytes.data()) % word == 0) return bytes;
  std::vector<std::uint64_t>& words = aligned_[section.index];
  if (words.empty() && budget_->keep(bytes.size())) {
    words.resize(bytes.size() / word + 1);
    std::memcpy(words.data(), bytes.data(), bytes.size());
  }
  return {reinterpret_cast<const std::uint8_t*>(words.data()), words.empty() ? 0 : bytes.size()};
}

bool ElfFile::has_debug_info() const {
  for (const ElfSection& s : sections_)
    if (s.type != SHT_NOBITS && (s.name == ".debug_info" || s.name == ".zdebug_info")) return s.size > 0;
  return false;
}

const std::string& ElfFile::build_id() {
  if (build_id_read_) return build_id_;
  build_id_read_ = true;
  for (const ElfSection& s : sections_) {
    if (s.type != SHT_NOTE) continue;
    Elf_Scn* scn = elf_getscn(elf_, s.index);
    Elf_Data* data = scn ? elf_getdata(scn, nullptr) : nullptr;
    if (!data || !data->d_buf) continue;
    GElf_Nhdr note{};
    std::size_t name = 0, desc = 0, at = 0;
    const auto* bytes = static_cast<const std::uint8_t*>(data->d_buf);
    while ((at = gelf_getnote(data, at, &note, &name, &desc)) != 0) {
      if (note.n_type != NT_GNU_BUILD_ID || note.n_namesz != 4 || note.n_descsz > longest_build_id ||
          std::memcmp(bytes + name, "GNU", 4) != 0)
        continue;
      for (std::size_t i = 0; i < note.n_descsz; ++i) build_id_ += fmt::format("{:02x}", bytes[desc + i]);
      return build_id_;
    }
  }
  return build_id_;
}

}  // namespace unoops::debuginfo
