#include "kinds/memory_account.hpp"

#include <algorithm>
#include <array>

#include "base/text.hpp"
#include "grammar/scanner.hpp"

namespace unoops::kinds {
namespace {

// The words of Mem-Info's first lines, each of whose counts is somebody's (free_cma is a part of free, shmem and mapped
// of the lists).
constexpr auto accounts = std::to_array<std::string_view>(
    {"active_anon:", "inactive_anon:", "isolated_anon:", "active_file:", "inactive_file:", "isolated_file:",
     "unevictable:", "slab_reclaimable:", "slab_unreclaimable:", "pagetables:", "sec_pagetables:", "bounce:",
     "kernel_misc_reclaimable:", "free:", "free_pcp:"});

// The first such count; rows of nodes and zones, which count in kB, begin otherwise.
std::optional<std::uint64_t> count_of(const Report& r, std::string_view word) {
  for (const auto& message : r.messages) {
    const auto text = trim(message);
    if (text.starts_with("Node ") || text.find("kB") != std::string_view::npos) continue;
    for (auto at = text.find(word); at != std::string_view::npos; at = text.find(word, at + 1)) {
      if (at > 0 && text[at - 1] != ' ') continue;
      std::uint64_t count = 0;
      if (Scanner s(text.substr(at + word.size())); s.dec(count)) return count;
    }
  }
  return std::nullopt;
}

// "65406 pages RAM"
std::optional<std::uint64_t> count_before(const Report& r, std::string_view words) {
  for (const auto& message : r.messages) {
    std::uint64_t count = 0;
    if (Scanner s(trim(message)); s.dec(count) && trim(s.rest()) == words) return count;
  }
  return std::nullopt;
}

// "kernel_stack:2048kB" of the nodes, in kB
std::uint64_t sum_of_nodes(const Report& r, std::string_view word) {
  std::uint64_t sum = 0;
  for (const auto& message : r.messages) {
    Scanner s(trim(message));
    std::uint64_t count = 0;
    const bool row =
        message.find("kB") != std::string::npos;  // of a node, or of a zone (to v5.9, no "Node" without NUMA)
    if (row && s.skip_to(word) && s.dec(count)) sum += count;
  }
  return sum;
}

// "Node 0 hugepages_total=4 hugepages_free=4 hugepages_surp=0 hugepages_size=2048kB"
std::uint64_t huge_kb(const Report& r) {
  std::uint64_t sum = 0;
  for (const auto& message : r.messages) {
    Scanner s(trim(message));
    std::uint64_t count = 0, size = 0;
    if (s.skip_to("hugepages_total=") && s.dec(count) && s.skip_to("hugepages_size=") && s.dec(size))
      sum += count * size;
  }
  return sum;
}

}  // namespace

std::string size_words(std::uint64_t kilobytes) {
  constexpr std::uint64_t mega = 1024, giga = mega * mega;
  if (kilobytes < mega) return std::to_string(kilobytes) + " kB";
  if (kilobytes < 8 * giga || kilobytes % giga) {
    if (kilobytes < 16 * giga - mega) return std::to_string(kilobytes / mega) + " MB";
    const auto tenths = (kilobytes * 10 + giga / 2) / giga;
    return std::to_string(tenths / 10) + (tenths % 10 ? "." + std::to_string(tenths % 10) : "") + " GiB";
  }
  return std::to_string(kilobytes / giga) + " GiB";
}

std::optional<MemoryAccount> memory_account(const Report& r) {
  const auto page = page_kb(r);
  if (page == 0) return std::nullopt;
  const auto pages = count_before(r, "pages RAM"), kept = count_before(r, "pages reserved");
  if (!pages || !kept || *kept > *pages) return std::nullopt;
  MemoryAccount account;
  account.page_kb = page;
  account.usable = *pages - *kept;
  account.free = count_of(r, "free:");
  account.slab = count_of(r, "slab_unreclaimable:");
  account.shmem = count_of(r, "shmem:");
  for (const auto word : accounts) account.accounted += count_of(r, word).value_or(0);
  account.accounted += (sum_of_nodes(r, " kernel_stack:") + huge_kb(r)) / account.page_kb;
  return account;
}

std::vector<FreeZone> free_zones(const Report& r) {
  std::vector<FreeZone> zones;
  for (const auto& message : r.messages) {
    Scanner s(trim(message));
    std::string_view name;
    if (!s.until(": ", name) || name.size() > 32) continue;
    FreeZone zone{std::string(name)};
    std::uint64_t count = 0, size = 0;
    while (s.blanks().dec(count) && s.lit("*") && s.dec(size) && s.lit("kB")) {
      if (zone.page_kb == 0) zone.page_kb = size;
      zone.free_kb += count * size;
      std::string_view types;  // v6.1 mm/page_alloc.c show_migration_types; to v3.8 none
      if (s.blanks().lit("(")) s.until(")", types);
      if (count) zone.largest_kb = size;
      if (count && (types.empty() || types.find_first_of("UME") != std::string_view::npos)) zone.ordinary_kb = size;
    }
    if (size) zones.push_back(std::move(zone));
  }
  return zones;
}

std::vector<ZoneReserve> zone_reserves(const Report& r) {
  std::vector<ZoneReserve> out;
  for (const auto& message : r.messages) {
    Scanner s(trim(message));
    std::string_view name;
    ZoneReserve zone;
    if (!s.until(" free:", name) || name.size() > 32 || !s.dec(zone.free_kb) || !s.lit("kB") || !s.skip_to(" min:") ||
        !s.dec(zone.min_kb))
      continue;
    zone.name = name;
    out.push_back(std::move(zone));
  }
  return out;
}

std::uint64_t page_kb(const Report& r) {
  const auto zones = free_zones(r);
  if (!zones.empty()) return zones.front().page_kb;
  return r.arch ? r.arch->page_size / 1024 : 4;
}

void tell_memory(const Report& r, Explanation& e, std::string_view id) {
  const auto account = memory_account(r);
  if (!account) return;
  const auto words = [&](std::uint64_t pages) { return std::to_string(pages * account->page_kb / 1024) + " MB"; };
  const auto usable = *account->usable;
  std::string text = "of " + words(usable) + " usable memory";
  if (account->free) text += ", " + words(*account->free) + " were free";
  if (account->slab) text += ", the kernel's own objects took " + words(*account->slab);
  add_certain(e, id, text, "Mem-Info");
  if (account->slab && *account->slab * 3 > usable)
    add_step(e, "the kernel's own objects fill the memory: slabtop, or kmemleak, tells which");
  if (account->shmem && *account->shmem * 3 > usable) {
    add_certain(e, id, words(*account->shmem) + " are shared memory (tmpfs, shm): it stays when its writer is killed",
                "Mem-Info: shmem");
    add_step(e, "look at what fills tmpfs (df -t tmpfs) and at ipcs -m; limit them with size=");
  }
  if (!account->free || account->accounted >= usable) return;
  const auto nobodys = usable - account->accounted;
  if (nobodys * 4 < usable) return;
  add_likely(e, id,
             words(nobodys) + " are in nobody's account: pages that drivers took for themselves, vmalloc, a balloon",
             "Mem-Info's counts against the usable memory");
  add_step(e, "page_owner=on, or vmallocinfo, tells who took the pages that are in no account");
}

}  // namespace unoops::kinds
