#include "symbols/elf_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <gelf.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

#include "symbols/decompress.hpp"

#ifndef ELFCOMPRESS_ZSTD
#define ELFCOMPRESS_ZSTD 2
#endif

namespace unoops::symbols {

namespace {

constexpr std::uint64_t page = 4096;

// Placed sections start here, so that an address that nobody relocated is not taken for one of theirs.
constexpr std::uint64_t first_address = 0x100000;

std::uint64_t align_up(std::uint64_t at, std::uint64_t alignment) {
  return alignment > 1 ? (at + alignment - 1) / alignment * alignment : at;
}

// kernel/module/main.c: module_init_layout_section() (v6.1: names that start with ".init").
bool is_init_section(std::string_view name) { return name.starts_with(".init"); }

struct FileMap {
  void* data = MAP_FAILED;
  std::size_t size = 0;
  explicit FileMap(int fd) {
    struct stat st {};
    if (fstat(fd, &st) != 0 || st.st_size <= 0) return;
    size = static_cast<std::size_t>(st.st_size);
    data = mmap(nullptr, size, PROT_READ, MAP_PRIVATE, fd, 0);
  }
  ~FileMap() {
    if (data != MAP_FAILED) munmap(data, size);
  }
  FileMap(const FileMap&) = delete;
  FileMap& operator=(const FileMap&) = delete;
  Bytes bytes() const { return data == MAP_FAILED ? Bytes{} : Bytes{static_cast<const std::uint8_t*>(data), size}; }
};

Error cannot(const std::string& path, std::string_view why) { return Error{fmt::format("{}: {}", path, why)}; }

// e_type of a file by its first bytes: decides how it is mapped before libelf sees it.
bool says_relocatable(std::span<const std::uint8_t> head) {
  if (head.size() < 18) return false;
  const bool big = head[EI_DATA] == ELFDATA2MSB;
  return (big ? head[16] << 8 | head[17] : head[17] << 8 | head[16]) == ET_REL;
}

}  // namespace

ElfFile::~ElfFile() {
  if (elf_) elf_end(elf_);
  if (fd_ >= 0) close(fd_);
}

Expected<std::unique_ptr<ElfFile>> ElfFile::open(const std::string& path) {
  elf_version(EV_CURRENT);
  std::unique_ptr<ElfFile> file(new ElfFile);
  file->path_ = path;
  file->fd_ = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file->fd_ < 0) return tl::unexpected(cannot(path, std::strerror(errno)));
  std::array<std::uint8_t, 64> head{};
  const ssize_t got = pread(file->fd_, head.data(), head.size(), 0);
  if (got < 0) return tl::unexpected(cannot(path, std::strerror(errno)));
  const Packing packing = packing_of(head);
  if (packing != Packing::none) {
    auto image = unpack(packing, FileMap(file->fd_).bytes());
    if (!image) return tl::unexpected(cannot(path, "damaged compressed file; unpack it by hand to see more"));
    file->image_ = std::move(*image);
    file->elf_ = elf_memory(reinterpret_cast<char*>(file->image_.data()), file->image_.size());
  } else {
    // A module is patched in memory (relocation): a private, writable map. Anything else is only read.
    const bool patched = says_relocatable(head);
    file->elf_ = elf_begin(file->fd_, patched ? ELF_C_READ_MMAP_PRIVATE : ELF_C_READ_MMAP, nullptr);
  }
  if (!file->elf_ || elf_kind(file->elf_) != ELF_K_ELF || !file->read_headers())
    return tl::unexpected(cannot(path, "not an ELF file (a bzImage or vmlinuz has no symbols; vmlinux is wanted)"));
  return file;
}

bool ElfFile::read_headers() {
  GElf_Ehdr header{};
  std::size_t names = 0, count = 0;
  if (!gelf_getehdr(elf_, &header) || elf_getshdrstrndx(elf_, &names) != 0 || elf_getshdrnum(elf_, &count) != 0)
    return false;
  machine_ = header.e_machine;
  relocatable_ = header.e_type == ET_REL;
  is_64_ = header.e_ident[EI_CLASS] == ELFCLASS64;
  big_endian_ = header.e_ident[EI_DATA] == ELFDATA2MSB;
  sections_.resize(count);
  for (std::size_t i = 0; i < count; ++i) {
    GElf_Shdr s{};
    Elf_Scn* scn = elf_getscn(elf_, i);
    if (!scn || !gelf_getshdr(scn, &s)) return false;
    const char* name = elf_strptr(elf_, names, s.sh_name);
    sections_[i] = {name ? name : "", i,         s.sh_type, s.sh_link,      s.sh_info,
                    s.sh_flags,       s.sh_addr, s.sh_size, s.sh_addralign, s.sh_entsize};
  }
  inflated_.resize(count);
  if (relocatable_) place_sections();
  return true;
}

// kernel/module/main.c: layout_sections(): the code of the core, its data, then the code of the init part, its data.
void ElfFile::place_sections() {
  for (Section& s : sections_) s.addr = 0;
  std::uint64_t at = core_text_end_ = align_up(place(first_address, false, true), page);
  at = place(at, false, false);
  init_text_begin_ = at = align_up(at, page);
  at = init_text_end_ = align_up(place(at, true, true), page);
  place(at, true, false);
}

std::uint64_t ElfFile::place(std::uint64_t at, bool init, bool text) {
  for (Section& s : sections_) {
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

const Section* ElfFile::section(std::string_view name) const {
  for (const Section& s : sections_)
    if (s.name == name) return &s;
  return nullptr;
}

const Section* ElfFile::section_at(std::uint64_t address) const {
  for (const Section& s : sections_)
    if (s.allocated() && s.contains(address) && (s.flags & SHF_TLS) == 0) return &s;
  return nullptr;
}

std::span<std::uint8_t> ElfFile::writable(const Section& section) {
  if (section.type == SHT_NOBITS || section.size == 0) return {};
  std::vector<std::uint8_t>& inflated = inflated_[section.index];
  if (!inflated.empty()) return inflated;
  Elf_Scn* scn = elf_getscn(elf_, section.index);
  Elf_Data* raw = scn ? elf_rawdata(scn, nullptr) : nullptr;
  if (!raw || !raw->d_buf) return {};
  const std::span<std::uint8_t> bytes{static_cast<std::uint8_t*>(raw->d_buf), raw->d_size};
  if ((section.flags & SHF_COMPRESSED) == 0) return bytes;
  GElf_Chdr header{};
  if (!gelf_getchdr(scn, &header)) return {};
  const std::size_t skip = is_64_ ? sizeof(Elf64_Chdr) : sizeof(Elf32_Chdr);
  if (bytes.size() < skip) return {};
  const Packing packing = header.ch_type == ELFCOMPRESS_ZSTD ? Packing::zstd : Packing::zlib;
  if (auto data = unpack(packing, bytes.subspan(skip), header.ch_size)) inflated = std::move(*data);
  return inflated;
}

Bytes ElfFile::bytes(const Section& section) { return writable(section); }

bool ElfFile::has_debug_info() const {
  for (const Section& s : sections_)
    if (s.type != SHT_NOBITS && (s.name == ".debug_info" || s.name == ".zdebug_info")) return s.size > 0;
  return false;
}

const std::string& ElfFile::build_id() {
  if (build_id_read_) return build_id_;
  build_id_read_ = true;
  for (const Section& s : sections_) {
    if (s.type != SHT_NOTE) continue;
    Elf_Scn* scn = elf_getscn(elf_, s.index);
    Elf_Data* data = scn ? elf_getdata(scn, nullptr) : nullptr;
    if (!data || !data->d_buf) continue;
    GElf_Nhdr note{};
    std::size_t name = 0, desc = 0, at = 0;
    const auto* bytes = static_cast<const std::uint8_t*>(data->d_buf);
    while ((at = gelf_getnote(data, at, &note, &name, &desc)) != 0) {
      if (note.n_type != NT_GNU_BUILD_ID || note.n_namesz != 4 || std::memcmp(bytes + name, "GNU", 4) != 0) continue;
      for (std::size_t i = 0; i < note.n_descsz; ++i) build_id_ += fmt::format("{:02x}", bytes[desc + i]);
      return build_id_;
    }
  }
  return build_id_;
}

}  // namespace unoops::symbols
