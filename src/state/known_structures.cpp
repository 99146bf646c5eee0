// Structures that every kernel programmer knows, each in a word.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "facts/addresses.hpp"
#include "state/value_reader.hpp"

namespace unoops::state {
namespace {

constexpr std::size_t most_links = 2'000;

class Known {
 public:
  Known(Machine& machine, Type type, std::uint64_t address)
      : machine_(machine), target_(machine.target()), type_(peel(type)), address_(address) {}

  std::optional<std::string> words(bool is_counter) {
    const auto name = name_of(type_.die);
    if (name == "list_head") return list();
    if (name == "hlist_head") return hashed_list();
    if (name == "mutex") return owned_lock();
    if (name == "rw_semaphore") return semaphore();
    for (const auto& [lock, value] : spinning)
      if (name == lock) return spinlock(value);
    if (name == "refcount_struct") return counter("refs.counter");
    return is_counter ? counter("counter") : std::nullopt;
  }

 private:
  // v6.1 include/asm-generic/qspinlock_types.h: by the structures that it lies in.
  static constexpr auto spinning =
      std::to_array<std::pair<std::string_view, std::string_view>>({{"spinlock", "rlock.raw_lock.val.counter"},
                                                                    {"raw_spinlock", "raw_lock.val.counter"},
                                                                    {"qspinlock", "val.counter"}});

  std::optional<std::uint64_t> number(std::string_view path) {
    const auto at = target_.types().member(type_, path);
    if (!at || at->size == 0 || at->size > 8 || at->bit_size != 0) return std::nullopt;
    return target_.memory().number(address_ + at->offset, static_cast<unsigned>(at->size));
  }

  std::optional<std::string> counter(std::string_view path) {
    const auto at = target_.types().member(type_, path);
    const auto value = number(path);
    if (!at || !value) return std::nullopt;
    if (at->size == 4) return fmt::format("{}", static_cast<std::int32_t>(*value));
    return fmt::format("{}", static_cast<std::int64_t>(*value));
  }

  static std::string entries(std::size_t links) {
    return links == 1 ? "1 entry linked" : fmt::format("{} entries linked", links);
  }

  // Head or not: what lies on the ring besides.
  std::optional<std::string> list() {
    const auto next = number("next"), before = number("prev");
    if (!next || !before) return std::nullopt;
    if (*next == address_ && *before == address_) return "empty list";
    if (*next == 0 && *before == 0) return "NULL: no list";
    const auto fact = address_fact(*next, target_.memory().core().arch ? &target_.memory().core().arch->info : nullptr);
    if (fact.id == AddressClass::poison) return fact.words;
    std::size_t links = 0;
    if (each_link(target_, address_, most_links, [&](std::uint64_t) { ++links; })) return entries(links);
    return links == most_links ? fmt::format("more than {} entries linked", links) : "a list that does not lead back";
  }

  std::optional<std::string> hashed_list() {
    const auto first = number("first");
    if (!first) return std::nullopt;
    if (*first == 0) return "empty list";
    std::size_t links = 1;
    auto next = target_.memory().number(*first);
    while (next && *next != 0 && links < most_links) next = target_.memory().number(*next), ++links;
    if (!next) return "a list without an end";
    return *next == 0 ? entries(links) : fmt::format("more than {} entries linked", links);
  }

  // The low byte is the lock, the rest is of those who wait.
  std::optional<std::string> spinlock(std::string_view path) {
    const auto value = number(path);
    if (!value) return std::nullopt;
    if (*value == 0) return "unlocked";
    if ((*value & 0xff) == 0) return "unlocked, others wait";
    return *value >> 8 != 0 ? "LOCKED, others wait" : "LOCKED";
  }

  std::optional<std::string> owner(std::uint64_t task) {
    const auto is_it = [task](const Task& one) { return one.address == task; };
    const auto words = [](const Task& one) { return fmt::format("{} pid {}", one.comm, one.pid); };
    const auto& all = machine_.tasks().tasks;
    if (const auto found = std::ranges::find_if(all, is_it); found != all.end()) return words(*found);
    for (const Cpu& cpu : machine_.cpus())
      if (cpu.task && is_it(*cpu.task)) return words(*cpu.task);
    return std::nullopt;
  }

  // v6.1 kernel/locking/mutex.c MUTEX_FLAGS
  std::optional<std::string> owned_lock() {
    constexpr std::uint64_t flags = 7;
    const auto value = number("owner");
    if (!value) return std::nullopt;
    if ((*value & ~flags) == 0) return "unlocked";
    const auto who = owner(*value & ~flags);
    return who ? "LOCKED, owner " + *who : "LOCKED";
  }

  // v6.1 kernel/locking/rwsem.c RWSEM_READER_OWNED: then the owner is only a hint.
  std::optional<std::string> semaphore() {
    constexpr std::uint64_t flags = 7, by_readers = 1;
    const auto count = number("count"), holder = number("owner");
    if (!count || !holder) return std::nullopt;
    if (*count == 0) return "unlocked";
    const auto who = (*holder & by_readers) == 0 ? owner(*holder & ~flags) : std::nullopt;
    return who ? "LOCKED, owner " + *who : "not free";
  }

  Machine& machine_;
  Target& target_;
  Type type_;
  std::uint64_t address_;
};

}  // namespace

std::optional<std::string> words_of(Machine& machine, Type type, std::uint64_t address) {
  if (!is_aggregate(type)) return std::nullopt;
  return Known(machine, type, address).words(is_opaque(type));
}

}  // namespace unoops::state
