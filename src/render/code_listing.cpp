#include "render/code_listing.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <ostream>
#include <string>
#include <vector>

#include "report/code_word.hpp"

namespace unoops::render {
namespace {

constexpr std::size_t bytes_per_row = 7;  // objdump's, for x86
constexpr std::string_view blanks = " \t";

struct Groups {
  std::vector<std::string_view> words;  // without their marks
  std::size_t unit = 1;                 // bytes in each
  int address_bits = 64;
};

// No words where they are not all of one size: the line is torn, and nobody can tell where its instructions are.
Groups split(std::string_view code) {
  Groups groups;
  for (code.remove_prefix(std::min(code.find_first_not_of(blanks), code.size())); !code.empty();) {
    const auto end = std::min(code.find_first_of(blanks), code.size());
    const auto word = report::code_word(code.substr(0, end));
    if (word.empty()) break;
    if (!groups.words.empty() && word.size() != groups.words.front().size()) return {};
    groups.words.push_back(word);
    code.remove_prefix(std::min(code.find_first_not_of(blanks, end), code.size()));
  }
  if (!groups.words.empty()) groups.unit = groups.words.front().size() / 2;
  return groups;
}

// Capstone's "movl 8(%rax), %eax" in objdump's columns: "movl   8(%rax),%eax".
std::string in_columns(std::string_view text) {
  const auto blank = text.find(' ');
  if (blank == std::string_view::npos) return std::string(text);
  std::string operands(text.substr(blank + 1));
  for (std::size_t at; (at = operands.find(", ")) != std::string::npos;) operands.erase(at + 1, 1);
  return fmt::format("{:<6} {}", text.substr(0, blank), operands);
}

// Targets count from the listing's first byte, as objdump's do in an object file of these bytes alone: "jmp .-0x20" at 0x10
// is a jump to 0xfffffffffffffff0.
std::string listed_text(const Groups& groups, const Instruction& in, std::uint64_t start) {
  const auto operand = in.text.find_last_of(" ,");
  const auto word = std::string_view(in.text).substr(operand == std::string::npos ? in.text.size() : operand + 1);
  std::uint64_t distance = 0;
  const bool back = word.starts_with(".-0x");
  if (!(back || word.starts_with(".+0x")) ||
      std::from_chars(word.data() + 4, word.data() + word.size(), distance, 16).ec != std::errc{})
    return in_columns(in.text);
  std::uint64_t target = in.offset - start + (back ? 0 - distance : distance);
  if (groups.address_bits == 32) target &= 0xffffffff;
  return in_columns(in.text.substr(0, operand + 1) + fmt::format("{:#x}", target));
}

void write_instruction(std::ostream& out, const Groups& groups, const Instruction& in, std::uint64_t start, bool mark) {
  const std::size_t first = in.offset / groups.unit,
                    last = std::min(groups.words.size(), first + in.bytes.size() / groups.unit);
  const std::size_t per_row = std::max<std::size_t>(1, bytes_per_row / groups.unit);
  for (std::size_t at = first; at < last; at += per_row) {
    std::string hex;
    for (std::size_t i = at; i < std::min(last, at + per_row); ++i) hex.append(groups.words[i]) += ' ';
    out << fmt::format("{:4x}:{}\t", at * groups.unit - start, mark && at == first ? "*" : "");
    if (at == first)
      out << fmt::format("{:<21}\t{}{}\n", hex, listed_text(groups, in, start),
                         mark ? "\t\t<-- trapping instruction" : "");
    else
      out << hex << '\n';
  }
}

// What is no instruction: the end of one whose start is not there, and the start of one that was cut off.
void write_bytes(std::ostream& out, const Groups& groups, std::uint64_t from, std::uint64_t to, std::uint64_t start) {
  to = std::min<std::uint64_t>(to, groups.words.size() * groups.unit);
  for (; from < to && to - from >= groups.unit; from += groups.unit) {
    const auto word = groups.words[from / groups.unit];
    out << fmt::format("{:4x}:\t{:<21}\t{} 0x{}\n", from - start, fmt::format("{} ", word),
                       groups.unit == 1 ? ".byte" : ".inst", word);
  }
}

using Iterator = std::vector<Instruction>::const_iterator;

void write_all(std::ostream& out, const Groups& groups, Iterator first, Iterator last, std::uint64_t start, bool mark) {
  std::uint64_t at = start;
  for (auto in = first; in != last; ++in) {
    write_bytes(out, groups, at, in->offset, start);
    write_instruction(out, groups, *in, start, mark && in->faulting);
    at = in->offset + in->bytes.size();
  }
  write_bytes(out, groups, at, groups.words.size() * groups.unit, start);
}

}  // namespace

void write_code_listing(std::ostream& out, std::string_view code, const std::vector<Instruction>& instructions,
                        int address_bits) {
  if (instructions.empty()) return;
  Groups groups = split(code);
  if (groups.words.empty()) return;
  groups.address_bits = address_bits;
  const auto fault = std::ranges::find_if(instructions, &Instruction::faulting);
  const bool marked = fault != instructions.end();
  if (marked) {
    out << "All code\n========\n";
    write_all(out, groups, instructions.begin(), instructions.end(), 0, true);
    out << '\n';
  }
  const auto first = marked ? fault : instructions.begin();
  out << "Code starting with the faulting instruction\n===========================================\n";
  write_all(out, groups, first, instructions.end(), first->offset, false);
}

}  // namespace unoops::render
