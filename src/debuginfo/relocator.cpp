#include "debuginfo/relocator.hpp"

#include <algorithm>

#include "debuginfo/byte_reader.hpp"

namespace unoops::debuginfo {

namespace {

enum class Action : std::uint8_t { none, store, add, subtract };
struct Rule {
  std::uint16_t machine;
  std::uint32_t type;
  Action action;
  std::uint8_t bytes;
};

#ifndef EM_LOONGARCH
#define EM_LOONGARCH 258
#endif

// What compilers put into debug sections: plain absolute words, and differences where the linker may still relax code.
constexpr Rule rules[] = {
    {EM_X86_64, R_X86_64_64, Action::store, 8},
    {EM_X86_64, R_X86_64_32, Action::store, 4},
    {EM_X86_64, R_X86_64_32S, Action::store, 4},
    {EM_386, R_386_32, Action::store, 4},
    {EM_AARCH64, R_AARCH64_ABS64, Action::store, 8},
    {EM_AARCH64, R_AARCH64_ABS32, Action::store, 4},
    {EM_ARM, R_ARM_ABS32, Action::store, 4},
    {EM_PPC64, R_PPC64_ADDR64, Action::store, 8},
    {EM_PPC64, R_PPC64_ADDR32, Action::store, 4},
    {EM_PPC, R_PPC_ADDR32, Action::store, 4},
    {EM_PPC, R_PPC_UADDR32, Action::store, 4},
    {EM_S390, R_390_64, Action::store, 8},
    {EM_S390, R_390_32, Action::store, 4},
    {EM_MIPS, R_MIPS_64, Action::store, 8},
    {EM_MIPS, R_MIPS_32, Action::store, 4},
    {EM_SPARCV9, R_SPARC_64, Action::store, 8},
    {EM_SPARCV9, R_SPARC_UA64, Action::store, 8},
    {EM_SPARCV9, R_SPARC_UA32, Action::store, 4},
    {EM_PARISC, R_PARISC_DIR32, Action::store, 4},
    {EM_68K, R_68K_32, Action::store, 4},
    {EM_RISCV, R_RISCV_64, Action::store, 8},
    {EM_RISCV, R_RISCV_32, Action::store, 4},
    {EM_RISCV, R_RISCV_SET8, Action::store, 1},
    {EM_RISCV, R_RISCV_SET16, Action::store, 2},
    {EM_RISCV, R_RISCV_SET32, Action::store, 4},
    {EM_RISCV, R_RISCV_ADD8, Action::add, 1},
    {EM_RISCV, R_RISCV_ADD16, Action::add, 2},
    {EM_RISCV, R_RISCV_ADD32, Action::add, 4},
    {EM_RISCV, R_RISCV_ADD64, Action::add, 8},
    {EM_RISCV, R_RISCV_SUB8, Action::subtract, 1},
    {EM_RISCV, R_RISCV_SUB16, Action::subtract, 2},
    {EM_RISCV, R_RISCV_SUB32, Action::subtract, 4},
    {EM_RISCV, R_RISCV_SUB64, Action::subtract, 8},
    {EM_LOONGARCH, 2, Action::store, 8},  // R_LARCH_64
    {EM_LOONGARCH, 1, Action::store, 4},  // R_LARCH_32
    {EM_LOONGARCH, 47, Action::add, 1},   // R_LARCH_ADD8
    {EM_LOONGARCH, 48, Action::add, 2},
    {EM_LOONGARCH, 50, Action::add, 4},
    {EM_LOONGARCH, 51, Action::add, 8},
    {EM_LOONGARCH, 52, Action::subtract, 1},  // R_LARCH_SUB8
    {EM_LOONGARCH, 53, Action::subtract, 2},
    {EM_LOONGARCH, 55, Action::subtract, 4},
    {EM_LOONGARCH, 56, Action::subtract, 8},
};

const Rule* find_rule(std::uint16_t machine, std::uint32_t type) {
  for (const Rule& rule : rules)
    if (rule.machine == machine && rule.type == type) return &rule;
  return nullptr;
}

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

// Visit: void(const Relocation&), for those of [begin, end).
template <class Row, class Read, class Visit>
void each_row(Bytes bytes, bool sorted, std::uint64_t begin, std::uint64_t end, Read read, Visit visit) {
  const std::span<const Row> rows{reinterpret_cast<const Row*>(bytes.data()), bytes.size() / sizeof(Row)};
  auto at = rows.begin();
  if (sorted)
    at = std::lower_bound(at, rows.end(), begin, [](const Row& r, std::uint64_t o) { return r.r_offset < o; });
  for (; at != rows.end(); ++at) {
    if (at->r_offset >= end && sorted) return;
    if (at->r_offset >= begin && at->r_offset < end) visit(read(*at));
  }
}

// `ld -r` keeps rows in the order of their offsets. A sample tells whether somebody did not.
template <class Row>
bool is_sorted(Bytes bytes) {
  const std::span<const Row> rows{reinterpret_cast<const Row*>(bytes.data()), bytes.size() / sizeof(Row)};
  const std::size_t step = std::max<std::size_t>(1, rows.size() / 32);
  for (std::size_t i = step; i < rows.size(); i += step)
    if (rows[i].r_offset < rows[i - step].r_offset) return false;
  return true;
}

}  // namespace

Relocator::Relocator(ElfFile& file) : file_(file) {
  if (!file.relocatable()) return;
  targets_.resize(file.sections().size());
  for (const Section& s : file.sections()) {
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
    const Section& s = file_.sections()[index];
    Table table{file_.converted(s), s.type == SHT_RELA, false};
    if (file_.is_64())
      table.sorted = table.addends ? is_sorted<Elf64_Rela>(table.rows) : is_sorted<Elf64_Rel>(table.rows);
    else
      table.sorted = table.addends ? is_sorted<Elf32_Rela>(table.rows) : is_sorted<Elf32_Rel>(table.rows);
    target.tables.push_back(table);
  }
  return target.tables;
}

template <class Row>
Relocator::Relocation Relocator::read(const Row& r) const {
  Relocation out{r.r_offset, 0, 0, 0, false};
  if constexpr (sizeof(r.r_info) == 8) {
    out.type = static_cast<std::uint32_t>(ELF64_R_TYPE(r.r_info));
    out.symbol = static_cast<std::uint32_t>(ELF64_R_SYM(r.r_info));
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
  const auto rows = [&]<class Row>(const Row*) {
    each_row<Row>(
        t.rows, t.sorted, begin, end, [this](const Row& r) { return read(r); }, visit);
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

bool Relocator::apply(const Section& section, std::uint64_t begin, std::uint64_t end) {
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
      for (const Table& table : all)
        each(table, begin, gap_end, [&](const Relocation& r) { good &= apply_one(r, bytes); });
      done.emplace(begin, gap_end);
    }
    if (it == done.end()) break;
    begin = std::max(begin, it->second);
    ++it;
  }
  return good;
}

bool Relocator::apply_one(const Relocation& r, std::span<std::uint8_t> target) const {
  if (r.type == 0) return true;  // R_*_NONE, on every machine
  const Rule* rule = find_rule(file_.machine(), r.type);
  if (!rule || r.offset > target.size() || target.size() - r.offset < rule->bytes) return false;
  std::uint8_t* at = target.data() + r.offset;
  const bool big = file_.big_endian();
  const auto symbol_value = [](const auto& symbol, const Section* home) -> std::uint64_t {
    return symbol.st_value + (home ? home->addr : 0);
  };
  std::uint64_t value = with_symbol(r.symbol, symbol_value) + static_cast<std::uint64_t>(r.addend);
  if (rule->action == Action::add)
    value = load(at, rule->bytes, big) + value;
  else if (rule->action == Action::subtract)
    value = load(at, rule->bytes, big) - value;
  else if (!r.has_addend)
    value += load(at, rule->bytes, big);
  store(at, rule->bytes, big, value);
  return true;
}

std::optional<std::uint64_t> Relocator::target(const Relocation& r) const {
  return with_symbol(r.symbol, [&](const auto& symbol, const Section* home) -> std::optional<std::uint64_t> {
    if (!home) return std::nullopt;
    return home->addr + symbol.st_value + static_cast<std::uint64_t>(r.addend);
  });
}

std::string_view Relocator::name(const Relocation& r) const {
  return with_symbol(r.symbol, [&](const auto& symbol, const Section*) {
    return (symbol.st_info & 0xf) == STT_SECTION ? std::string_view{}
                                                 : ByteReader(strings_, false, symbol.st_name).text();
  });
}

std::vector<Relocator::Relocation> Relocator::list(const Section& section, std::uint64_t begin, std::uint64_t end) {
  std::vector<Relocation> out;
  if (section.index >= targets_.size()) return out;
  for (const Table& table : tables(targets_[section.index]))
    each(table, begin, end, [&](const Relocation& r) { out.push_back(r); });
  return out;
}

}  // namespace unoops::debuginfo
