// Which slab cache an address is of, and whether its object is in use (v6.1 mm/slub.c, mm/slab.h).
#pragma once

#include <cstdint>
#include <optional>
#include <unordered_map>
#include <unordered_set>

#include "base/rooms.hpp"
#include "state/target.hpp"
#include "unoops/value.hpp"

namespace unoops::state {

class Slabs {
 public:
  explicit Slabs(Target& target) : target_(target) {}
  // Nothing: no cache has the address, or memory does not tell.
  std::optional<SlabPlace> find(std::uint64_t address);

 private:
  // Members of one kmem_cache.
  struct Cache {
    std::uint64_t at = 0, size = 0, object_size = 0, free_at = 0, padding = 0, shared_by = 0;
    std::optional<std::uint64_t> random;  // of the free lists' pointers; nothing: they are plain
    std::string name;
    bool keeps_freed = false;  // freed objects may stand in other lists than these
  };
  // The pages of which one slab is made.
  struct Slab {
    std::uint64_t at = 0;     // of its descriptor
    std::uint64_t begin = 0;  // of its first object
    std::uint64_t objects = 0;
  };
  enum class Listed { no, yes, broken };

  const Cache* cache_at(std::uint64_t address);
  void read_caches();
  std::optional<Slab> slab_of(std::uint64_t address);
  std::optional<bool> is_free(const Cache&, const Slab&, std::uint64_t object);
  Listed listed(const Cache&, const Slab&, std::uint64_t first, std::uint64_t object);
  std::optional<std::uint64_t> next_free(const Cache&, const Slab&, std::uint64_t object);
  bool is_object(const Cache&, const Slab&, std::uint64_t address) const;
  bool is_sampled(std::uint64_t address);

  Target& target_;
  bool caches_read_ = false;
  std::size_t visited_ = 0;  // free objects
  std::unordered_set<std::uint64_t> known_;
  std::unordered_map<std::uint64_t, Cache> caches_;  // those that were asked for
};

}  // namespace unoops::state
