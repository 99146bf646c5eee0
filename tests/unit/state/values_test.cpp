// What a structure of a dump looks like, and which slab an address is of.
#include <fmt/format.h>

#include "state/slab.hpp"
#include "state/value_reader.hpp"
#include "unit/state/dumped_kernel.hpp"

namespace unoops::test {
namespace {

std::string text(const DumpedValue& v) {
  std::string out = std::string(2 * v.depth, ' ') + v.name + " =";
  if (!v.content.empty()) out += " " + v.content;
  if (!v.words.empty()) out += " " + v.words;
  if (!v.symbol.empty()) out += " <" + v.symbol + ">";
  if (v.number && v.symbol.empty() && v.words.empty() && v.content.empty()) out += fmt::format(" {:#x}", *v.number);
  return out + (v.bad ? " bad" : "");
}

std::vector<std::string> texts(const DumpedObject& object) {
  std::vector<std::string> out;
  for (const auto& member : object.members) out.push_back(text(member));
  return out;
}

constexpr std::uint64_t image = 0xffffffff80000000, phys_base = 0x2000000;

constexpr std::uint64_t key = 0x1122334455667788;

// The pointer of a free object at `object` to the next one, as a hardened kernel writes it.
void set_next(DumpedKernel& kernel, std::uint64_t object, std::optional<std::uint64_t> next) {
  const auto memory = kernel.address("slab_memory");
  const auto at = memory + object + 512;
  kernel.set("slab_memory", (object + 512) / 8, (next ? memory + *next : 0) ^ key ^ __builtin_bswap64(at));
}

// Puts the descriptors where the kernel looks for those of slab_memory. The first object is free, and so is the second,
// which only a CPU knows.
void place_slab(DumpedKernel& kernel) {
  const auto memory = kernel.address("slab_memory"), descriptors = kernel.address("descriptors");
  kernel.set("vmemmap_base", 0, descriptors - (memory - image + phys_base) / 4096 * 32);
  kernel.set("a_cache", 3, key);
  kernel.set("descriptors", 1, memory);
  kernel.set("descriptors", 2, kernel.address("a_cache"));
  kernel.set("descriptors", 3, std::uint64_t{8} << 16);  // objects
  kernel.set("descriptors", 5, descriptors + 1);         // the second page's compound_head
  set_next(kernel, 0, {});
  kernel.set("a_cpus_slabs", 0, memory + 1024);
  kernel.set("a_cpus_slabs", 1, descriptors);
  set_next(kernel, 1024, {});
}

std::string slab_text(DumpedKernel& kernel, std::uint64_t offset) {
  auto* machine = kernel.machine();
  REQUIRE(machine);
  const auto place = state::Slabs(machine->target()).find(kernel.address("slab_memory") + offset);
  if (!place) return "none";
  return fmt::format("{}+{} {}", place->cache, place->offset, !place->free ? "?" : *place->free ? "free" : "used");
}

}  // namespace

TEST_CASE("values: a structure member by member") {
  DumpedKernel kernel;
  if (!kernel.built()) return;
  auto* machine = kernel.machine();
  REQUIRE(machine);
  state::ValueReader reader(*machine);
  const auto type = machine->target().structure("shown");
  REQUIRE(type);
  const auto at = kernel.address("shown");
  const auto null_at = machine->target().place("shown", "null")->offset;
  const auto object = reader.object("*it", type, at, at + null_at, 40);
  CHECK(object.type == "struct shown");
  CHECK(texts(object) ==
        std::vector<std::string>{"name = \"things\"", "negative = -5", "low = 5", "high = 17", "color = GREEN (7)",
                                 "null = NULL bad", "error = ERR_PTR(-12) = -ENOMEM, or NULL minus 0xc",
                                 "poison = LIST_POISON1: the next pointer of an entry that list_del() removed",
                                 "large = 0x1234567890", "held = LOCKED, owner runner pid 11", "one = 1 entry linked",
                                 "inner =", "  counted = 3", "  nothing = empty list", "bytes = {01 02 03 ff}",
                                 "call = <unwind_next_frame>", "yes = true", "words = \"said \\\"so\\\"\""});
}

TEST_CASE("values: what is too much is left out, but never the bad member") {
  DumpedKernel kernel;
  if (!kernel.built()) return;
  auto* machine = kernel.machine();
  REQUIRE(machine);
  state::ValueReader reader(*machine);
  const auto at = kernel.address("shown");
  const auto type = machine->target().structure("shown");
  const auto call_at = machine->target().place("shown", "call")->offset;
  const auto object = reader.object("*it", type, at, at + call_at, 4);
  REQUIRE(object.members.size() == 4);
  CHECK(object.more_members == 14);
  CHECK(std::ranges::any_of(object.members, [](const DumpedValue& v) { return v.bad && v.name == "call"; }));
}

TEST_CASE("values: a structure that is not in the dump") {
  DumpedKernel kernel;
  if (!kernel.built()) return;
  kernel.drop_page(kernel.address("shown"));
  auto* machine = kernel.machine();
  REQUIRE(machine);
  const auto object =
      state::ValueReader(*machine).object("*it", machine->target().structure("shown"), kernel.address("shown"), {}, 40);
  CHECK(object.members.empty());
  CHECK(object.missing.starts_with("no"));
}

TEST_CASE("slab: an object's cache, and whether it is free") {
  DumpedKernel kernel;
  if (!kernel.built()) return;
  CHECK(slab_text(kernel, 0) == "none");
  place_slab(kernel);
  CHECK(slab_text(kernel, 0) == "things+0 free");
  CHECK(slab_text(kernel, 999) == "things+999 free");
  CHECK(slab_text(kernel, 1000) == "none");
  CHECK(slab_text(kernel, 1024 + 8) == "things+8 free");
  CHECK(slab_text(kernel, 2048) == "things+0 used");
  CHECK(slab_text(kernel, 4096 + 1024) == "things+0 used");
  set_next(kernel, 0, 0);  // a list that comes back to itself
  CHECK(slab_text(kernel, 0) == "things+0 free");
  CHECK(slab_text(kernel, 2048) == "things+0 ?");
  set_next(kernel, 0, 3072);
  set_next(kernel, 3072, {});
  CHECK(slab_text(kernel, 3072) == "things+0 free");
  CHECK(slab_text(kernel, 2048) == "things+0 used");
  set_next(kernel, 0, 3073);  // that leads nowhere
  CHECK(slab_text(kernel, 2048) == "things+0 ?");
  kernel.drop_page(kernel.address("a_cpus_slabs"));
  CHECK(slab_text(kernel, 0) == "things+0 free");
}

}  // namespace unoops::test
