#include "memory/notes.hpp"

#include <algorithm>

#include "base/bytes.hpp"

namespace unoops::memory {

// Name and bytes are padded to four each (elf.h, Elf64_Nhdr).
void read_notes(std::span<const std::byte> bytes, std::vector<Note>& out) {
  constexpr std::size_t header = 12;
  constexpr std::size_t most = 1 << 15;  // four for each of 8,192 CPUs
  const auto padded = [](std::size_t size) { return (size + 3) & ~std::size_t{3}; };
  while (bytes.size() >= header && out.size() < most) {
    const std::size_t name_size = little32(bytes, 0), size = little32(bytes, 4);
    const auto type = little32(bytes, 8);
    const auto begin = header + padded(name_size);
    if (name_size > bytes.size() || begin > bytes.size() || size > bytes.size() - begin) return;
    if (name_size == 0 && size == 0) return;  // the kernel's buffers end with zeros
    auto name = text_of(bytes.subspan(header, name_size));
    name = name.substr(0, name.find('\0'));
    const auto content = bytes.subspan(begin, size);
    out.push_back({std::string(name), type, {content.begin(), content.end()}});
    bytes = bytes.subspan(std::min(begin + padded(size), bytes.size()));
  }
}

const Note* find_note(std::span<const Note> notes, std::string_view name) {
  const auto at = std::ranges::find(notes, name, &Note::name);
  return at == notes.end() ? nullptr : &*at;
}

}  // namespace unoops::memory
