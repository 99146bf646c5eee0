#include "debuginfo/relocator.hpp"

#include <algorithm>

#include "arch/arch.hpp"
#include "debuginfo/byte_reader.hpp"

namespace unoops::debuginfo {

namespace {

std::uint64_t load(const std::uint8_t* at, unsigned bytes, bool big) {
  std::uint64_t value = 0;
  for (unsigned i = 0; i < bytes; ++i) value |= std::uint64_t{at[i]} << 8 * (big ? bytes - 1 - i : i);
  return value;
}

void store(std::uint8_t* at, unsigned bytes, bool big, std::uint64_t value) {
  if (!big && bytes == 4) {  // nearly all of them
    for (unsigned i = 0; i < 4; ++i) at[i] = static_cast<std::uint8_t>(value >> 8 * i);
    return;
  }
  for (unsigned i = 0; i < bytes; ++i) at[i] = static_cast<std::uint8_t>(value >> 8 * (big ? bytes - 1 - i : i));
}

// Visits those of [begin, end).
template <class Raw, class Visit>
void each_row(Bytes bytes, bool sorted, std::uint64_t begin, std::uint64_t end, Budget& budget, Visit visit) {
  const std::span<const Raw> rows{reinterpret_cast<const Raw*>(bytes.data()), bytes.size() / sizeof(Raw)};
  auto at = rows.begin();
  if (sorted)
    at = std::lower_bound(at, rows.end(), begin, [](const Raw& r, std::uint64_t o) { return r.r_offset < o; });
  for (; at != rows.end() && budget.work(1); ++at) {
    if (at->r_offset >= end && sorted) return;
    if (at->r_offset >= begin && at->r_offset < end) visit(*at);
  }
}

// `ld -r` keeps rows in the order of their offsets. A sample tells whether somebody did not.
template <class Raw>
bool is_sorted(Bytes bytes) {
  const std::span<const Raw> rows{reinterpret_cast<const Raw*>(bytes.data()), bytes.size() / sizeof(Raw)};
  const std::size_t step = std::max<std::size_t>(1, rows.size() / 32);
  for (std::size_t i = step; i < rows.size(); i += step)
    if (rows[i].r_offset < rows[i - step].r_offset) return false;
  return true;
}

}  // namespace

Relocator::Relocator(ElfFile& file) : file_(file) {
  if (!file.relocatable()) return;
  targets_.resize(file.sections().size());
  for (const ElfSection& s : file.sections()) {
    if ((s.type == SHT_RELA || s.type == SHT_REL) && s.info < targets_.size())
      targets_[s.info].sections.push_back(s.index);
    if (s.type != SHT_SYMTAB || s.link >= targets_.size()) continue;
    symbols_ = file.converted(s);
    strings_ = file.bytes(file.sections()[s.link]);
  }
}

const std::vector<Relocator::Table>& Relocator::tables(Target& target) {
  if (target.read) return target.tables;
  target.read = true;
  for (const std::size_t index : target.sections) {
    const ElfSection& s = file_.sections()[index];
    Table table{file_.converted(s), s.type == SHT_RELA, false};
    if (file_.is_64())
      table.sorted = table.addends ? is_sorted<Elf64_Rela>(table.rows) : is_sorted<Elf64_Rel>(table.rows);
    else
      table.sorted = table.addends ? is_sorted<Elf32_Rela>(table.rows) : is_sorted<Elf32_Rel>(table.rows);
    target.tables.push_back(table);
  }
  return target.tables;
}

template <class Raw>
Relocator::Row Relocator::read(const Raw& r) const {
  Row out{r.r_offset, 0, 0, 0, false};
  if constexpr (sizeof(r.r_info) == 8) {
    // mips64 has three types, one behind the other in the last bytes of r_info (64-bit ELF Object File Specification,
    // Elf64_Rel): of a little-endian file the number begins with them.
    const bool mips = file_.machine() == EM_MIPS;
    const std::uint64_t info = mips && !file_.big_endian() ? r.r_info << 32 | r.r_info >> 56 : r.r_info;
    out.type = static_cast<std::uint32_t>(ELF64_R_TYPE(info) & (mips ? 0xff : 0xffffffff));
    out.symbol = static_cast<std::uint32_t>(ELF64_R_SYM(info));
  } else {
    out.type = ELF32_R_TYPE(r.r_info);
    out.symbol = ELF32_R_SYM(r.r_info);
  }
  if constexpr (requires { r.r_addend; }) {
    out.addend = r.r_addend;
    out.has_addend = true;
  }
  return out;
}

template <class Visit>
void Relocator::each(const Table& t, std::uint64_t begin, std::uint64_t end, Visit visit) const {
  const auto rows = [&]<class Raw>(const Raw*) {
    each_row<Raw>(t.rows, t.sorted, begin, end, file_.budget(), [&](const Raw& r) { visit(read(r)); });
  };
  if (file_.is_64())
    t.addends ? rows(static_cast<const Elf64_Rela*>(nullptr)) : rows(static_cast<const Elf64_Rel*>(nullptr));
  else
    t.addends ? rows(static_cast<const Elf32_Rela*>(nullptr)) : rows(static_cast<const Elf32_Rel*>(nullptr));
}

// Use: what it makes of the symbol and of the section that defines it (null: undefined, absolute).
template <class Use>
auto Relocator::with_symbol(std::uint32_t index, Use use) const {
  const auto of = [&]<class Sym>(const Sym* symbols) {
    const Sym symbol = index < symbols_.size() / sizeof(Sym) ? symbols[index] : Sym{};
    const bool defined = symbol.st_shndx != SHN_UNDEF && symbol.st_shndx < file_.sections().size();
    return use(symbol, defined ? &file_.sections()[symbol.st_shndx] : nullptr);
  };
  return file_.is_64() ? of(reinterpret_cast<const Elf64_Sym*>(symbols_.data()))
                       : of(reinterpret_cast<const Elf32_Sym*>(symbols_.data()));
}

bool Relocator::apply(const ElfSection& section, std::uint64_t begin, std::uint64_t end) {
  if (!file_.relocatable() || targets_[section.index].sections.empty()) return true;
  Target& target = targets_[section.index];
  const std::span<std::uint8_t> bytes = file_.writable(section);
  end = std::min<std::uint64_t>(end, bytes.size());
  const std::vector<Table>& all = tables(target);
  if (!std::all_of(all.begin(), all.end(), [](const Table& t) { return t.sorted; })) begin = 0, end = bytes.size();
  bool good = true;
  // The gaps between what is done already: in-place addends and differences must not be applied twice.
  Ranges& done = target.done;
  auto it = done.upper_bound(begin);
  if (it != done.begin() && std::prev(it)->second > begin) begin = std::prev(it)->second;
  while (begin < end) {
    const std::uint64_t gap_end = it == done.end() ? end : std::min(end, it->first);
    if (begin < gap_end) {
      for (const Table& table : all) each(table, begin, gap_end, [&](const Row& r) { good &= apply_one(r, bytes); });
      done.emplace(begin, gap_end);
    }
    if (it == done.end()) break;
    begin = std::max(begin, it->second);
    ++it;
  }
  return good;
}

const RelocationRule* Relocator::rule_for(std::uint32_t type) const {
  if (const Arch* arch = file_.arch())
    for (const RelocationRule& rule : arch->relocations)
      if (rule.type == type) return &rule;
  return nullptr;
}

bool Relocator::apply_one(const Row& r, std::span<std::uint8_t> target) const {
  if (r.type == 0) return true;  // R_*_NONE, on every machine
  const RelocationRule* rule = rule_for(r.type);
  if (!rule || r.offset > target.size() || target.size() - r.offset < rule->bytes) return false;
  std::uint8_t* at = target.data() + r.offset;
  const bool big = file_.big_endian();
  const auto symbol_value = [](const auto& symbol, const ElfSection* home) -> std::uint64_t {
    return symbol.st_value + (home ? home->addr : 0);
  };
  std::uint64_t value = with_symbol(r.symbol, symbol_value) + static_cast<std::uint64_t>(r.addend);
  if (rule->action == RelocationRule::Action::add)
    value = load(at, rule->bytes, big) + value;
  else if (rule->action == RelocationRule::Action::subtract)
    value = load(at, rule->bytes, big) - value;
  else if (!r.has_addend)
    value += load(at, rule->bytes, big);
  store(at, rule->bytes, big, value);
  return true;
}

Relocation Relocator::meaning(const Row& r) const {
  Relocation out{.offset = r.offset, .type = r.type, .addend = r.addend};
  if (const RelocationRule* rule = rule_for(r.type)) out.bytes = rule->bytes;
  with_symbol(r.symbol, [&](const auto& symbol, const ElfSection* home) {
    if (home) out.target = home->addr + symbol.st_value + static_cast<std::uint64_t>(r.addend);
    if ((symbol.st_info & 0xf) != STT_SECTION) out.symbol = ByteReader(strings_, false, symbol.st_name).text();
  });
  return out;
}

std::vector<Relocation> Relocator::list(const ElfSection& section, std::uint64_t begin, std::uint64_t end) {
  std::vector<Relocation> out;
  if (section.index >= targets_.size()) return out;
  for (const Table& table : tables(targets_[section.index]))
    each(table, begin, end, [&](const Row& r) { out.push_back(meaning(r)); });
  return out;
}

}  // namespace unoops::debuginfo
