#include "state/code_map.hpp"

#include <fmt/format.h>

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
  const auto read = [this](const ElfSection& section) -> OrcTable::Section {
    return [this, at = section.addr + target_.offset()](std::uint64_t from, std::span<std::uint8_t> out) {
      return target_.memory().read(at + from, std::as_writable_bytes(out)) == Got::yes;
    };
  };
  const auto in_file = elf.bytes(*places), entries_in_file = elf.bytes(*entries);
  if (!in_file.empty() && !entries_in_file.empty())
    kernel_.emplace(in_file, places->addr, entries_in_file, *layout_);
  else  // a separate debug file has no bytes of them, but the dump has
    kernel_.emplace(read(*places), places->addr, read(*entries), entries->size / layout_->bytes(), *layout_);
}

void CodeMap::read_modules() {
  if (modules_) return;
  modules_ = loaded_modules(target_);
  for (LoadedModule& module : *modules_)
    for (const auto begin : module.begins()) by_begin_.emplace_back(begin, &module);
  std::ranges::stable_sort(by_begin_, {}, &std::pair<std::uint64_t, LoadedModule*>::first);
}

// By the places of their code; where modules overlap, memory is damaged, and nobody knows whose it is.
LoadedModule* CodeMap::module_at(std::uint64_t address) {
  read_modules();
  const auto behind = std::ranges::upper_bound(by_begin_, address, {}, &std::pair<std::uint64_t, LoadedModule*>::first);
  if (behind == by_begin_.begin() || !std::prev(behind)->second->holds(address)) return nullptr;
  return std::prev(behind)->second;
}

LoadedModule* CodeMap::module_around(std::uint64_t address) {
  read_modules();
  LoadedModule* found = nullptr;
  for (LoadedModule& module : *modules_) {
    if (!module.covers(address)) continue;
    if (found) return nullptr;
    found = &module;
  }
  return found;
}

std::string CodeMap::name_of(std::uint64_t address) {
  const auto named = [&](std::string_view name, std::uint64_t begin) {
    return address == begin ? std::string(name) : fmt::format("{}+{:#x}", name, address - begin);
  };
  auto& vmlinux = target_.vmlinux();
  const auto linked = address - target_.offset();
  if (const auto* section = vmlinux.elf().section_at(linked)) {
    const auto symbol =
        section->executable() ? vmlinux.symbols().covering(linked) : vmlinux.symbols().object_covering(linked);
    return symbol ? named(symbol->name, symbol->address + target_.offset()) : std::string();
  }
  auto* module = module_around(address);
  if (!module) return {};
  auto name = module->object_name(target_, address, symbols_left_);
  if (!name && module->holds(address)) name = module->code_name(target_, address, symbols_left_);
  return name ? named(name->symbol, name->begin) + " [" + module->name() + "]" : std::string();
}

std::optional<std::uint64_t> CodeMap::section_beside(std::uint64_t code, std::string_view section) {
  auto* module = module_at(code);
  return module ? module->section(target_, section) : std::nullopt;
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
