// "Memory state around the buggy address:" of generic KASAN (v6.1 mm/kasan/report.c print_memory_metadata, kasan.h): a
// byte for each 8 of memory: 00 all may be used, 01 to 07 so many of them, else why not.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/rooms.hpp"
#include "unoops/report.hpp"

namespace unoops::kinds {

class ShadowRows {
 public:
  explicit ShadowRows(const Report&);
  // nullopt: not printed.
  std::optional<std::uint8_t> at(std::uint64_t address) const;
  // Where the memory that may be used ends, which begins at or behind `start` and before `address`; nullopt: not printed.
  std::optional<std::uint64_t> end_before(std::uint64_t address, std::uint64_t start) const;
  // How many bytes from `start` on may be used; nullopt: not all printed.
  std::optional<std::uint64_t> usable_from(std::uint64_t start) const;
  // Nothing between them may be used: the redzone of a global variable (KASAN_GLOBAL_REDZONE).
  bool is_redzone(std::uint64_t first, std::uint64_t last) const;

 private:
  struct Row {
    std::uint64_t start = 0;
    std::vector<std::uint8_t> bytes;
  };
  std::vector<Row> rows_;
};

// What the report's object is now.
enum class ObjectState { unknown, live, freed };
ObjectState object_state(const Report&);

// How many bytes were asked for, and where they begin; only of a live object that is smaller than its cache's.
struct Requested {
  std::uint64_t start = 0, size = 0;
};
std::optional<Requested> requested(const Report&);

// A number of a fact: "0xffff8881", "123".
std::optional<std::uint64_t> number_of(const Report&, FactName);
// "1 byte", "2 bytes"
std::string bytes_of(std::uint64_t count);

}  // namespace unoops::kinds
