// Mutations of an ELF file that leave its tables where they are: libFuzzer's own move all that stands behind an insertion, so
// that no offset holds any more. A section is changed in place, or moved to the end of the file where it grows.
#include <algorithm>
#include <cstdint>
#include <cstring>
#include <optional>
#include <random>
#include <vector>

extern "C" std::size_t LLVMFuzzerMutate(std::uint8_t* data, std::size_t size, std::size_t most);

namespace {

struct Bytes {
  std::uint8_t* data;
  std::size_t size;

  template <class T>
  std::optional<T> get(std::size_t at) const {
    T value{};
    if (at > size || sizeof value > size - at) return std::nullopt;
    std::memcpy(&value, data + at, sizeof value);
    return value;
  }
  void put(std::size_t at, std::uint64_t value) { std::memcpy(data + at, &value, sizeof value); }
};

struct Section {
  std::size_t header, offset, size;
};

constexpr std::size_t header_size = 64, offset_at = 24, size_at = 32;

// Of a 64-bit little-endian file, as the seeds are.
std::vector<Section> sections(const Bytes& elf) {
  constexpr std::uint32_t nobits = 8;
  std::vector<Section> out;
  const auto table = elf.get<std::uint64_t>(0x28);
  const auto count = elf.get<std::uint16_t>(0x3c);
  if (!table || !count || *table > elf.size) return out;
  for (std::size_t at = *table; out.size() < *count && at + header_size <= elf.size; at += header_size) {
    const auto offset = *elf.get<std::uint64_t>(at + offset_at), size = *elf.get<std::uint64_t>(at + size_at);
    if (size == 0 || *elf.get<std::uint32_t>(at + 4) == nobits || offset > elf.size || size > elf.size - offset)
      continue;
    out.push_back({at, static_cast<std::size_t>(offset), static_cast<std::size_t>(size)});
  }
  return out;
}

// The new size of the file.
std::size_t change(Bytes elf, const Section& section, std::size_t most) {
  constexpr std::size_t growth = 64;
  std::vector<std::uint8_t> part(elf.data + section.offset, elf.data + section.offset + section.size);
  part.resize(section.size + growth);
  part.resize(LLVMFuzzerMutate(part.data(), section.size, part.size()));
  if (part.size() > section.size && part.size() > most - elf.size) part.resize(section.size);
  const bool moves = part.size() > section.size;
  const std::size_t to = moves ? elf.size : section.offset;
  std::ranges::copy(part, elf.data + to);
  elf.put(section.header + offset_at, to);
  elf.put(section.header + size_at, part.size());
  return moves ? elf.size + part.size() : elf.size;
}

}  // namespace

extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size, std::size_t most, unsigned seed) {
  std::minstd_rand random(seed);
  if (size < 2 || most <= size || random() % 8 == 0) return LLVMFuzzerMutate(data, size, most);
  const Bytes elf{data + 1, size - 1};
  const auto all = sections(elf);
  if (all.empty()) return LLVMFuzzerMutate(data, size, most);
  return 1 + change(elf, all[random() % all.size()], most - 1);
}
