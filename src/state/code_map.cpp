#include "state/code_map.hpp"

#include <algorithm>

namespace unoops::state {

CodeMap::CodeMap(Target& target) : target_(target) {
  layout_ = OrcLayout::of(target.types(), target.structure("orc_entry"));
  if (layout_) read_kernel_table();
}

// scripts/sorttable.c has sorted both when the kernel was linked.
void CodeMap::read_kernel_table() {
  auto& elf = target_.vmlinux().elf();
  const auto* places = elf.section(".orc_unwind_ip");
  const auto* entries = elf.section(".orc_unwind");
  if (!places || !entries) return;
  // A separate debug file has no bytes of them, but the dump has.
  const auto bytes_of = [&](const ElfSection& section, std::vector<std::uint8_t>& own) {
    constexpr std::uint64_t most = 64 << 20;
    if (auto bytes = elf.bytes(section); !bytes.empty() || section.size > most) return bytes;
    own.resize(section.size);
    const bool there =
        target_.memory().read(section.addr + target_.offset(), std::as_writable_bytes(std::span(own))) == Got::yes;
    return there ? Bytes(own) : Bytes();
  };
  kernel_.emplace(bytes_of(*places, places_), places->addr, bytes_of(*entries, entries_), *layout_);
}

LoadedModule* CodeMap::module_at(std::uint64_t address) {
  if (!modules_) modules_ = loaded_modules(target_);
  const auto at = std::ranges::find_if(*modules_, [&](const LoadedModule& m) { return m.holds(address); });
  return at == modules_->end() ? nullptr : &*at;
}

std::optional<OrcEntry> CodeMap::orc(std::uint64_t address) {
  if (!layout_) return std::nullopt;
  const auto linked = address - target_.offset();
  const auto* section = target_.vmlinux().elf().section_at(linked);
  if (section && section->executable()) return kernel_ ? kernel_->find(linked) : std::nullopt;
  auto* module = module_at(address);
  return module ? module->orc(target_, *layout_, address) : std::nullopt;
}

SymbolRef CodeMap::reference(std::uint64_t address, PcKind pc) {
  SymbolRef out;
  out.address = address;
  out.pc = pc;
  const auto looked_up = address - 1;
  if (const auto symbol = target_.vmlinux().symbols().covering(looked_up - target_.offset())) {
    out.symbol = symbol->name;
    out.offset = address - target_.offset() - symbol->address;
    out.size = symbol->size;
  } else if (auto* module = module_at(looked_up)) {
    out.module = module->name();
    const auto name = module->code_name(target_, looked_up, symbols_left_);
    if (!name) return out;
    out.symbol = name->symbol;
    out.offset = address - name->begin;
    out.size = name->size;
  }
  return out;
}

}  // namespace unoops::state
