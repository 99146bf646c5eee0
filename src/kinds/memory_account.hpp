// What Mem-Info says of the machine's memory: who has it, and what is free (v6.1 mm/page_alloc.c show_free_areas,
// lib/show_mem.c).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/rooms.hpp"
#include "kinds/rule.hpp"

namespace unoops::kinds {

// Counts of pages; nullopt: not told.
struct MemoryAccount {
  std::uint64_t page_kb = 4;
  std::optional<std::uint64_t> usable, free, slab, shmem;
  std::uint64_t accounted = 0;  // by any account, the free pages too
};
// nullopt: the size of a page, or the memory, is not known.
std::optional<MemoryAccount> memory_account(const Report&);

// "469 MB", "8 GiB" where it is even, of a number of kB
std::string size_words(std::uint64_t kilobytes);

// A zone's free blocks: "Node 0 DMA32: 1*4kB (M) 0*8kB 1*16kB (M) ... 0*4096kB = 700kB".
struct FreeZone {
  std::string name;  // "Node 0 DMA32"
  std::uint64_t free_kb = 0, largest_kb = 0;
  std::uint64_t ordinary_kb = 0;  // the largest that is not all CMA's, isolated, or kept for atomic allocations
  std::uint64_t page_kb = 0;      // the smallest size of the row
};
std::vector<FreeZone> free_zones(const Report&);

// "Node 0 DMA32 free:700kB boost:0kB min:1684kB low:2104kB": how much of its free memory a zone keeps back.
struct ZoneReserve {
  std::string name;
  std::uint64_t free_kb = 0, min_kb = 0;
};
std::vector<ZoneReserve> zone_reserves(const Report&);

// By the rows of free blocks, else the architecture's; 0: not known.
std::uint64_t page_kb(const Report&);

// Says how much there is, what is free, and what dominates: slab, shared memory, what is nobody's account.
void tell_memory(const Report&, Explanation&, std::string_view id);

}  // namespace unoops::kinds
