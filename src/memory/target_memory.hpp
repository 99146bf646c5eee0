// A kernel's memory by virtual address, walked through its own page tables.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "base/bytes.hpp"
#include "base/rooms.hpp"
#include "memory/core_file.hpp"

namespace unoops::memory {

class TargetMemory {
 public:
  explicit TargetMemory(CoreFile&);

  // All of `out`, or the answer for the first byte that is not there.
  Got read(std::uint64_t address, std::span<std::byte> out);
  // `got` says why there is none.
  std::optional<std::uint64_t> physical(std::uint64_t address, Got* got = nullptr);
  // Of a program's memory, whose top table lies at a physical address: all of `out`, which must not cross a page,
  // or why not.
  Got read_of_program(std::uint64_t top_table, std::uint64_t address, std::span<std::byte> out);
  // A number of the kernel's, up to eight bytes.
  std::optional<std::uint64_t> number(std::uint64_t address, unsigned bytes = 8);

  // Something that was asked for should have been there: the file is cut, or its data is wrong.
  bool met_damage() const { return met_damage_; }

  const CoreFile& core() const { return core_; }
  const VmcoreInfo& info() const { return core_.info; }

 private:
  // What is read of one page at once: a ring's records are small, and lie side by side.
  struct Window {
    std::uint64_t begin = 1;  // no page begins there
    Got got = Got::outside;
    std::vector<std::byte> bytes;
  };
  Window& window_at(std::uint64_t address);
  std::optional<std::uint64_t> of_image(std::uint64_t address) const;
  std::optional<std::uint64_t> walk(std::optional<std::uint64_t> top_table, std::uint64_t address, Got& got);

  CoreFile& core_;
  const arch::PageTables& tables_;
  unsigned page_shift_ = 12, levels_ = 0;
  std::uint64_t top_mask_ = 0, cipher_ = 0;
  std::optional<std::uint64_t> image_offset_, root_;
  std::array<Window, 64> windows_;
  bool met_damage_ = false;
};

}  // namespace unoops::memory
