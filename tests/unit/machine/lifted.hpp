// An instruction as a lifter tells it, in one line of text: what the tables beside this file are written in.
//
//   {"mov 0x18(%rdi), %rax", "48 8b 47 18", "rax = load8 [rdi+0x18]", "read8 [rdi+0x18]"}
//
// First what the assembler was given and what it made of it, then the effects, then accesses, flow and what else there
// is to say. Numbers behind load, store, modify, read, write and update (read and write) are bytes; "rax:4 = ..." works
// on 4 bytes where a register has more; "?" is anything. All instructions stand at 0x1000.
#pragma once

#include <span>
#include <string_view>

#include "catch.hpp"

namespace unoops::test {

struct Lifted {
  std::string_view assembly, bytes, effects, rest;
};

void check_lifted(std::string_view arch, std::span<const Lifted> rows);

}  // namespace unoops::test
