// Reports of which the text has the code: what a fault's first lines, registers and "Code:" bytes give.
#pragma once

#include <string_view>
#include <utility>
#include <vector>

#include "inspect/inspect.hpp"

namespace unoops::test {

// The pc is symbol+offset; the byte at `fault` is the marked one.
inline Report oops(std::string_view arch, std::string_view kind, std::string_view symbol, std::uint64_t offset,
                   std::vector<std::uint8_t> bytes, std::size_t fault) {
  Report r;
  r.arch = find_arch(arch);
  r.kind = find_kind(kind);
  r.code.bytes = std::move(bytes);
  r.code.fault_offset = fault;
  Stack pc;
  pc.role = StackRole::pc;
  pc.frames.emplace_back();
  pc.frames[0].ref.symbol = symbol;
  pc.frames[0].ref.offset = offset;
  pc.frames[0].ref.size = 0x100;
  pc.frames[0].ref.pc = PcKind::exact;
  r.stacks.push_back(pc);
  return r;
}

}  // namespace unoops::test
