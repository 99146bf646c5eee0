#include "kinds/usercopy_rules.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>

#include "base/text.hpp"
#include "grammar/scanner.hpp"
#include "kinds/kasan_memory.hpp"
#include "kinds/place.hpp"
#include "kinds/rule.hpp"

namespace unoops::kinds {
namespace {

struct Copy {
  bool to_user = false;
  std::string_view what, cache;  // "SLUB object", "kmalloc-64"
  std::optional<std::uint64_t> offset, size, object_size;
};

// "kmalloc-64", "kmalloc-rnd-05-1k", "dma-kmalloc-8M": the size of its objects. Other caches do not say.
std::optional<std::uint64_t> size_of_cache(std::string_view cache) {
  const auto dash = cache.rfind('-');
  if (cache.find("kmalloc-") == std::string_view::npos || dash == std::string_view::npos) return std::nullopt;
  Scanner s(cache.substr(dash + 1));
  std::uint64_t size = 0;
  if (!s.dec(size) || size == 0 || size > 1u << 20) return std::nullopt;
  if (s.lit("k")) size <<= 10;
  if (s.lit("M")) size <<= 20;
  if (!s.at_end()) return std::nullopt;
  return size;
}

// v6.1 mm/usercopy.c usercopy_abort, usercopy_warn:
//   "Kernel memory exposure attempt detected from SLUB object 'kmalloc-64' (offset 60, size 8)!"
//   "Kernel memory overwrite attempt detected to process stack (offset 0, size 1024)!"
// to v4.15: "kernel memory exposure attempt detected from ffff88003d3a8000 (kmalloc-64) (128 bytes)"
std::optional<Copy> copy_of(const Report& r) {
  static constexpr std::string_view mark = " attempt detected ";
  const auto* line = find_message_with(r, mark);
  if (!line) return std::nullopt;
  const std::string_view text = *line;
  const auto at = text.find(mark);
  Copy copy;
  copy.to_user = text.substr(0, at).ends_with("exposure");
  Scanner s(text.substr(at + mark.size()));
  std::uint64_t number = 0;
  if (!s.lit(copy.to_user ? "from " : "to ")) return std::nullopt;
  if (Scanner old = s; old.hex(number) && old.lit(" (") && old.until(") (", copy.cache) && old.dec(number)) {
    copy.size = number;
    copy.what = copy.cache;
  } else if (Scanner name = s; name.until(" '", copy.what) && name.until("'", copy.cache)) {
    s = name;
  } else if (!Scanner(s).until(" (", copy.what)) {
    return std::nullopt;
  }
  if (s.skip_to("(offset ") && s.dec(number)) copy.offset = number;
  if (s.lit(", size ") && s.dec(number)) copy.size = number;
  copy.object_size = size_of_cache(copy.cache);
  return copy;
}

bool runs_over(const Copy& c) {
  return c.object_size && c.offset && c.size && *c.offset <= *c.object_size && *c.size > *c.object_size - *c.offset;
}

struct Area {
  std::string_view what, words, step;
};
// v6.1 mm/usercopy.c: what the check found the kernel's address to be
constexpr auto areas = std::to_array<Area>({
    {"null address", "the kernel's pointer is NULL", "find the path on which that pointer is not set"},
    {"wrapped address", "the length is so large that the address wraps",
     "check the length: it is most often a negative number that was taken for a size"},
    {"process stack", "it leaves the frame of the function on the stack",
     "check the length against the variable on the stack, and that the pointer is not one of an older frame"},
    {"kernel text", "the kernel's pointer is in its own code",
     "find who wrote that pointer: no correct one points to the kernel's code"},
    {"linear kernel text", "the kernel's pointer is in its own code",
     "find who wrote that pointer: no correct one points to the kernel's code"},
    {"vmalloc", "it leaves the memory that vmalloc() gave",
     "check the length against the size that was asked of vmalloc()"},
    {"page alloc", "it leaves the pages that were allocated", "check the length against the order of the allocation"},
    {"multi-page allocation", "it leaves the pages that were allocated",
     "check the length against the order of the allocation"},
});

const Area* area_of(const Copy& copy) {
  const auto at = std::ranges::find(areas, copy.what, &Area::what);
  return at == areas.end() ? nullptr : &*at;
}

}  // namespace

std::string usercopy_words(const Report& r) {
  const auto copy = copy_of(r);
  if (!copy) return {};
  std::string text = copy->to_user ? "a copy to user space" : "a copy from user space";
  if (copy->size) text += " of " + bytes_of(*copy->size);
  if (const auto* area = area_of(*copy)) return text + " was stopped: " + std::string(area->words);
  if (copy->cache.empty()) return {};
  if (copy->offset) text += (copy->to_user ? " from +" : " to +") + std::to_string(*copy->offset);
  text += " of an object of " + std::string(copy->cache);
  if (copy->object_size) text += " (" + bytes_of(*copy->object_size) + ")";
  if (runs_over(*copy))
    return text + " runs " + bytes_of(*copy->offset + *copy->size - *copy->object_size) + " over its end";
  return text + (copy->offset ? " touches what its cache does not allow to be copied, or runs over its end"
                              : " leaves the object");
}

void next_usercopy(const Report& r, Explanation& e, std::string_view id) {
  const auto copy = copy_of(r);
  if (!copy) return;
  const auto place = place_or(r, "the caller");
  if (copy->size && *copy->size >= 16)
    for (const auto& reg : r.user_registers)
      if (reg.value == *copy->size)
        add_likely(e, id,
                   "the program itself asked for so many bytes (" + reg.name + " = " + std::to_string(reg.value) + ")",
                   "the message and the registers of the system call");
  if (const auto* area = area_of(*copy)) return add_step(e, "in " + place + ": " + std::string(area->step));
  if (runs_over(*copy))
    return add_step(e, "in " + place + ", limit the length to the " + bytes_of(*copy->object_size - *copy->offset) +
                           " that the object has from there on: min(), or refuse it with -EINVAL");
  add_step(e, "in " + place +
                  ", compare offset and length with the object's type; a member that may be copied is declared with "
                  "kmem_cache_create_usercopy(), or copied by way of a variable of its own");
}

}  // namespace unoops::kinds
