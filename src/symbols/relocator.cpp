#include "symbols/relocator.hpp"

#include <gelf.h>

#include <algorithm>
#include <cstring>

namespace unoops::symbols {

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
  for (unsigned i = 0; i < bytes; ++i) at[i] = static_cast<std::uint8_t>(value >> 8 * (big ? bytes - 1 - i : i));
}

}  // namespace

// A relocation section, read through libelf's converted view.
struct Relocator::Table {
  Elf_Data* data;
  std::size_t count;
  bool has_addend;

  Relocation at(std::size_t i) const {
    if (has_addend) {
      GElf_Rela r{};
      gelf_getrela(data, static_cast<int>(i), &r);
      return {r.r_offset, static_cast<std::uint32_t>(GELF_R_TYPE(r.r_info)),
              static_cast<std::uint32_t>(GELF_R_SYM(r.r_info)), r.r_addend, true};
    }
    GElf_Rel r{};
    gelf_getrel(data, static_cast<int>(i), &r);
    return {r.r_offset, static_cast<std::uint32_t>(GELF_R_TYPE(r.r_info)),
            static_cast<std::uint32_t>(GELF_R_SYM(r.r_info)), 0, false};
  }

  // `ld -r` keeps them in the order of their offsets. A sample tells whether somebody did not.
  bool sorted() const {
    const std::size_t step = std::max<std::size_t>(1, count / 32);
    for (std::size_t i = step; i < count; i += step)
      if (at(i).offset < at(i - step).offset) return false;
    return true;
  }
  std::size_t first_at_or_behind(std::uint64_t offset) const {
    std::size_t low = 0, high = count;
    while (low < high) {
      const std::size_t middle = (low + high) / 2;
      if (at(middle).offset < offset)
        low = middle + 1;
      else
        high = middle;
    }
    return low;
  }
};

Relocator::Relocator(ElfFile& file) : file_(file) {
  if (!file.relocatable()) return;
  done_.resize(file.sections().size());
  tables_of_.resize(file.sections().size());
  for (const Section& s : file.sections()) {
    if ((s.type == SHT_RELA || s.type == SHT_REL) && s.info < tables_of_.size()) tables_of_[s.info].push_back(s.index);
    if (s.type == SHT_SYMTAB) symbols_ = elf_getdata(elf_getscn(file.elf(), s.index), nullptr);
  }
}

std::vector<Relocator::Table> Relocator::tables(const Section& target) {
  std::vector<Table> out;
  if (target.index >= tables_of_.size()) return out;
  for (const std::size_t index : tables_of_[target.index]) {
    const Section& s = file_.sections()[index];
    Elf_Data* data = elf_getdata(elf_getscn(file_.elf(), index), nullptr);
    if (data && data->d_buf && s.entsize) out.push_back({data, data->d_size / s.entsize, s.type == SHT_RELA});
  }
  return out;
}

bool Relocator::apply(const Section& section, std::uint64_t begin, std::uint64_t end) {
  if (!file_.relocatable() || tables_of_[section.index].empty()) return true;
  const std::span<std::uint8_t> target = file_.writable(section);
  end = std::min<std::uint64_t>(end, target.size());
  Ranges& done = done_[section.index];
  const std::vector<Table> all = tables(section);
  if (!std::all_of(all.begin(), all.end(), [](const Table& t) { return t.sorted(); })) begin = 0, end = target.size();
  bool good = true;
  // The gaps between what is done already: in-place addends and differences must not be applied twice.
  auto it = done.upper_bound(begin);
  if (it != done.begin() && std::prev(it)->second > begin) begin = std::prev(it)->second;
  while (begin < end) {
    const std::uint64_t gap_end = it == done.end() ? end : std::min(end, it->first);
    if (begin < gap_end) {
      for (const Table& table : all) good &= apply_table(table, target, begin, gap_end);
      done.emplace(begin, gap_end);
    }
    if (it == done.end()) break;
    begin = std::max(begin, it->second);
    ++it;
  }
  return good;
}

bool Relocator::apply_table(const Table& table, std::span<std::uint8_t> target, std::uint64_t begin,
                            std::uint64_t end) {
  bool good = true;
  const bool all = begin == 0 && end == target.size();
  for (std::size_t i = all ? 0 : table.first_at_or_behind(begin); i < table.count; ++i) {
    const Relocation r = table.at(i);
    if (!all && r.offset >= end) break;
    good &= apply_one(r, target);
  }
  return good;
}

bool Relocator::apply_one(const Relocation& r, std::span<std::uint8_t> target) {
  if (r.type == 0) return true;  // R_*_NONE, on every machine
  const Rule* rule = find_rule(file_.machine(), r.type);
  if (!rule || r.offset > target.size() || target.size() - r.offset < rule->bytes) return false;
  ++count_;
  std::uint8_t* at = target.data() + r.offset;
  const bool big = file_.big_endian();
  const std::uint64_t there = load(at, rule->bytes, big);
  std::uint64_t value = symbol_value(r.symbol) + (r.has_addend ? static_cast<std::uint64_t>(r.addend) : 0);
  if (rule->action == Action::add)
    value = there + value;
  else if (rule->action == Action::subtract)
    value = there - value;
  else if (!r.has_addend)
    value += there;
  store(at, rule->bytes, big, value);
  return true;
}

std::uint64_t Relocator::symbol_value(std::uint32_t index) {
  GElf_Sym symbol{};
  if (!symbols_ || !gelf_getsym(symbols_, static_cast<int>(index), &symbol)) return 0;
  if (symbol.st_shndx == SHN_UNDEF || symbol.st_shndx >= file_.sections().size()) return symbol.st_value;
  return file_.sections()[symbol.st_shndx].addr + symbol.st_value;
}

std::vector<Relocator::Relocation> Relocator::list(const Section& section, std::uint64_t begin, std::uint64_t end) {
  std::vector<Relocation> out;
  for (const Table& table : tables(section)) {
    for (std::size_t i = table.sorted() ? table.first_at_or_behind(begin) : 0; i < table.count; ++i) {
      const Relocation r = table.at(i);
      if (r.offset >= begin && r.offset < end)
        out.push_back(r);
      else if (r.offset >= end && table.sorted())
        break;
    }
  }
  return out;
}

}  // namespace unoops::symbols
