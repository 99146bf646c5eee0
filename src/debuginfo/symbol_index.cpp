#include "debuginfo/symbol_index.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <utility>

#include "arch/arch.hpp"

namespace unoops::debuginfo {

namespace {

// scripts/mksysmap and is_ignored_symbol() of scripts/kallsyms.c (v6.1, v6.12).
constexpr std::array<std::string_view, 15> ignored_prefixes = {".L",
                                                               "$",
                                                               "__crc_",
                                                               "__kstrtab_",
                                                               "__kstrtabns_",
                                                               "__efistub_",
                                                               "__kvm_nvhe_$",
                                                               "__kvm_nvhe_.L",
                                                               "__AArch64ADRPThunk_",
                                                               "__ARMV5PILongThunk_",
                                                               "__ARMV7PILongThunk_",
                                                               "__ThumbV7PILongThunk_",
                                                               "__LA25Thunk_",
                                                               "__microLA25Thunk_",
                                                               "__kcfi_typeid_"};
constexpr std::array<std::string_view, 3> ignored_suffixes = {"_from_arm", "_from_thumb", "_veneer"};

// kallsyms prints 511 bytes of a name (v6.1 KSYM_NAME_LEN). Longer ones share their bytes in a hostile file's string table.
constexpr std::size_t longest_name = 4096;

// Empty, which kallsyms leaves out, where it is too long.
std::string_view name_at(const char* at) {
  const std::size_t length = strnlen(at, longest_name);
  return {at, length == longest_name ? 0 : length};
}

std::uint64_t hash(std::string_view name) {
  std::uint64_t h = name.size() * 0x9e3779b97f4a7c15u;
  while (name.size() >= 8) {
    std::uint64_t word;
    std::memcpy(&word, name.data(), 8);
    h = (h ^ word) * 0xff51afd7ed558ccdu;
    h ^= h >> 32;
    name.remove_prefix(8);
  }
  std::uint64_t word = 0;
  std::memcpy(&word, name.data(), name.size());
  h = (h ^ word) * 0xc4ceb9fe1a85ec53u;
  return h ^ h >> 29;
}

// kernel/module/kallsyms.c: is_arm_mapping_symbol().
bool is_mapping_symbol(std::string_view name) {
  if (name.starts_with(".L")) return true;
  return name.size() >= 2 && name[0] == '$' && std::string_view("axtd").find(name[1]) != std::string_view::npos &&
         (name.size() == 2 || name[2] == '.');
}

}  // namespace

bool kallsyms_ignores(std::string_view name, bool module) {
  if (name.empty()) return true;
  if (module) return is_mapping_symbol(name);
  if (name[0] == '_' || name[0] == '.' || name[0] == '$')
    for (const auto prefix : ignored_prefixes)
      if (name.starts_with(prefix)) return true;
  for (const auto suffix : ignored_suffixes)
    if (name.ends_with(suffix)) return true;
  return name == "L0" || name.find(".long_branch.") != name.npos || name.find(".plt_branch.") != name.npos;
}

SymbolIndex::SymbolIndex(ElfFile& file) : file_(file) {
  for (const ElfSection& s : file.sections()) {
    if (s.type != SHT_SYMTAB || s.link >= file.sections().size()) continue;
    const Bytes strings = file.bytes(file.sections()[s.link]);
    if (strings.empty() || strings.back() != 0) continue;
    rows_ = file.converted(s);
    strings_ = strings;
    first_global_ = s.info;
    return;
  }
}

// Visits the named symbols that a section defines, from a row on: bool(symbol, its name, the section), true ends it.
template <class Visit>
void SymbolIndex::each_row(std::size_t first, Visit visit) const {
  const auto& sections = file_.sections();
  const auto rows = [&]<class Sym>(const Sym* symbols) {
    for (std::size_t i = std::max<std::size_t>(first, 1); i < rows_.size() / sizeof(Sym); ++i) {
      const Sym& s = symbols[i];
      if (s.st_shndx >= sections.size() || s.st_name == 0 || s.st_name >= strings_.size()) continue;
      if (visit(s, reinterpret_cast<const char*>(strings_.data()) + s.st_name, sections[s.st_shndx])) return;
    }
  };
  if (file_.is_64())
    rows(reinterpret_cast<const Elf64_Sym*>(rows_.data()));
  else
    rows(reinterpret_cast<const Elf32_Sym*>(rows_.data()));
}

void SymbolIndex::read_code() {
  if (std::exchange(code_read_, true)) return;
  const bool module = file_.relocatable(), thumb = file_.arch() && file_.arch()->bit_0_is_thumb;
  std::vector<std::uint8_t> wanted(file_.sections().size());
  for (const ElfSection& s : file_.sections()) wanted[s.index] = s.executable();
  entries_.reserve(rows_.size() / (file_.is_64() ? sizeof(Elf64_Sym) : sizeof(Elf32_Sym)) / 2);
  each_row(1, [&](const auto& s, const char* at, const ElfSection& home) {
    const unsigned type = s.st_info & 0xf;
    if (!wanted[home.index] || type == STT_SECTION || type == STT_FILE) return false;
    const std::string_view name = name_at(at);
    if (kallsyms_ignores(name, module)) return false;
    const std::uint64_t value = thumb && type == STT_FUNC ? s.st_value & ~std::uint64_t{1} : s.st_value;
    entries_.push_back({(module ? home.addr : 0) + value, s.st_size, name.data(), s.st_shndx, 0, 0,
                        static_cast<std::uint16_t>(name.size()), type == STT_FUNC});
    return false;
  });
  sort_by_address();
  hash_names();
}

// A variable; nullopt: it is none.
template <class Sym>
std::optional<Symbol> SymbolIndex::object(const Sym& s, const char* name, const ElfSection& home) const {
  if ((s.st_info & 0xf) != STT_OBJECT || !home.allocated()) return std::nullopt;
  return Symbol{name_at(name), (file_.relocatable() ? home.addr : 0) + s.st_value, s.st_size, s.st_size, false, false};
}

std::optional<Symbol> SymbolIndex::global_object(std::string_view name) const {
  std::optional<Symbol> found;
  each_row(first_global_, [&](const auto& s, const char* its_name, const ElfSection& home) {
    if ((s.st_info & 0xf) == STT_OBJECT && name == name_at(its_name)) found = object(s, its_name, home);
    return found.has_value();
  });
  return found;
}

std::optional<Symbol> SymbolIndex::object_covering(std::uint64_t address) {
  if (!std::exchange(objects_read_, true)) {
    each_row(1, [&](const auto& s, const char* name, const ElfSection& home) {
      if (const auto found = object(s, name, home)) objects_.push_back(*found);
      return false;
    });
    std::ranges::stable_sort(objects_, {}, &Symbol::address);
  }
  const auto behind = std::ranges::upper_bound(objects_, address, {}, &Symbol::address);
  if (behind == objects_.begin()) return std::nullopt;
  // Of aliases the first.
  const auto at = std::ranges::lower_bound(objects_, std::prev(behind)->address, {}, &Symbol::address);
  if (address - at->address >= std::max<std::uint64_t>(at->size, 1)) return std::nullopt;
  return *at;
}

// Radix sort: a comparison sort of 70,000 symbols costs more than reading them.
void SymbolIndex::sort_by_address() {
  if (entries_.empty()) return;
  std::uint64_t low = UINT64_MAX, high = 0;
  for (const Entry& e : entries_) low = std::min(low, e.address), high = std::max(high, e.address);
  std::vector<std::uint32_t> from(entries_.size()), to(entries_.size());
  for (std::uint32_t i = 0; i < from.size(); ++i) from[i] = i;
  for (unsigned shift = 0; shift < 64 && (high - low) >> shift != 0; shift += 11) {
    std::array<std::uint32_t, 2049> count{};
    for (const std::uint32_t i : from) ++count[((entries_[i].address - low) >> shift & 2047) + 1];
    for (std::size_t i = 1; i < count.size(); ++i) count[i] += count[i - 1];
    for (const std::uint32_t i : from) to[count[(entries_[i].address - low) >> shift & 2047]++] = i;
    from.swap(to);
  }
  by_address_ = std::move(from);
  for (std::uint32_t i = 0; i < by_address_.size(); ++i) entries_[by_address_[i]].rank = i;
}

// Equal names share a slot, and are listed from its entry on. Names that collide on purpose cost the budget.
void SymbolIndex::hash_names() {
  std::size_t size = 16;
  while (size < entries_.size() * 2) size *= 2;
  slots_.assign(size, 0);
  tags_.assign(size, 0);
  std::uint64_t steps = 0;
  for (auto i = static_cast<std::uint32_t>(entries_.size()); i-- > 0 && !file_.budget().spent();) {
    const std::uint64_t h = hash(entries_[i].name());
    const std::size_t slot = slot_of(entries_[i].name(), h, steps);
    entries_[i].next = std::exchange(slots_[slot], i + 1);
    tags_[slot] = tag_of(h);
    if (steps > entries_.size()) file_.budget().work(std::exchange(steps, 0));
  }
}

// The slot of the name, or the free one where it would be.
std::size_t SymbolIndex::slot_of(std::string_view name, std::uint64_t h, std::uint64_t& steps) const {
  const std::size_t mask = slots_.size() - 1;
  for (std::size_t at = h & mask;; at = (at + 1) & mask, ++steps)
    if (slots_[at] == 0 || (tags_[at] == tag_of(h) && entries_[slots_[at] - 1].name() == name)) return at;
}

Symbol SymbolIndex::make(std::uint32_t index) const {
  const Entry& e = entries_[index];
  Symbol symbol{e.name(), e.address, 0, e.st_size, false, e.function};
  const auto next = behind(by_address_.begin() + e.rank, e.address);
  const Entry* following = next != by_address_.end() ? &entries_[*next] : nullptr;
  symbol.ends_section = !following || following->section != e.section;
  const ElfSection& section = file_.sections()[e.section];
  std::uint64_t end = following ? following->address : section.addr + section.size;
  // kernel/module/kallsyms.c: find_kallsyms_symbol(): at worst the next value is the end of the module's text.
  if (const std::uint64_t text_end = file_.text_end(e.address)) end = following ? std::min(end, text_end) : text_end;
  symbol.size = end > e.address ? end - e.address : 0;  // a damaged file's symbol may lie behind its section
  return symbol;
}

// The first symbol behind the address; `from`: one at or before it. Most symbols have no alias.
SymbolIndex::Rank SymbolIndex::behind(Rank from, std::uint64_t address) const {
  const auto lies_behind = [&](std::uint64_t a, std::uint32_t i) { return a < entries_[i].address; };
  if (from != by_address_.end() && entries_[*from].address == address) ++from;
  if (from == by_address_.end() || lies_behind(address, *from)) return from;
  return std::upper_bound(from, by_address_.end(), address, lies_behind);
}

SymbolIndex::Rank SymbolIndex::first_at(std::uint64_t address) const {
  return std::lower_bound(by_address_.begin(), by_address_.end(), address,
                          [&](std::uint32_t i, std::uint64_t a) { return entries_[i].address < a; });
}

std::vector<Symbol> SymbolIndex::find(std::string_view name) {
  read_code();
  std::vector<Symbol> out;
  std::uint64_t steps = 0;
  if (file_.budget().spent()) return out;
  for (std::uint32_t at = slots_[slot_of(name, hash(name), steps)]; at != 0; at = entries_[at - 1].next)
    out.push_back(make(at - 1));
  file_.budget().work(steps + out.size());
  return out;
}

std::optional<Symbol> SymbolIndex::covering(std::uint64_t address) {
  read_code();
  const auto behind = std::upper_bound(by_address_.begin(), by_address_.end(), address,
                                       [&](std::uint64_t a, std::uint32_t i) { return a < entries_[i].address; });
  if (behind == by_address_.begin()) return std::nullopt;
  // kernel/kallsyms.c: get_symbol_pos(): the first of the aliases.
  Rank at = std::prev(behind);
  if (at != by_address_.begin() && entries_[*std::prev(at)].address == entries_[*at].address)
    at = first_at(entries_[*at].address);
  const Symbol symbol = make(*at);
  if (address - symbol.address >= std::max<std::uint64_t>(symbol.size, 1)) return std::nullopt;
  return symbol;
}

std::vector<std::string_view> SymbolIndex::aliases(std::uint64_t address) {
  read_code();
  std::vector<std::string_view> out;
  for (auto at = first_at(address); at != by_address_.end() && entries_[*at].address == address; ++at)
    out.push_back(entries_[*at].name());
  return out;
}

}  // namespace unoops::debuginfo
