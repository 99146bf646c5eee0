#include "state/modules.hpp"

#include <elf.h>

#include <algorithm>

#include "debuginfo/symbol_index.hpp"

namespace unoops::state {
namespace {

// Bounds of what memory may claim. Of the names that kallsyms leaves out there are two or three at a place.
constexpr std::size_t most_modules = 4096, most_name = 512, most_left_out = 64;
constexpr std::size_t most_parts = 16, most_sections = 512;

constexpr std::string_view module = "module";

bool read_bytes(Target& target, std::uint64_t at, std::uint64_t size, std::vector<std::uint8_t>& out) {
  out.resize(size);
  return target.memory().read(at, std::as_writable_bytes(std::span(out))) == Got::yes;
}

}  // namespace

LoadedModule::LoadedModule(Target& target, std::uint64_t at) : at_(at), name_(target.text(at, module, "name")) {
  add_part(target, at, module, "core_layout.");
  add_part(target, at, module, "init_layout.");
  // Since v6.4 (include/linux/module.h struct module_memory).
  const auto& all = target.place(module, "mem");
  const auto each = size_of(target.structure("module_memory"));
  if (!all || each == 0) return;
  for (std::uint64_t i = 0; i < std::min<std::uint64_t>(all->size / each, most_parts); ++i)
    add_part(target, at + all->offset + i * each, "module_memory", "");
}

void LoadedModule::add_part(Target& target, std::uint64_t object, std::string_view type, std::string_view prefix) {
  const auto base = target.number(object, type, std::string(prefix) + "base");
  auto size = target.number(object, type, std::string(prefix) + "text_size");
  if (!size) size = target.number(object, type, std::string(prefix) + "size");
  if (!base || !size || *base == 0 || *size == 0) return;
  parts_.push_back({*base, *size});
  const auto all = target.number(object, type, std::string(prefix) + "size");
  whole_.push_back({*base, all.value_or(*size)});
}

bool LoadedModule::holds(std::uint64_t address) const {
  return std::ranges::any_of(parts_, [&](const Part& p) { return address - p.begin < p.size; });
}

bool LoadedModule::covers(std::uint64_t address) const {
  return std::ranges::any_of(whole_, [&](const Part& p) { return address - p.begin < p.size; });
}

std::vector<std::uint64_t> LoadedModule::begins() const {
  std::vector<std::uint64_t> out;
  for (const Part& part : parts_) out.push_back(part.begin);
  return out;
}

// v6.1 arch/x86/kernel/unwind_orc.c unwind_module_init has sorted both.
std::optional<OrcEntry> LoadedModule::orc(Target& target, const OrcLayout& layout, std::uint64_t address) {
  const auto count = target.number(at_, module, "arch.num_orcs");
  const auto places = target.number(at_, module, "arch.orc_unwind_ip");
  const auto entries = target.number(at_, module, "arch.orc_unwind");
  if (!count || !places || !entries) return std::nullopt;
  const auto section = [&](std::uint64_t begin) -> OrcTable::Section {
    return [&target, begin](std::uint64_t at, std::span<std::uint8_t> out) {
      return target.memory().read(begin + at, std::as_writable_bytes(out)) == Got::yes;
    };
  };
  return OrcTable(section(*places), *places, section(*entries), *count, layout).find(address);
}

// v6.1 kernel/module/kallsyms.c find_kallsyms_symbol.
void LoadedModule::read_names(Target& target, std::size_t& symbols_left) {
  names_read_ = true;
  const auto table = target.number(at_, module, "kallsyms");
  if (!table) return;
  const auto symbols = target.number(*table, "mod_kallsyms", "symtab");
  const auto count = target.number(*table, "mod_kallsyms", "num_symtab");
  const auto strings = target.number(*table, "mod_kallsyms", "strtab");
  std::vector<std::uint8_t> bytes;
  if (!symbols || !count || !strings || *count > symbols_left ||
      !read_bytes(target, *symbols, *count * sizeof(Elf64_Sym), bytes))
    return;
  symbols_left -= *count;
  const auto rows = std::as_bytes(std::span(bytes));
  for (std::size_t at = 0; at + sizeof(Elf64_Sym) <= rows.size(); at += sizeof(Elf64_Sym)) {
    if (little16(rows, at + offsetof(Elf64_Sym, st_shndx)) == SHN_UNDEF) continue;
    const auto address = little64(rows, at + offsetof(Elf64_Sym, st_value));
    const auto size = little64(rows, at + offsetof(Elf64_Sym, st_size));
    const Row row{address, *strings + little32(rows, at + offsetof(Elf64_Sym, st_name)), size};
    const auto info = std::to_integer<unsigned char>(rows[at + offsetof(Elf64_Sym, st_info)]);
    const bool object = ELF64_ST_TYPE(info) == STT_OBJECT && size != 0;
    if (object && covers(address))
      objects_.push_back(row);
    else if (holds(address))
      rows_.push_back(row);
  }
  std::ranges::stable_sort(rows_, {}, &Row::address);
  std::ranges::stable_sort(objects_, {}, &Row::address);
}

// Variables do not overlap: the last one that begins there or before, if it reaches so far.
std::optional<CodeName> LoadedModule::object_name(Target& target, std::uint64_t address, std::size_t& symbols_left) {
  if (!names_read_) read_names(target, symbols_left);
  const auto behind = std::ranges::upper_bound(objects_, address, {}, &Row::address);
  if (behind == objects_.begin() || address - std::prev(behind)->address >= std::prev(behind)->size)
    return std::nullopt;
  const Row& row = *std::prev(behind);
  auto name = text_at(target, row.name, most_name);
  if (kallsyms_ignores(name, true)) return std::nullopt;
  return CodeName{std::move(name), row.address, row.size};
}

// v6.1 kernel/module/sysfs.c add_sect_attrs: what /sys/module/NAME/sections shows. v6.14 has no module_sect_attr and no
// nsections there, but bin_attributes whose `private` is the address: of such a kernel no section is told.
void LoadedModule::read_sections(Target& target) {
  constexpr std::string_view all = "module_sect_attrs", one = "module_sect_attr";
  sections_.emplace();
  const auto table = target.number(at_, module, "sect_attrs");
  const auto& first = target.place(all, "attrs");
  const auto each = size_of(target.structure(one));
  if (!table || *table == 0 || !first || each == 0) return;
  const auto count = std::min<std::uint64_t>(target.number(*table, all, "nsections").value_or(0), most_sections);
  for (std::uint64_t i = 0; i < count; ++i) {
    const auto at = *table + first->offset + i * each;
    auto name = target.number(at, one, "battr.attr.name");
    if (!name) name = target.number(at, one, "name");  // before v5.8
    const auto address = target.number(at, one, "address");
    if (name && address) sections_->emplace_back(text_at(target, *name, most_name), *address);
  }
}

std::optional<std::uint64_t> LoadedModule::section(Target& target, std::string_view name) {
  if (!sections_) read_sections(target);
  std::optional<std::uint64_t> found;
  for (const auto& [section, address] : *sections_) {
    if (section != name) continue;
    if (found) return std::nullopt;  // which of them, nobody knows
    found = address;
  }
  return found;
}

std::optional<CodeName> LoadedModule::code_name(Target& target, std::uint64_t address, std::size_t& symbols_left) {
  if (!names_read_) read_names(target, symbols_left);
  const auto behind = std::ranges::upper_bound(rows_, address, {}, &Row::address);
  const auto part = std::ranges::find_if(parts_, [&](const Part& p) { return address - p.begin < p.size; });
  if (part == parts_.end()) return std::nullopt;
  const auto end =
      behind == rows_.end() ? part->begin + part->size : std::min(behind->address, part->begin + part->size);
  // The first of those at the highest address that have a name.
  std::size_t left_out = 0;
  for (auto upto = behind; upto != rows_.begin();) {
    const auto at = std::ranges::lower_bound(rows_.begin(), upto, std::prev(upto)->address, {}, &Row::address);
    for (auto alias = at; alias != upto; ++alias) {
      if (left_out++ == most_left_out) return std::nullopt;
      auto name = text_at(target, alias->name, most_name);
      if (!kallsyms_ignores(name, true)) return CodeName{std::move(name), at->address, end - at->address};
    }
    upto = at;
  }
  return std::nullopt;
}

std::vector<LoadedModule> loaded_modules(Target& target) {
  std::vector<LoadedModule> out;
  const auto head = target.variable("modules");
  const auto& link = target.place(module, "list");
  if (head && link)
    each_link(target, *head, most_modules, [&](std::uint64_t at) { out.emplace_back(target, at - link->offset); });
  return out;
}

}  // namespace unoops::state
