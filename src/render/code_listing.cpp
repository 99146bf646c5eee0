#include "render/code_listing.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <ostream>
#include <span>
#include <string>

namespace unoops {
namespace {

constexpr std::size_t bytes_per_row = 7;  // objdump's, for x86

std::string hex(std::span<const std::uint8_t> bytes) {
  std::string text;
  for (const auto byte : bytes) text += fmt::format("{:02x} ", byte);
  return text;
}

void write_instruction(std::ostream& out, const Instruction& in, std::uint64_t start, bool mark) {
  const std::span<const std::uint8_t> bytes = in.bytes;
  for (std::size_t at = 0; at < bytes.size(); at += bytes_per_row) {
    const auto row = bytes.subspan(at, std::min(bytes_per_row, bytes.size() - at));
    out << fmt::format("{:4x}:{}\t", in.offset - start + at, mark && at == 0 ? "*" : "");
    if (at == 0)
      out << fmt::format("{:<21}\t{}{}\n", hex(row), in.text, mark ? "\t\t<-- trapping instruction" : "");
    else
      out << hex(row) << '\n';
  }
}

}  // namespace

void write_code_listing(std::ostream& out, const std::vector<Instruction>& code) {
  if (code.empty()) return;
  const auto fault = std::find_if(code.begin(), code.end(), [](const Instruction& in) { return in.faulting; });
  const bool marked = fault != code.end();
  if (marked) {
    out << "All code\n========\n";
    for (const auto& in : code) write_instruction(out, in, 0, in.faulting);
    out << '\n';
  }
  const auto first = marked ? fault : code.begin();
  out << "Code starting with the faulting instruction\n===========================================\n";
  for (auto in = first; in != code.end(); ++in) write_instruction(out, *in, first->offset, false);
}

}  // namespace unoops
