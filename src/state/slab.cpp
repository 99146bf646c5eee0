#include "state/slab.hpp"

#include <algorithm>

namespace unoops::state {
namespace {

constexpr std::uint64_t page = 4096;
constexpr std::string_view cache_type = "kmem_cache";
// Bounds of what damaged memory may claim. A slab holds at most as many objects as its counter has bits for.
constexpr std::size_t most_caches = 16384, most_name = 128, most_cpus = 8192;
constexpr std::uint64_t most_objects = 1 << 15;
constexpr std::size_t most_visited = 1 << 22;  // free objects, of all lists that are asked for

std::uint64_t swapped(std::uint64_t value) { return __builtin_bswap64(value); }

// Until v5.16 (include/linux/mm_types.h) a slab's members were struct page's own.
std::string_view slab_type(Target& target) { return target.structure("slab") ? "slab" : "page"; }

std::string_view first_of(Target& target, std::string_view type, std::initializer_list<std::string_view> names) {
  for (const auto name : names)
    if (target.place(type, name)) return name;
  return {};
}

}  // namespace

// The list tells a cache from what only looks like one.
void Slabs::read_caches() {
  caches_read_ = true;
  const auto head = target_.variable("slab_caches");
  const auto& link = target_.place(cache_type, "list");
  if (head && link) each_link(target_, *head, most_caches, [&](std::uint64_t at) { known_.insert(at - link->offset); });
}

const Slabs::Cache* Slabs::cache_at(std::uint64_t address) {
  if (!caches_read_) read_caches();
  if (!known_.contains(address)) return nullptr;
  const auto [entry, is_new] = caches_.try_emplace(address);
  Cache& cache = entry->second;
  if (!is_new) return cache.size != 0 ? &cache : nullptr;
  const auto number = [&](std::string_view member) { return target_.number(address, cache_type, member); };
  const auto size = number("size"), object_size = number("object_size"), free_at = number("offset");
  const auto name = number("name");
  if (!size || !object_size || !free_at || !name || *object_size == 0 || *object_size > *size || *free_at > *size)
    return nullptr;
  cache = {address, *size, *object_size, *free_at, number("red_left_pad").value_or(0), 0, number("random"), {}, false};
  cache.name = text_at(target_, *name, most_name);
  if (const auto users = number("refcount"); users && *users > 1 && *users < most_caches) cache.shared_by = *users;
  // KASAN's quarantine; since v6.18 lists of free objects that are arrays (struct slab_sheaf).
  cache.keeps_freed = target_.place(cache_type, "kasan_info") || number("cpu_sheaves").value_or(0) != 0;
  return &cache;
}

// v6.1 include/linux/mm.h virt_to_head_page: the descriptor of the address's page leads to that of the slab's first.
std::optional<Slabs::Slab> Slabs::slab_of(std::uint64_t address) {
  const auto size = target_.memory().info().size("page");
  const auto base_at = target_.variable("vmemmap_base");
  const auto base = base_at ? target_.memory().number(*base_at) : std::nullopt;
  const auto physical = target_.memory().physical(address);
  const auto type = slab_type(target_);
  const auto counted = first_of(target_, type, {"objects"});
  if (!size || *size == 0 || !base || !physical || counted.empty()) return std::nullopt;
  const auto own = *base + *physical / page * *size;
  const auto head = target_.number(own, "page", "compound_head");
  if (!head) return std::nullopt;
  Slab out;
  out.at = (*head & 1) != 0 ? *head - 1 : own;
  const auto distance = own - out.at;
  if (distance % *size != 0 || distance / *size > most_objects) return std::nullopt;
  out.begin = address / page * page - distance / *size * page;
  out.objects = target_.number(out.at, type, counted).value_or(0);
  return out;
}

// KFENCE's objects bear the cache's name, but lie elsewhere in their pages.
bool Slabs::is_sampled(std::uint64_t address) {
  constexpr std::uint64_t largest = std::uint64_t{65536} * 2 * page;  // lib/Kconfig.kfence: KFENCE_NUM_OBJECTS
  const auto at = target_.variable("__kfence_pool");
  const auto pool = at ? target_.memory().number(*at).value_or(0) : 0;
  return pool != 0 && address - pool < largest && [&] {
    const auto slab = slab_of(address);
    return slab && slab->objects <= 1;
  }();
}

bool Slabs::is_object(const Cache& cache, const Slab& slab, std::uint64_t address) const {
  const auto distance = address - slab.begin - cache.padding;
  return distance % cache.size == 0 && distance / cache.size < slab.objects;
}

// CONFIG_SLAB_FREELIST_HARDENED: v6.1 mm/slub.c freelist_ptr; until v5.6 the place's bytes were not swapped.
std::optional<std::uint64_t> Slabs::next_free(const Cache& cache, const Slab& slab, std::uint64_t object) {
  const auto at = object + cache.free_at;
  const auto stored = target_.memory().number(at);
  if (!stored) return std::nullopt;
  const auto fits = [&](std::uint64_t next) { return next == 0 || is_object(cache, slab, next); };
  const auto key = cache.random.value_or(0);
  const auto plain = cache.random ? *stored ^ key ^ swapped(at) : *stored;
  if (fits(plain)) return plain;
  if (const auto older = *stored ^ key ^ at; cache.random && fits(older)) return older;
  return std::nullopt;
}

Slabs::Listed Slabs::listed(const Cache& cache, const Slab& slab, std::uint64_t first, std::uint64_t object) {
  std::uint64_t steps = 0;
  for (auto at = first; at != 0;) {
    if (!is_object(cache, slab, at) || steps++ > slab.objects || ++visited_ > most_visited) return Listed::broken;
    if (at == object) return Listed::yes;
    const auto next = next_free(cache, slab, at);
    if (!next) return Listed::broken;
    at = *next;
  }
  return Listed::no;
}

// The slab's own list, and that of the CPU which allocates from it.
std::optional<bool> Slabs::is_free(const Cache& cache, const Slab& slab, std::uint64_t object) {
  const auto type = slab_type(target_);
  const auto own = target_.number(slab.at, type, "freelist");
  if (!own) return std::nullopt;
  auto answer = listed(cache, slab, *own, object);
  if (answer == Listed::yes) return true;
  bool whole = answer == Listed::no;
  const auto of_cpus = target_.number(cache.at, cache_type, "cpu_slab");
  const auto offsets = target_.variable("__per_cpu_offset");
  const auto count_at = target_.variable("nr_cpu_ids");
  const auto count = count_at ? target_.memory().number(*count_at, 4).value_or(0) : 0;
  const auto current = first_of(target_, "kmem_cache_cpu", {"slab", "page"});
  if (!of_cpus || !offsets || count == 0 || current.empty()) return std::nullopt;
  for (std::uint64_t cpu = 0; cpu < std::min<std::uint64_t>(count, most_cpus); ++cpu) {
    const auto offset = target_.memory().number(*offsets + 8 * cpu);
    const auto there = offset ? target_.number(*of_cpus + *offset, "kmem_cache_cpu", current) : std::nullopt;
    if (!there) whole = false;
    if (there != slab.at) continue;
    const auto first = target_.number(*of_cpus + *offset, "kmem_cache_cpu", "freelist");
    answer = first ? listed(cache, slab, *first, object) : Listed::broken;
    if (answer == Listed::yes) return true;
    whole = whole && answer == Listed::no;
  }
  if (!whole || cache.keeps_freed) return std::nullopt;
  return false;
}

std::optional<SlabPlace> Slabs::find(std::uint64_t address) {
  const auto slab = slab_of(address);
  if (!slab) return std::nullopt;
  const auto owner = target_.number(slab->at, slab_type(target_), "slab_cache");
  const auto* cache = owner ? cache_at(*owner) : nullptr;
  if (!cache || is_sampled(address)) return std::nullopt;
  const auto distance = address - slab->begin;
  const auto index = distance / cache->size;
  const auto object = slab->begin + index * cache->size + cache->padding;
  if (index >= slab->objects || address < object) return std::nullopt;
  SlabPlace out{cache->name, cache->object_size, address - object, {}, cache->shared_by};
  if (out.offset >= cache->object_size) return std::nullopt;  // between two objects
  out.free = is_free(*cache, *slab, object);
  return out;
}

}  // namespace unoops::state
