#include "render/redact_numbers.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "base/text.hpp"
#include "unoops/arch.hpp"

namespace unoops::render {

namespace {

constexpr std::uint64_t four_gib = std::uint64_t{1} << 32;
constexpr std::uint64_t error_codes = 4095;  // include/linux/err.h MAX_ERRNO

// An error code, in a register of 64 or of 32 bits.
bool is_error(std::uint64_t value) {
  return value > ~std::uint64_t{0} - error_codes || (value < four_gib && value > four_gib - 1 - error_codes);
}

// One byte throughout, as memory is filled with (include/linux/poison.h), and what a member of such a structure is at.
bool is_filler(std::uint64_t value) {
  constexpr std::uint64_t structure = 4096;
  constexpr std::uint64_t poison[] = {0x6b, 0x5a, 0xa5, 0xbb, 0xcc, 0xaa};
  const std::uint64_t ones = value < four_gib ? 0x01010101 : 0x0101010101010101;
  return value == (value & 0xff) * ones ||
         std::ranges::any_of(poison, [&](std::uint64_t byte) { return value - byte * ones < structure; });
}

// The poison of lists and timers with CONFIG_ILLEGAL_POINTER_VALUE, the magic numbers of locks
// (include/linux/spinlock_types_raw.h, rwlock_types.h), and KASAN's shadow of small addresses (KASAN_SHADOW_OFFSET).
bool is_marker(std::uint64_t value) {
  const auto high = value >> 32, low = value & 0xffffffff;
  if (value == 0xdead4ead || value == 0xdeaf1eed) return true;
  return (high == 0xdead0000 || value >> 48 == 0xdfff) && low < 0x10000;
}

// The name that stands before a number: "CR3: ", "pgd=", "PGD ", "Bank 5: ", "RIP: 0010:".
std::string_view name_before(std::string_view text) {
  constexpr std::size_t widest = 4;  // of a segment, or of the number of a bank
  if (text.ends_with("0x")) text.remove_suffix(2);
  const auto drop_marks = [&] { text = text.substr(0, text.find_last_not_of(" \t:=([]") + 1); };
  const auto last_word = [&] {
    const auto behind = std::find_if_not(text.rbegin(), text.rend(), is_word);
    return text.substr(text.size() - static_cast<std::size_t>(behind - text.rbegin()));
  };
  drop_marks();
  if (const auto word = last_word(); !word.empty() && word.size() <= widest && is_digit(word.front())) {
    text.remove_suffix(word.size());
    drop_marks();
  }
  return last_word();
}

// Registers and words that say of a number, however short, that it is a place: in code or data, of tables of pages and
// of what their entries hold; and what KASLR has added.
bool holds_place(std::string_view name, std::string_view before) {
  static constexpr std::string_view names[] = {
      "rip",   "eip",   "ip",  "nip", "pc",  "epc", "cr2", "far", "dar",  "badva", "addr", "cr3", "ttbr0",
      "ttbr1", "table", "pgd", "p4d", "pud", "pmd", "pte", "pde", "pdpt", "ppte",  "pgdp", "pfn", "phys_offset"};
  static constexpr std::string_view phrases[] = {"Kernel Offset: 0x", "relocated by 0x", "segfault at "};
  return std::ranges::any_of(names, [&](std::string_view one) { return equal_ignoring_case(name, one); }) ||
         std::ranges::any_of(phrases, [&](std::string_view one) { return before.ends_with(one); });
}

bool is_decimal(std::string_view digits) { return digits.find_first_not_of("0123456789") == std::string_view::npos; }

// Addresses of 32 bits are printed with all their digits. So are dates and counts: those have no letters.
bool looks_like_place_of_32_bits(const HexWord& word, const Machine& machine) {
  if (word.digits.size() != 8 || machine.bits == 64) return false;
  if (word.in_code && !word.prefixed) return may_be_address_in_code(static_cast<std::uint32_t>(word.value));
  if (word.value >= 0x80000000u) return true;
  return machine.bits == 32 || (!word.prefixed && !is_decimal(word.digits));
}

}  // namespace

bool is_place(std::uint64_t value) {
  // Nobody may map what lies below (mmap_min_addr): members of NULL, counts, flags.
  constexpr std::uint64_t smallest = 0x10000;
  return value >= smallest && !is_error(value) && !is_filler(value) && !is_marker(value);
}

bool is_kernel_half(std::uint64_t value) { return value >= 0xffff800000000000; }

bool holds_bits(std::string_view name) {
  static constexpr std::string_view others[] = {"flags", "trace", "bank"};
  const auto is_it = [&](std::string_view other) { return equal_ignoring_case(name, other); };
  // Old kernels print "eflags"; but sh's "PR" is an address, and ia64's "pr" holds bits.
  const auto is_register = [&](std::string_view other) {
    return name == other || (is_it(other) && std::ranges::none_of(name, is_upper));
  };
  return std::ranges::any_of(others, is_it) || std::ranges::any_of(arches(), [&](const ArchInfo* arch) {
           return std::ranges::any_of(arch->control_registers, is_register);
         });
}

bool may_be_address_in_code(std::uint32_t word) { return word >= 0x80000000 && word < 0xe0000000; }

bool looks_like_place(const HexWord& word, const Machine& machine) {
  if (!is_place(word.value)) return false;
  const auto name = name_before(word.before);
  if (holds_bits(name) && !is_kernel_half(word.value)) return false;
  if (holds_place(name, word.before) || word.before.ends_with("[<")) return true;
  if (word.digits.size() == 16 || (word.prefixed && word.value >= four_gib)) return true;
  if (word.digits.size() > 8 && (word.digits.starts_with("ffff") || (word.ends_text && !is_decimal(word.digits))))
    return true;  // the line was cut
  if (machine.low_kernel && word.prefixed) return true;
  return looks_like_place_of_32_bits(word, machine);
}

std::string with_hex_words(std::string_view text,
                           const std::function<std::optional<std::uint64_t>(const HexWord&)>& stand_in) {
  constexpr std::size_t widest = 16;
  std::string out;
  const auto code = text.find("Code: ");
  std::size_t done = 0;
  for (std::size_t at = 0; at < text.size();) {
    if (!is_hex(text[at]) || (at > 0 && is_word(text[at - 1]))) {
      ++at;
      continue;
    }
    HexWord word;
    word.prefixed = text.substr(at).starts_with("0x") || text.substr(at).starts_with("0X");
    const std::size_t from = at + (word.prefixed ? 2 : 0);
    std::size_t end = from;
    while (end < text.size() && is_hex(text[end])) ++end;
    word.before = text.substr(0, from);
    word.digits = text.substr(from, end - from);
    word.ends_text = end == text.size();
    word.in_code = at > code;
    const bool ends = end == text.size() || !is_word(text[end]) || end - from == widest;
    while (end < text.size() && is_word(text[end])) ++end;
    at = std::max(end, at + 1);
    if (!ends || word.digits.empty() || word.digits.size() > widest) continue;
    std::from_chars(word.digits.data(), word.digits.data() + word.digits.size(), word.value, 16);
    const auto other = stand_in(word);
    if (!other) continue;
    out += text.substr(done, from - done);
    out += word.prefixed ? fmt::format("{:x}", *other) : fmt::format("{:0{}x}", *other, word.digits.size());
    done = from + word.digits.size();
  }
  return out += text.substr(done);
}

}  // namespace unoops::render
