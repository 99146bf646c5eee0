// The architectures: what the world sees of a row of the table in src/arch.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace unoops {

struct ArchInfo {
  std::string_view id;            // "x86_64", "arm64", ...
  std::uint16_t elf_machine = 0;  // EM_*
  int bits = 64;
  bool big_endian = false;
  std::string_view pc, sp, fault_address;       // roles, by the names that the log uses: "RIP", "RSP", "CR2"
  std::span<const std::string_view> registers;  // printed names, in the order that people expect
};

std::span<const ArchInfo* const> arches();
const ArchInfo* find_arch(std::string_view id);

}  // namespace unoops
