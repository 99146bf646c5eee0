#include "machine/att_style.hpp"

#include <algorithm>

namespace unoops::machine {
namespace {

// Whose size letter objdump leaves out where a register operand tells the size.
constexpr std::string_view sized[] = {
    "mov",    "add",    "sub",     "and",   "or",     "xor",   "cmp",    "test",  "lea",    "inc",   "dec",    "neg",
    "not",    "shl",    "shr",     "sar",   "sal",    "rol",   "ror",    "imul",  "mul",    "div",   "idiv",   "adc",
    "sbb",    "xchg",   "cmpxchg", "xadd",  "bt",     "bts",   "btr",    "btc",   "push",   "pop",   "movabs", "bsf",
    "bsr",    "popcnt", "shld",    "shrd",  "bswap",  "cmova", "cmovae", "cmovb", "cmovbe", "cmove", "cmovne", "cmovg",
    "cmovge", "cmovl",  "cmovle",  "cmovs", "cmovns", "cmovo", "cmovno", "cmovp", "cmovnp"};
constexpr std::string_view never_sized[] = {"callq", "retq", "jmpq", "leaveq", "movabsq",
                                            "calll", "retl", "jmpl", "leavel"};

bool digit(char c) { return c >= '0' && c <= '9'; }

// Small numbers come in decimal: $4, 8(%rax), -8(%rbp).
std::string operand_style(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char before = i == 0 ? ',' : text[i - 1];
    const bool starts = digit(text[i]) && (before == ',' || before == '$' || before == '-' || before == ' ' ||
                                           before == ':' || before == '*');
    const bool scale =
        starts && out.find('(', out.rfind('%') == std::string::npos ? 0 : out.rfind('%') - 1) == std::string::npos &&
        out.rfind('(') != std::string::npos && (out.rfind(')') == std::string::npos || out.rfind(')') < out.rfind('('));
    if (text[i] == ' ' && before == ',') continue;
    if (starts && !scale && !(text[i] == '0' && i + 1 < text.size() && text[i + 1] == 'x')) out += "0x";
    out += text[i];
  }
  // (%rax,%rbx) → (%rax,%rbx,1)
  const auto open = out.find('('), close = out.find(')');
  if (open != std::string::npos && close != std::string::npos &&
      std::count(out.begin() + static_cast<std::ptrdiff_t>(open), out.begin() + static_cast<std::ptrdiff_t>(close),
                 ',') == 1 &&
      out[open + 1] != ',')
    out.insert(close, ",1");
  return out;
}

bool has_register_operand(std::string_view operands) {
  int depth = 0;
  for (std::size_t i = 0; i < operands.size(); ++i) {
    if (operands[i] == '(') ++depth;
    if (operands[i] == ')') --depth;
    const bool starts = i == 0 || (operands[i - 1] == ',' && depth == 0);
    if (starts && operands[i] == '%' && operands.substr(i, 4).find(':') == std::string_view::npos) return true;
  }
  return false;
}

}  // namespace

std::string att_style(std::string_view mnemonic, std::string_view raw) {
  std::string prefix;
  if (const auto blank = mnemonic.rfind(' '); blank != std::string_view::npos) {  // "rep movsb", "lock xaddl"
    prefix = mnemonic.substr(0, blank + 1);
    mnemonic.remove_prefix(blank + 1);
  }
  const std::string operands = operand_style(raw);
  std::string name(mnemonic);
  const auto stem = mnemonic.substr(0, mnemonic.size() - 1);
  const char last = mnemonic.empty() ? ' ' : mnemonic.back();
  const bool letter = last == 'b' || last == 'w' || last == 'l' || last == 'q';
  const bool known =
      std::ranges::find(sized, stem) != std::end(sized) && std::ranges::find(sized, mnemonic) == std::end(sized);
  const bool implied =
      has_register_operand(operands) || ((stem == "push" || stem == "pop") && !operands.starts_with('('));
  if ((letter && known && implied) || std::ranges::find(never_sized, mnemonic) != std::end(never_sized))
    name.pop_back();
  return prefix + name + (operands.empty() ? "" : " " + operands);
}

}  // namespace unoops::machine
