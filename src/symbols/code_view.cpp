#include "symbols/code_view.hpp"

#include <dwarf.h>
#include <gelf.h>

#include <algorithm>

#include "symbols/impl.hpp"

namespace unoops {

using symbols::DebugFile;
using symbols::Section;

namespace {

bool is_definition(Dwarf_Die& die, std::string_view name) {
  const int tag = dwarf_tag(&die);
  if (tag != DW_TAG_structure_type && tag != DW_TAG_union_type && tag != DW_TAG_enumeration_type &&
      tag != DW_TAG_class_type)
    return false;
  const char* own = dwarf_diename(&die);
  return own && name == own && !dwarf_hasattr(&die, DW_AT_declaration);
}

std::optional<Dwarf_Die> find_in_unit(Dwarf_Die unit, std::string_view name) {
  Dwarf_Die child;
  if (dwarf_child(&unit, &child) != 0) return std::nullopt;
  do {
    if (is_definition(child, name)) return child;
  } while (dwarf_siblingof(&child, &child) == 0);
  return std::nullopt;
}

std::optional<Dwarf_Die> find_in_file(DebugFile& file, std::string_view name) {
  Dwarf* dwarf = file.dwarf();
  if (!dwarf) return std::nullopt;
  file.prepare_headers();
  Dwarf_Off at = 0, next = 0;
  std::size_t header = 0;
  for (; dwarf_nextcu(dwarf, at, &next, &header, nullptr, nullptr, nullptr) == 0; at = next) {
    Dwarf_Die unit;
    if (!file.prepare_unit(at + header) || !dwarf_offdie(dwarf, at + header, &unit)) continue;
    if (auto found = find_in_unit(unit, name)) return found;
  }
  return std::nullopt;
}

std::span<const std::uint8_t> function_bytes(DebugFile& file, std::uint64_t start, std::uint64_t size) {
  const Section* section = file.elf().section_at(start);
  if (!section) return {};
  const auto bytes = file.elf().bytes(*section);
  const std::uint64_t from = start - section->addr;
  return from < bytes.size() ? bytes.subspan(from, std::min<std::uint64_t>(size, bytes.size() - from)) : bytes.first(0);
}

// Any symbol, data too: a linear look over the table, for the few names and addresses that inspect asks for.
template <class Visit>
void each_symbol(DebugFile& file, Visit visit) {
  const auto& sections = file.elf().sections();
  for (const Section& s : sections) {
    if (s.type != SHT_SYMTAB || s.entsize == 0) continue;
    Elf_Data* data = elf_getdata(elf_getscn(file.elf().elf(), s.index), nullptr);
    for (std::size_t i = 1; data && i < data->d_size / s.entsize; ++i) {
      GElf_Sym symbol{};
      if (!gelf_getsym(data, static_cast<int>(i), &symbol) || symbol.st_shndx >= sections.size()) continue;
      const Section& home = sections[symbol.st_shndx];
      const int type = GELF_ST_TYPE(symbol.st_info);
      if (!home.allocated() || type == STT_SECTION || type == STT_FILE) continue;
      const char* name = elf_strptr(file.elf().elf(), s.link, symbol.st_name);
      const std::uint64_t base = file.elf().relocatable() ? home.addr : 0;
      if (name && *name && !visit(std::string_view(name), base + symbol.st_value, symbol)) return;
    }
  }
}

std::string module_of(KernelSymbols::Impl& impl, DebugFile& file) {
  if (&file == impl.vmlinux()) return {};
  const std::string& path = file.elf().path();
  return symbols::module_name_of(std::string_view(path).substr(path.rfind('/') + 1));
}

}  // namespace

std::optional<Dwarf_Die> unit_of(const CodeView& view, std::uint64_t address) {
  const auto unit = view.file->unit_at(address);
  Dwarf_Die die;
  if (!unit || !view.file->prepare_unit(*unit) || !dwarf_offdie(view.dwarf, *unit, &die)) return std::nullopt;
  return die;
}

std::vector<CodeView> code_views(KernelSymbols::Impl& impl, const SymbolRef& ref) {
  const auto place = impl.place(ref);
  if (!place) return {};
  std::vector<symbols::Symbol> candidates = place->others;
  candidates.insert(candidates.begin(), place->symbol);
  DebugFile& file = *place->file;
  std::vector<CodeView> out;
  for (const auto& symbol : candidates) {
    CodeView view;
    view.file = &file;
    view.elf = file.elf().elf();
    view.dwarf = file.dwarf();
    view.address = symbol.address + (place->address - place->symbol.address);
    view.function = symbol.name;
    view.start = symbol.address;
    view.bytes = function_bytes(file, view.start, symbol.size);
    view.size = view.bytes.empty() ? symbol.size : view.bytes.size();
    view.machine = file.elf().machine();
    view.module = file.elf().relocatable();
    if (view.dwarf) view.cu = unit_of(view, view.address < view.start + view.size ? view.address : view.start);
    out.push_back(std::move(view));
  }
  return out;
}

std::optional<CodeView> code_view(KernelSymbols::Impl& impl, const SymbolRef& ref) {
  auto views = code_views(impl, ref);
  if (views.size() != 1) return std::nullopt;
  return std::move(views.front());
}

std::optional<Dwarf_Die> find_type(KernelSymbols::Impl& impl, const CodeView& view, std::string_view name) {
  if (view.cu)
    if (auto found = find_in_unit(*view.cu, name)) return found;
  const std::string key = view.file->elf().path() + " " + std::string(name);
  if (const auto known = impl.types.find(key); known != impl.types.end()) return known->second;
  auto found = find_in_file(*view.file, name);
  if (DebugFile* kernel = impl.vmlinux(); !found && kernel && kernel != view.file) found = find_in_file(*kernel, name);
  impl.types[key] = found;
  return found;
}

std::optional<NamedAddress> symbol_at(KernelSymbols::Impl& impl, const CodeView& view, std::uint64_t address) {
  std::optional<NamedAddress> best;
  std::uint64_t best_start = 0;
  each_symbol(*view.file, [&](std::string_view name, std::uint64_t start, const GElf_Sym& symbol) {
    if (start > address || (best && start < best_start)) return true;
    if (address - start >= std::max<std::uint64_t>(symbol.st_size, 1)) return true;
    if (best && start == best_start) return true;
    best = NamedAddress{std::string(name), address - start, ""};
    best_start = start;
    return true;
  });
  if (best) best->module = module_of(impl, *view.file);
  return best;
}

std::optional<std::uint64_t> address_of(KernelSymbols::Impl&, const CodeView& view, std::string_view wanted) {
  std::optional<std::uint64_t> found;
  each_symbol(*view.file, [&](std::string_view name, std::uint64_t start, const GElf_Sym&) {
    if (name != wanted) return true;
    found = start;
    return false;
  });
  return found;
}

std::vector<CodeRelocation> relocations(const CodeView& view, std::uint64_t begin, std::uint64_t end) {
  std::vector<CodeRelocation> out;
  if (!view.module) return out;
  symbols::ElfFile& elf = view.file->elf();
  const Section* section = elf.section_at(view.start);
  const Section* table = elf.section(".symtab");
  Elf_Data* data = table ? elf_getdata(elf_getscn(elf.elf(), table->index), nullptr) : nullptr;
  if (!section || !data) return out;
  const std::uint64_t base = view.start - section->addr;
  for (const auto& r : view.file->relocator().list(*section, base + begin, base + end)) {
    GElf_Sym symbol{};
    if (!gelf_getsym(data, static_cast<int>(r.symbol), &symbol)) continue;
    CodeRelocation item{r.offset - base, "", r.addend, std::nullopt, r.type};
    const bool defined = symbol.st_shndx != SHN_UNDEF && symbol.st_shndx < elf.sections().size();
    if (GELF_ST_TYPE(symbol.st_info) != STT_SECTION)
      if (const char* name = elf_strptr(elf.elf(), table->link, symbol.st_name)) item.symbol = name;
    if (defined)
      item.target = elf.sections()[symbol.st_shndx].addr + symbol.st_value + static_cast<std::uint64_t>(r.addend);
    out.push_back(std::move(item));
  }
  return out;
}

}  // namespace unoops
