#include "machine/isa.hpp"

#include <charconv>
#include <string>

#include "base/text.hpp"

namespace unoops::machine {

Reg register_by_log_name(const Isa& isa, std::string_view log_name) {
  std::string name;
  for (const char c : log_name)
    if (c != ' ' && c != '$' && c != '%') name += lower(c);
  std::string_view digits = name;
  while (!digits.empty() && (digits[0] < '0' || digits[0] > '9')) digits.remove_prefix(1);
  const std::string_view letters = std::string_view(name).substr(0, name.size() - digits.size());
  int number = -1;
  if (!digits.empty()) std::from_chars(digits.data(), digits.data() + digits.size(), number);
  // s390 prints r03, powerpc GPR03, x86-64 R08: the instructions' r3, r3, r8
  const bool numbered = number >= 0 && (letters == "r" || letters == "gpr");
  const std::string short_name = numbered ? "r" + std::to_string(number) : std::string();
  for (Reg r = 0; static_cast<std::size_t>(r) < isa.names.size(); ++r)
    if (equal_from_end(isa.name(r), name) || (numbered && equal_from_end(isa.name(r), short_name))) return r;
  // mips prints "$ 4"
  const bool bare = number >= 0 && letters.empty() && static_cast<std::size_t>(number) < isa.names.size();
  return bare ? static_cast<Reg>(number) : no_reg;
}

}  // namespace unoops::machine
