// ELF cores: /proc/vmcore as it is, makedumpfile -E, QEMU's dump-guest-memory (dump/dump.c), virsh dump --memory-only.
#include <elf.h>

#include <algorithm>
#include <cstring>

#include "base/bytes.hpp"
#include "memory/containers.hpp"

namespace unoops::memory {
namespace {

// QEMU writes one header a mapping with paging=true: 65,766 for a guest of 256 MB. A header costs 32 bytes here.
constexpr std::uint64_t most_headers = 1 << 20;
// 8,192 CPUs have 3 MB of registers.
constexpr std::uint64_t most_note_bytes = 16 << 20;
constexpr std::uint64_t image_map = 0xffffffff80000000;  // asm/page_64_types.h __START_KERNEL_map

// Physical memory from `begin` on, and where its bytes are.
struct Range {
  std::uint64_t begin, end, at;
};

// QEMU's ranges overlap with paging=true: each keeps what those before it do not have.
void settle(std::vector<Range>& ranges) {
  std::ranges::sort(ranges, {}, &Range::begin);
  std::uint64_t covered = 0;
  std::erase_if(ranges, [&](Range& range) {
    const auto begin = std::max(range.begin, covered);
    range.at += begin - range.begin;
    range.begin = begin;
    covered = std::max(covered, range.end);
    return range.begin >= range.end;
  });
}

const Range* find(const std::vector<Range>& ranges, std::uint64_t physical) {
  const auto at = std::ranges::upper_bound(ranges, physical, {}, &Range::end);
  return at != ranges.end() && at->begin <= physical ? &*at : nullptr;
}

class ElfCore final : public CoreFile {
 public:
  using CoreFile::CoreFile;

  Got read(std::uint64_t physical, std::span<std::byte> out) override {
    while (!out.empty()) {
      const auto* range = find(there_, physical);
      if (!range) return find(memory_, physical) ? Got::excluded : Got::outside;
      const auto part = out.first(std::min<std::uint64_t>(out.size(), range->end - physical));
      if (!storage->read(range->at + (physical - range->begin), part)) return Got::damaged;
      physical += part.size();
      out = out.subspan(part.size());
    }
    return Got::yes;
  }
  std::optional<std::uint64_t> next_page(std::uint64_t physical) override {
    const auto at = std::ranges::upper_bound(there_, physical, {}, &Range::end);
    if (at == there_.end()) return std::nullopt;
    return std::max(physical, at->begin);
  }
  std::uint64_t present_bytes() const override {
    std::uint64_t bytes = 0;
    for (const auto& range : there_) bytes += range.end - range.begin;
    return std::min(bytes, storage->size());
  }

  void add(const Elf64_Phdr& header) {
    constexpr auto most = std::uint64_t{1} << 56;  // no machine has so much: sums of these do not overflow
    if (header.p_type == PT_NOTE) return add_notes(header);
    if (header.p_type != PT_LOAD || header.p_paddr > most || header.p_memsz > most || header.p_offset > most) return;
    const auto stored = std::min(header.p_filesz, most);
    there_.push_back({header.p_paddr, header.p_paddr + stored, header.p_offset});
    memory_.push_back({header.p_paddr, header.p_paddr + std::max(header.p_memsz, stored), 0});
    // Kernels before 4.10 tell their phys_base nowhere else.
    if (!phys_base && header.p_vaddr >= image_map && header.p_vaddr < image_map + (std::uint64_t{1} << 30))
      phys_base = header.p_paddr - (header.p_vaddr - image_map);
  }
  void settle_ranges() {
    settle(there_);
    settle(memory_);
  }

 private:
  void add_notes(const Elf64_Phdr& header) {
    if (header.p_filesz > most_note_bytes - note_bytes_) return;
    note_bytes_ += header.p_filesz;
    std::vector<std::byte> bytes(header.p_filesz);
    if (storage->read(header.p_offset, bytes)) read_notes(bytes, notes);
  }

  std::vector<Range> there_, memory_;  // in the file; of the machine
  std::uint64_t note_bytes_ = 0;
};

template <class T>
bool read_struct(const Storage& file, std::uint64_t at, T& out) {
  return file.read(at, std::as_writable_bytes(std::span(&out, 1)));
}

// PN_XNUM: the number stands in the first section's sh_info (elf(5)).
std::optional<std::uint64_t> number_of_headers(const Storage& file, const Elf64_Ehdr& header) {
  if (header.e_phnum != PN_XNUM) return header.e_phnum;
  Elf64_Shdr section{};
  if (!read_struct(file, header.e_shoff, section)) return std::nullopt;
  return section.sh_info;
}

std::string_view unread_kind(const Elf64_Ehdr& header) {
  if (header.e_ident[EI_CLASS] != ELFCLASS64 || header.e_ident[EI_DATA] != ELFDATA2LSB)
    return "a memory dump of a 32-bit or big-endian kernel: unoops reads those of x86-64 and arm64; take the log out "
           "of "
           "it (crash: \"log > LOG\") and give that to unoops";
  if (header.e_type != ET_CORE) return "an ELF file, no memory dump: vmlinux stands behind -k";
  return {};
}

// Notes of those that unoops does not read: v6.1 include/xen/interface/elfnote.h, fs/binfmt_elf.c fill_auxv_note.
std::string_view unread_notes(std::span<const Note> notes) {
  if (find_note(notes, "Xen"))
    return "a memory dump of a Xen host, whose memory unoops cannot walk: take the log out of it (crash: \"log > "
           "LOG\") "
           "and give that to unoops";
  const bool program = std::ranges::any_of(notes, [](const Note& n) { return n.name == "CORE" && n.type == NT_AUXV; });
  if (program) return "a program's core, not a kernel's: gdb reads it";
  return {};
}

// In parts, because of a million headers more than the ranges would not be worth their memory.
bool read_headers(const Storage& storage, std::uint64_t at, std::uint64_t count, ElfCore& core) {
  std::vector<Elf64_Phdr> part(std::min<std::uint64_t>(count, 4096));
  for (; count != 0; count -= part.size()) {
    part.resize(std::min<std::uint64_t>(count, part.size()));
    const auto bytes = std::as_writable_bytes(std::span(part));
    if (!storage.read(at, bytes)) return false;
    for (const auto& one : part) core.add(one);
    at += bytes.size();
  }
  core.settle_ranges();
  return true;
}

Error cut_short() { return {"an ELF memory dump that ends before its headers do: copy the file again"}; }

}  // namespace

Expected<std::unique_ptr<CoreFile>> open_elf(std::shared_ptr<const Storage> file) {
  const Storage& storage = *file;
  Elf64_Ehdr header{};
  if (!read_struct(storage, 0, header)) return tl::unexpected(cut_short());
  if (const auto words = unread_kind(header); !words.empty()) return tl::unexpected(Error{std::string(words)});
  const auto count = number_of_headers(storage, header);
  const auto size = storage.size();
  if (!count || header.e_phoff > size || *count > (size - header.e_phoff) / sizeof(Elf64_Phdr) ||
      header.e_phentsize != sizeof(Elf64_Phdr))
    return tl::unexpected(cut_short());
  if (*count > most_headers)
    return tl::unexpected(Error{"an ELF memory dump of too many program headers: dump without paging=true"});
  auto core = std::make_unique<ElfCore>(std::move(file));
  core->arch = arch::row_of_machine(header.e_machine);
  if (!read_headers(storage, header.e_phoff, *count, *core)) return tl::unexpected(cut_short());
  if (const auto words = unread_notes(core->notes); !words.empty()) return tl::unexpected(Error{std::string(words)});
  return core;
}

}  // namespace unoops::memory
