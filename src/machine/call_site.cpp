#include "machine/call_site.hpp"

namespace unoops::machine {

std::uint32_t word_at(const CodeBytes& code, std::size_t offset) {
  std::uint32_t word = 0;
  for (unsigned i = 0; i < 4; ++i) word = word << 8 | code.bytes[offset + (code.big_endian ? i : 3 - i)];
  return word;
}

std::uint64_t displacement_at(const CodeBytes& code, std::size_t offset, std::size_t size) {
  std::uint32_t word = 0;
  for (std::size_t i = size; i-- > 0;) word = word << 8 | code.bytes[offset + i];
  const auto unused = static_cast<int>(32 - 8 * size);
  return static_cast<std::uint64_t>(static_cast<std::int32_t>(word << unused) >> unused);
}

}  // namespace unoops::machine
