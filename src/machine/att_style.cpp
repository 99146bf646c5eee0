#include "machine/att_style.hpp"

#include <algorithm>
#include <charconv>

#include "base/hex.hpp"
#include "base/text.hpp"

namespace unoops::machine {
namespace {

// Whose size letter objdump leaves out where a register operand tells the size.
constexpr std::string_view sized[] = {
    "mov",   "add",    "sub",    "and",    "or",     "xor",    "cmp",     "test",   "lea",   "inc",
    "dec",   "neg",    "not",    "shl",    "shr",    "sar",    "sal",     "rol",    "ror",   "imul",
    "mul",   "div",    "idiv",   "adc",    "sbb",    "xchg",   "cmpxchg", "xadd",   "bt",    "bts",
    "btr",   "btc",    "push",   "pop",    "movabs", "bsf",    "bsr",     "popcnt", "shld",  "shrd",
    "bswap", "cmova",  "cmovae", "cmovb",  "cmovbe", "cmove",  "cmovne",  "cmovg",  "stos",  "lods",
    "scas",  "cmovge", "cmovl",  "cmovle", "cmovs",  "cmovns", "cmovo",   "cmovno", "cmovp", "cmovnp"};
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

// Bytes of the operands, by the letter behind the mnemonic; 1 where there is none: vector instructions and "int" take
// immediates of a byte.
unsigned operand_bytes(std::string_view mnemonic, std::string_view operands) {
  if (mnemonic.empty() || operands.find("mm") != std::string_view::npos) return 1;
  switch (mnemonic.back()) {
    case 'q':
      return 8;
    case 'l':
      return 4;
    case 'w':
      return 2;
    default:
      return 1;
  }
}

// "$-0x16" → "$0xffffffffffffffea"
void unsigned_immediate(std::string& operands, unsigned bytes) {
  const auto at = operands.find("$-0x");
  if (at == std::string::npos) return;
  std::uint64_t value = 0;
  const char* end = operands.data() + operands.size();
  const auto read = std::from_chars(operands.data() + at + 4, end, value, 16);
  if (read.ec != std::errc{}) return;
  const std::uint64_t mask = bytes >= 8 ? ~0ULL : (1ULL << bytes * 8) - 1;
  // Wider than the letter tells: a byte's number that the mnemonic hides.
  const std::uint64_t shown = (value - 1) >> (bytes * 8 - 1) == 0 ? (0 - value) & mask : 0 - value;
  operands.replace(at + 1, static_cast<std::size_t>(read.ptr - operands.data()) - at - 1, hex(shown));
}

// The segments that string instructions use are written out: "movsb %ds:(%rsi),%es:(%rdi)".
void name_segments(std::string_view mnemonic, std::string& operands) {
  static constexpr std::string_view strings[] = {"movs", "stos", "lods", "scas", "cmps", "ins", "outs"};
  if (mnemonic.empty() || std::ranges::find(strings, mnemonic.substr(0, mnemonic.size() - 1)) == std::end(strings))
    return;
  for (const auto& [place, segment] :
       {std::pair{"(%rdi)", "%es:"}, {"(%edi)", "%es:"}, {"(%rsi)", "%ds:"}, {"(%esi)", "%ds:"}})
    if (const auto at = operands.find(place); at != std::string::npos && (at == 0 || operands[at - 1] == ','))
      operands.insert(at, segment);
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

std::string att_style(std::string_view mnemonic, std::string_view raw, const Encoding& encoding) {
  if (mnemonic == "nop" && raw.empty() && encoding.size == 2) return "xchg %ax,%ax";
  std::string prefix;
  if (const auto blank = mnemonic.rfind(' '); blank != std::string_view::npos) {  // "rep movsb", "lock xaddl"
    prefix = mnemonic.substr(0, blank + 1);
    mnemonic.remove_prefix(blank + 1);
  }
  std::string operands = operand_style(raw);
  unsigned_immediate(operands, operand_bytes(mnemonic, operands));
  name_segments(mnemonic, operands);
  if (encoding.zero_distance)
    if (const auto open = operands.find('(');
        open != std::string::npos && (open == 0 || !base::is_hex(operands[open - 1])))
      operands.insert(open, "0x0");
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
