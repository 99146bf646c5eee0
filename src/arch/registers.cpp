#include "arch/registers.hpp"

#include "arch/arch.hpp"
#include "grammar/symbol_ref.hpp"

namespace unoops {
namespace {

bool is_name(char c) { return is_word(c); }

// One "NAME: VALUE"; moves past it.
bool read_pair(Scanner& s, std::string_view& name, std::uint64_t& value, int& bits) {
  Scanner ahead = s;
  std::string_view digits;
  if (!ahead.blanks().run(is_name, name)) return false;
  if (!ahead.blanks().lit(":")) return false;
  ahead.blanks();
  Scanner segment = ahead;
  if (unsigned selector = 0; segment.hex_n(4, selector) && segment.lit(":")) ahead = segment;
  ahead.lit("0x");
  if (!ahead.run(is_hex, digits) || digits.size() < 4 || digits.size() > 16) return false;
  Scanner number(digits);
  number.hex(value);
  bits = digits.size() > 8 ? 64 : digits.size() > 4 ? 32 : 16;
  if (ahead.lit("(")) ahead.skip_to(")");      // FS:  0000000000000000(0000)
  s = ahead;
  return true;
}

}  // namespace

bool read_register_pairs(std::string_view text, Draft& d) {
  Scanner s(text);
  std::string_view name;
  std::uint64_t value = 0;
  int bits = 64, pairs = 0;
  while (read_pair(s, name, value, bits)) {
    d.add_register(name, value, bits);
    ++pairs;
  }
  return pairs > 0;
}

bool register_line(Scanner, Draft& d) {
  d.block.registers = true;
  return read_register_pairs(d.line->text, d);
}

bool read_pc(std::string_view text, Draft& d, std::string_view label, PcKind kind) {
  auto found = find_symbol_refs(text);
  if (!found.empty()) {
    found.front().ref.pc = kind;
    d.add_pc(std::move(found.front().ref), label);
    return true;
  }
  Scanner s(text);
  std::uint64_t address = 0;
  if (!s.hex0x(address) && !(s.lit("[<") && s.hex(address))) return false;
  SymbolRef ref;
  ref.address = address;
  ref.pc = kind;
  d.add_pc(std::move(ref), label);
  return true;
}

}  // namespace unoops
