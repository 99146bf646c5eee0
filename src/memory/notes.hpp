// ELF notes, as both containers have them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/rooms.hpp"

namespace unoops::memory {

struct Note {
  std::string name;  // "CORE", "QEMU", "VMCOREINFO"
  std::uint32_t type = 0;
  std::vector<std::byte> bytes;
};

// Appends the notes in `bytes`; stops where one is damaged.
void read_notes(std::span<const std::byte> bytes, std::vector<Note>& out);

// The first of that name; null: none.
const Note* find_note(std::span<const Note>, std::string_view name);

}  // namespace unoops::memory
