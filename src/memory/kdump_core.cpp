// kdump-compressed files (makedumpfile 1.7.2 diskdump_mod.h, IMPLEMENTATION; QEMU include/sysemu/dump.h): a header block,
// a sub header, two bitmaps (the machine's pages, the dumped ones), a descriptor for each dumped page, the pages.
#include <algorithm>
#include <array>
#include <bit>

#include "base/bytes.hpp"
#include "memory/containers.hpp"
#include "memory/page_data.hpp"

namespace unoops::memory {
namespace {

constexpr std::size_t header_bytes = 464, sub_header_bytes = 104, descriptor_bytes = 24;
constexpr std::uint64_t most_note_bytes = 16 << 20;
constexpr std::uint64_t smallest_block = 4096, largest_block = 65536;
// Of 64 TiB in pages of 4 KiB: what a file that claims more has is a hole.
constexpr std::uint64_t most_bitmap_bytes = std::uint64_t{2} << 30;
constexpr std::uint32_t incomplete_flag = 0x8;

struct Header {
  std::uint32_t version = 0, status = 0;
  std::string machine;
  std::uint64_t block = 0, sub_blocks = 0, bitmap_blocks = 0, max_pfn = 0;
};

struct SubHeader {
  std::uint64_t phys_base = 0, max_pfn = 0;
  std::uint32_t dump_level = 0, split = 0;
  std::uint64_t info_at = 0, info_size = 0, notes_at = 0, notes_size = 0;
};

// struct new_utsname has six fields of 65 bytes behind signature and version; the machine is the fifth.
Header header_in(std::span<const std::byte> bytes) {
  constexpr std::size_t utsname = 12, field = 65;
  const auto machine = text_of(bytes.subspan(utsname + 4 * field, field));
  return {.version = little32(bytes, 8),
          .status = little32(bytes, 424),
          .machine = std::string(machine.substr(0, machine.find('\0'))),
          .block = little32(bytes, 428),
          .sub_blocks = little32(bytes, 432),
          .bitmap_blocks = little32(bytes, 436),
          .max_pfn = little32(bytes, 440)};
}

// What each version of the header added stands behind what the one before had.
SubHeader sub_header_in(std::span<const std::byte> bytes, std::uint32_t version) {
  SubHeader out{.phys_base = little64(bytes, 0), .dump_level = little32(bytes, 8), .split = little32(bytes, 12)};
  out.info_at = little64(bytes, 32);
  out.info_size = little64(bytes, 40);
  if (version >= 4) out.notes_at = little64(bytes, 48);
  if (version >= 4) out.notes_size = little64(bytes, 56);
  if (version >= 6) out.max_pfn = little64(bytes, 96);
  return out;
}

// The bitmap of the dumped pages. It stays in the file: kept is the rank of every 4 KiB of it, as far as somebody asked.
class DumpedPages {
 public:
  DumpedPages(const Storage& file, std::uint64_t at, std::uint64_t bytes) : file_(file), at_(at), bytes_(bytes) {}

  enum class Is { dumped, absent, unreadable };
  // `rank`: how many pages before it were dumped.
  Is find(std::uint64_t pfn, std::uint64_t& rank) {
    const auto part = pfn / bits;
    if (!load(part)) return Is::unreadable;
    const auto bit = pfn % bits;
    if (!(word(bit / 64) >> bit % 64 & 1)) return Is::absent;
    rank = ranks_[part] + count(bit / 64) + std::popcount(word(bit / 64) & ((std::uint64_t{1} << bit % 64) - 1));
    return Is::dumped;
  }
  // The first from there on that was dumped.
  std::optional<std::uint64_t> next(std::uint64_t pfn) {
    for (; pfn / bits < (bytes_ + chunk - 1) / chunk; pfn = (pfn / bits + 1) * bits) {
      if (!load(pfn / bits)) return std::nullopt;
      for (auto bit = pfn % bits; bit < bits; bit = (bit / 64 + 1) * 64)
        if (const auto rest = word(bit / 64) >> bit % 64) return pfn / bits * bits + bit + std::countr_zero(rest);
    }
    return std::nullopt;
  }

 private:
  static constexpr std::uint64_t chunk = 4096, bits = chunk * 8;

  std::uint64_t word(std::size_t at) const { return little64(loaded_, at * 8); }
  std::uint64_t count(std::size_t words) const {
    std::uint64_t sum = 0;
    for (std::size_t i = 0; i < words; ++i) sum += static_cast<std::uint64_t>(std::popcount(word(i)));
    return sum;
  }
  bool load_alone(std::uint64_t part) {
    if (part == part_) return true;
    if (part * chunk >= bytes_) return false;
    part_ = part;
    loaded_.fill(std::byte{0});
    const auto there = std::span(loaded_).first(std::min(chunk, bytes_ - part * chunk));
    if (file_.read(at_ + part * chunk, there)) return true;
    part_ = none;
    return false;
  }
  bool load(std::uint64_t part) {
    while (ranks_.size() <= part) {
      if (!load_alone(ranks_.size() - 1)) return false;
      ranks_.push_back(ranks_.back() + count(chunk / 8));
    }
    return load_alone(part);
  }

  static constexpr auto none = ~std::uint64_t{0};
  const Storage& file_;
  const std::uint64_t at_, bytes_;
  std::vector<std::uint64_t> ranks_ = {0};  // dumped pages before each part
  std::array<std::byte, chunk> loaded_{};   // of the part that was asked for last
  std::uint64_t part_ = none;
};

class KdumpCore final : public CoreFile {
 public:
  KdumpCore(std::shared_ptr<const Storage> file, const Header& header)
      : CoreFile(std::move(file)),
        block_(header.block),
        max_pfn_(header.max_pfn),
        bitmap_((1 + header.sub_blocks) * header.block),
        half_(header.bitmap_blocks * header.block / 2),
        descriptors_(bitmap_ + 2 * half_),
        dumped_(*storage, bitmap_ + half_, half_) {}

  Got read(std::uint64_t physical, std::span<std::byte> out) override {
    while (!out.empty()) {
      const auto pfn = physical / block_, at = physical % block_;
      const Slot& page = load(pfn);
      if (page.got != Got::yes) return page.got;
      const auto part = out.first(std::min<std::uint64_t>(out.size(), block_ - at));
      std::copy_n(page.bytes.begin() + static_cast<std::ptrdiff_t>(at), part.size(), part.begin());
      physical += part.size();
      out = out.subspan(part.size());
    }
    return Got::yes;
  }
  std::optional<std::uint64_t> next_page(std::uint64_t physical) override {
    const auto pfn = dumped_.next(physical / block_);
    if (!pfn || *pfn >= max_pfn_) return std::nullopt;
    return std::max(physical, *pfn * block_);
  }
  // Of every page there is a descriptor at least.
  std::uint64_t present_bytes() const override { return storage->size() / descriptor_bytes * block_; }

 private:
  struct Slot {
    std::uint64_t pfn = ~std::uint64_t{0};
    Got got = Got::outside;
    std::vector<std::byte> bytes;
  };

  // A page walk goes through up to five pages again and again.
  Slot& load(std::uint64_t pfn) {
    Slot& slot = slots_[pfn % slots_.size()];
    if (slot.pfn == pfn) return slot;
    slot.pfn = pfn;
    slot.bytes.resize(block_);
    slot.got = unpack(pfn, slot.bytes);
    return slot;
  }

  Got unpack(std::uint64_t pfn, std::span<std::byte> page) {
    using Is = DumpedPages::Is;
    if (pfn >= max_pfn_) return Got::outside;
    std::uint64_t rank = 0;
    const auto is = dumped_.find(pfn, rank);
    if (is == Is::unreadable) return Got::damaged;
    if (is == Is::absent) return is_memory(pfn) ? Got::excluded : Got::outside;
    std::byte descriptor[descriptor_bytes];
    if (!storage->read(descriptors_ + rank * descriptor_bytes, descriptor)) return Got::damaged;
    const auto at = little64(descriptor, 0), size = little64(descriptor, 8) & 0xffffffff;
    if (size > 2 * block_) return Got::damaged;  // what does not get smaller is kept raw
    packed_.resize(size);
    if (!storage->read(at, packed_)) return Got::damaged;
    return unpack_page(little32(descriptor, 12), packed_, page) ? Got::yes : Got::damaged;
  }
  bool is_memory(std::uint64_t pfn) const {
    std::byte bits[1];
    return storage->read(bitmap_ + pfn / 8, bits) && (std::to_integer<unsigned>(bits[0]) >> pfn % 8 & 1) != 0;
  }

  const std::uint64_t block_, max_pfn_, bitmap_, half_, descriptors_;
  DumpedPages dumped_;
  std::array<Slot, 64> slots_;
  std::vector<std::byte> packed_;
};

std::string refused(const Header& header) {
  if (header.version < 3 || header.version > 6)
    return "a memory dump of diskdump's version " + std::to_string(header.version) +
           ", unoops reads 3 to 6: take the log out of it (makedumpfile --dump-dmesg DUMP LOG) and give that to unoops";
  const bool block =
      std::has_single_bit(header.block) && header.block >= smallest_block && header.block <= largest_block;
  const auto bitmap = header.bitmap_blocks * header.block;
  if (!block || header.sub_blocks == 0 || bitmap / 2 > most_bitmap_bytes)
    return "a kdump-compressed memory dump whose header is damaged: copy the file again";
  return {};
}

void take_notes(KdumpCore& core, const SubHeader& sub) {
  const auto read = [&](std::uint64_t at, std::uint64_t size) {
    std::vector<std::byte> bytes(at != 0 && size <= most_note_bytes ? size : 0);
    if (!core.storage->read(at, bytes)) bytes.clear();
    return bytes;
  };
  if (const auto text = read(sub.info_at, sub.info_size); !text.empty()) core.info = VmcoreInfo(text_of(text));
  if (const auto notes = read(sub.notes_at, sub.notes_size); !notes.empty()) read_notes(notes, core.notes);
}

Error cut_short() { return {"a kdump-compressed memory dump that ends before its headers do: copy the file again"}; }

}  // namespace

Expected<std::unique_ptr<CoreFile>> open_kdump(std::shared_ptr<const Storage> file) {
  std::byte bytes[header_bytes];
  if (!file->read(0, bytes)) return tl::unexpected(cut_short());
  auto header = header_in(bytes);
  if (auto words = refused(header); !words.empty()) return tl::unexpected(Error{std::move(words)});
  std::byte sub_bytes[sub_header_bytes];
  if (!file->read(header.block, sub_bytes)) return tl::unexpected(cut_short());
  const auto sub = sub_header_in(sub_bytes, header.version);
  if (sub.split != 0)
    return tl::unexpected(
        Error{"one piece of a memory dump that makedumpfile --split wrote: put them together (makedumpfile "
              "--reassemble PIECE... "
              "DUMP) and give unoops DUMP"});
  if (sub.max_pfn != 0) header.max_pfn = sub.max_pfn;
  header.max_pfn = std::min(header.max_pfn, header.bitmap_blocks * header.block / 2 * 8);
  auto core = std::make_unique<KdumpCore>(std::move(file), header);
  core->arch = arch_named(header.machine);
  core->machine = header.machine;
  core->phys_base = sub.phys_base;
  core->dump_level = sub.dump_level;
  core->packed = true;
  core->incomplete = (header.status & incomplete_flag) != 0;
  take_notes(*core, sub);
  // The pages lie behind it.
  if (core->info.empty() && sub.info_at != 0 && sub.info_at >= core->storage->size())
    return tl::unexpected(cut_short());
  return core;
}

}  // namespace unoops::memory
