#include "grammar/code_line.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "grammar/scanner.hpp"
#include "report/code_word.hpp"

namespace unoops {

using namespace grammar;

bool read_code(std::string_view text, const ArchInfo* arch, Code& code) {
  Scanner s(text);
  std::string_view word;
  const bool swap = !(arch && arch->big_endian);
  while (s.blanks().word(word)) {
    const auto digits = report::code_word(word);
    std::uint64_t value = 0;
    if (Scanner of(digits); !of.hex(value)) break;
    if (digits.size() != word.size()) code.fault_offset = code.bytes.size();
    const auto size = digits.size() / 2;
    code.unit = std::max(code.unit, static_cast<int>(size));
    for (std::size_t i = 0; i < size; ++i) {
      const auto shift = 8 * (swap ? i : size - 1 - i);
      code.bytes.push_back(static_cast<std::uint8_t>(value >> shift));
    }
  }
  if (!code.bytes.empty()) return true;
  code.problem = trim(text);
  return false;
}

}  // namespace unoops
