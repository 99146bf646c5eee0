#include "grammar/code_line.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "grammar/scanner.hpp"

namespace unoops::grammar {
namespace {

struct Group {
  std::uint64_t value = 0;
  std::size_t digits = 0;
  bool marked = false;
};

// 8b, <8b>, (d4210000), 12345678
std::optional<Group> read_group(std::string_view word) {
  Group group;
  if (word.size() > 2 && ((word.front() == '<' && word.back() == '>') || (word.front() == '(' && word.back() == ')'))) {
    group.marked = true;
    word = word.substr(1, word.size() - 2);
  }
  Scanner s(word);
  group.digits = word.size();
  if (group.digits > 8 || group.digits % 2 || !s.hex(group.value) || !s.at_end()) return std::nullopt;
  return group;
}

}  // namespace

}  // namespace unoops::grammar

namespace unoops {

using namespace grammar;

bool read_code(std::string_view text, const ArchInfo* arch, Code& code) {
  Scanner s(text);
  std::string_view word;
  const bool swap = !(arch && arch->big_endian);
  while (s.blanks().word(word)) {
    const auto group = read_group(word);
    if (!group) break;
    if (group->marked) code.fault_offset = code.bytes.size();
    const auto size = group->digits / 2;
    code.unit = std::max(code.unit, static_cast<int>(size));
    for (std::size_t i = 0; i < size; ++i) {
      const auto shift = 8 * (swap ? i : size - 1 - i);
      code.bytes.push_back(static_cast<std::uint8_t>(group->value >> shift));
    }
  }
  if (!code.bytes.empty()) return true;
  code.problem = trim(text);
  return false;
}

}  // namespace unoops
