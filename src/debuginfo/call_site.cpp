#include "debuginfo/call_site.hpp"

#include "arch/arch.hpp"
#include "machine/isa.hpp"

namespace unoops::debuginfo {

// In a module the bytes of a target are zero: a relocation knows it. vmlinux has it in place.
CallSite call_before(DebugFile& file, std::uint64_t return_address) {
  ElfFile& elf = file.elf();
  const Isa* isa = elf.arch() ? elf.arch()->isa : nullptr;
  const ElfSection* section = return_address ? elf.section_at(return_address - 1) : nullptr;
  if (!isa || !isa->calls.before || !section || section->addr == 0) return {};
  const Bytes all = elf.code(*section);
  const std::uint64_t length = return_address - section->addr;
  if (length > all.size()) return {};
  CallSite site = isa->calls.before({all.first(length), section->addr, elf.arch()->info.big_endian});
  if (!site.target || !elf.relocatable()) return site;
  const auto found = file.relocations(*section, length - 4, length);
  site.target = found.empty() ? std::nullopt : found.front().target;
  if (site.target) *site.target += isa->field_bytes;  // a relative field's addend counts from its end
  return site;
}

}  // namespace unoops::debuginfo
