#include "grammar/symbol_ref.hpp"

#include <algorithm>
#include <utility>

#include "grammar/pc_kind.hpp"

namespace unoops::grammar {
namespace {

constexpr bool is_lower_hex(char c) { return is_digit(c) || (c >= 'a' && c <= 'f'); }
constexpr bool is_module_char(char c) { return is_word(c) || c == '-' || c == '.'; }

// Digit by digit, because two of these stand in each frame.
bool lower_hex0x(Scanner& in, std::uint64_t& out) {
  constexpr std::uint64_t full = 0xfULL << 60;  // one more digit does not fit
  const auto text = in.rest();
  if (!text.starts_with("0x")) return false;
  std::uint64_t value = 0;
  std::size_t at = 2;
  for (; at < text.size() && is_lower_hex(text[at]); ++at) {
    if ((value & full) != 0) return false;
    value = value << 4 | static_cast<unsigned>(text[at] - (is_digit(text[at]) ? '0' : 'a' - 10));
  }
  if (at == 2) return false;
  out = value;
  in = Scanner(text.substr(at));
  return true;
}

bool is_symbol_name(std::string_view name) {
  return !name.empty() && name != "." && !is_digit(name.front()) && name.front() != '@';
}

// The last word of `before`, without the brackets that stand around addresses: "[<ffffffff81000000>] ? ", "[c0001000]
// ", "epc   : ffffffff80123456 ", "Krnl PSW : 0704c00180000000 0000000000123456 (".
std::optional<std::uint64_t> address_before(std::string_view before) {
  const auto drop = [&before](std::string_view any) {
    while (!before.empty() && any.find(before.back()) != std::string_view::npos) before.remove_suffix(1);
  };
  drop(" ?(:");
  drop("]>");
  const auto blank = before.find_last_not_of("0123456789abcdefABCDEF");
  return read_printed_address(blank == std::string_view::npos ? before : before.substr(blank + 1));
}

}  // namespace

// One leading dot is ppc64 ELFv1's, more are prose.
std::size_t symbol_begin(std::string_view text, std::size_t floor, std::size_t end) {
  std::size_t begin = end;
  while (begin > floor && is_symbol(text[begin - 1])) --begin;
  const auto dots = text.substr(begin, end - begin).rfind("..");
  return dots == std::string_view::npos ? begin : begin + dots + 1;
}

bool is_build_id(std::string_view word) {
  return word.size() >= 16 && word.size() <= 64 && std::ranges::all_of(word, is_lower_hex);
}

std::optional<std::uint64_t> read_printed_address(std::string_view digits) {
  std::uint64_t value = 0;
  if (digits.size() != 8 && digits.size() != 16) return std::nullopt;
  if (digits.size() == 16 && digits.starts_with("00000000") && !digits.ends_with("00000000")) return std::nullopt;
  if (!Scanner(digits).hex_n(digits.size(), value)) return std::nullopt;
  return value;
}

bool read_module(Scanner& in, std::string& module, std::string& build_id) {
  Scanner ahead = in;
  std::string_view name, id;
  if (ahead.peek() != ' ' || !ahead.blanks().lit("[") || !ahead.run(is_module_char, name)) return false;
  if (ahead.lit(" ") && (!ahead.run(is_lower_hex, id) || !is_build_id(id))) return false;
  if (!ahead.lit("]")) return false;
  // A build-id alone is the kernel's own (KMSAN's headline).
  const bool own = id.empty() && name.size() >= 32 && is_build_id(name);
  module = own ? std::string_view() : name;
  build_id = own ? name : id;
  in = ahead;
  return true;
}

bool read_symbol_ref(std::string_view text, std::size_t begin, SymbolRefSpan& out) {
  Scanner in(text.substr(begin));
  const auto here = [&] { return text.size() - in.rest().size(); };
  std::string_view name;
  std::uint64_t offset = 0, size = 0;
  if (!in.symbol(name) || !is_symbol_name(name) || !in.lit("+") || !lower_hex0x(in, offset)) return false;
  if (!in.lit("/") || !lower_hex0x(in, size) || is_word(in.peek())) return false;
  out = {};
  out.begin = begin;
  out.end = here();
  out.ref.symbol = name;
  out.ref.offset = offset;
  out.ref.size = size;
  read_module(in, out.ref.module, out.ref.build_id);
  out.module_end = here();
  return true;
}

SymbolRef named_function(std::string_view name) {
  SymbolRef ref;
  ref.symbol = name;
  ref.pc = PcKind::pointer;
  return ref;
}

}  // namespace unoops::grammar

namespace unoops {

using namespace grammar;

std::vector<SymbolRefSpan> find_symbol_refs(std::string_view text) {
  std::vector<SymbolRefSpan> found;
  std::size_t behind = 0;  // the last reference
  for (std::size_t at = 0; (at = text.find("+0x", at)) != std::string_view::npos;) {
    SymbolRefSpan span;
    if (!read_symbol_ref(text, symbol_begin(text, behind, at), span)) {
      at += 3;
      continue;
    }
    span.ref.address = address_before(text.substr(behind, span.begin - behind));
    span.ref.pc = classify_pc(text, span);
    at = behind = span.module_end;
    found.push_back(std::move(span));
  }
  return found;
}

}  // namespace unoops
