// Kernels that are nothing but a log: its structures, and the page tables that lead there.
#include <fmt/format.h>

#include "memory/printk_log.hpp"
#include "unit/memory/dump_writer.hpp"

namespace unoops::test {
namespace {

constexpr std::uint64_t page = 4096, large = 2 << 20;

// Where each kernel has its things.
struct Machine {
  std::uint64_t image;        // virtual address of the image
  std::uint64_t image_there;  // physical
  std::uint64_t direct;       // of the memory that is reached through page tables
  unsigned levels;
  std::uint64_t table, leaf, large_leaf;  // an entry's bits
};

Machine machine_of(Made kernel) {
  if (kernel == Made::x86_5_levels) return {0xffffffff81000000, 0x6000000, 0xff11000100000000, 5, 0x63, 0x163, 0x1e3};
  if (kernel == Made::arm64) return {0xffffb6e700000000, 0x41000000, 0xffff000040000000, 4, 3, 0x703, 0x701};
  return {0xffffffff81000000, 0x6000000, 0xffff888100000000, 4, 0x63, 0x163, 0x1e3};
}

class Tables {
 public:
  Tables(Pages& pages, const Machine& machine, std::uint64_t root) : pages_(pages), machine_(machine), root_(root) {}
  void map(std::uint64_t address, std::uint64_t physical, bool is_large = false) {
    auto table = root_;
    for (unsigned level = machine_.levels - 1;; --level) {
      const auto entry = table + (address >> (12 + 9 * level) & 511) * 8;
      if (level == (is_large ? 1 : 0)) return pages_.put(entry, number(physical | leaf(is_large), 8));
      auto& next = tables_[{level, address >> (12 + 9 * level)}];
      if (next == 0) next = free_ += page;
      pages_.put(entry, number(next | machine_.table, 8));
      pages_.put(next, std::string(1, pages_.by_address[next][0]));
      table = next;
    }
  }

 private:
  std::uint64_t leaf(bool is_large) const { return is_large ? machine_.large_leaf : machine_.leaf; }
  Pages& pages_;
  const Machine& machine_;
  std::uint64_t root_, free_ = 0x9000000;
  std::map<std::pair<unsigned, std::uint64_t>, std::uint64_t> tables_;
};

struct Record {
  std::uint64_t ns;
  std::uint32_t caller;
  unsigned facility, level;
  std::string text;
  enum class Is { plain, empty, unfinished } is = Is::plain;
};

std::vector<Record> records() {
  using Is = Record::Is;
  constexpr std::uint32_t cpu = 1U << 31;
  std::vector<Record> out;
  for (unsigned i = 0; i < 20; ++i) {
    const auto text = fmt::format("message {} with words that fill the ring until it begins again", i);
    out.push_back({i * 1'250'000'123ULL, 100 + i, 0, 6, text});
  }
  out.push_back({26'000'000'000, cpu | 3, 0, 1, "BUG: of a CPU"});
  out.push_back({26'000'001'000, 0, 0, 6, "", Is::empty});
  out.push_back({26'000'002'000, 7, 0, 4, "several lines:\n  the second\n"});
  out.push_back({26'000'003'000, 7, 0, 4, "never finished", Is::unfinished});
  out.push_back({26'000'004'000, 1234567, 3, 5, "of a program"});
  return out;
}

std::string line_of(const Record& record, std::string_view text, bool caller) {
  const memory::PrintkRecord plain{.ns = record.ns, .text = {}};
  return fmt::format("<{}>{}{} {}", record.facility << 3 | record.level, memory::stamp_text(plain),
                     caller ? memory::caller_text(record.caller) : "", text);
}

// The members stand elsewhere than in any kernel: who knows them by heart reads nonsense.
constexpr std::string_view ring_layout =
    "OFFSET(printk_ringbuffer.desc_ring)=64\nOFFSET(printk_ringbuffer.text_data_ring)=16\nOFFSET(atomic_long_t.counter)"
    "=8\n"
    "OFFSET(prb_desc_ring.count_bits)=4\nOFFSET(prb_desc_ring.descs)=8\nOFFSET(prb_desc_ring.infos)=24\n"
    "OFFSET(prb_desc_ring.head_id)=32\nOFFSET(prb_desc_ring.tail_id)=48\nSIZE(prb_desc)=40\n"
    "OFFSET(prb_desc.state_var)=16\nOFFSET(prb_desc.text_blk_lpos)=0\nOFFSET(prb_data_blk_lpos.begin)=8\n"
    "OFFSET(prb_data_blk_lpos.next)=0\nSIZE(printk_info)=96\nOFFSET(printk_info.ts_nsec)=40\n"
    "OFFSET(printk_info.text_len)=8\nOFFSET(printk_info.caller_id)=20\nOFFSET(prb_data_ring.size_bits)=12\n"
    "OFFSET(prb_data_ring.data)=0\n";
constexpr unsigned count_bits = 4, size_bits = 10;

// The last records that fit a ring of 16 descriptors and 1,024 bytes.
std::size_t first_kept(const std::vector<Record>& all) {
  std::size_t bytes = 0, first = all.size();
  while (first > 0 && all.size() - first < 15 && bytes + all[first - 1].text.size() + 16 < 700)
    bytes += all[--first].text.size() + 16;
  return first;
}

struct Ring {
  std::string descs = std::string(40 << count_bits, '\0'), infos = std::string(96 << count_bits, '\0'),
              data = std::string(1 << size_bits, '\0');
  std::uint64_t tail = 0, head = 0;
};

Ring ring_of(const std::vector<Record>& all) {
  Ring ring;
  constexpr std::uint64_t first_id = 0x3fffffffffffffff - 19;  // ids wrap, too
  std::uint64_t at = 0;
  const auto kept = first_kept(all);
  for (std::size_t i = 0; i < all.size(); ++i) {
    const auto& r = all[i];
    const auto id = (first_id + i) & 0x3fffffffffffffff, index = id & 15;
    auto begin = at, next = (at + 8 + r.text.size() + 7) & ~std::uint64_t{7};
    if (begin >> size_bits != next >> size_bits) next = (next >> size_bits << size_bits) + (next - begin);
    auto place = (begin >> size_bits != next >> size_bits ? 0 : begin) & ((1 << size_bits) - 1);
    if (r.is == Record::Is::empty)
      begin = next = 3;
    else
      at = next;
    if (i >= kept && begin != 3) ring.data.replace(place, 8 + r.text.size(), number(id, 8) + r.text);
    const std::uint64_t state = r.is == Record::Is::unfinished ? 0 : i % 2 + 1;
    ring.descs.replace(index * 40, 24, number(next, 8) + number(begin, 8) + std::string(8, '\0'));
    ring.descs.replace(index * 40 + 24, 8, number(state << 62 | id, 8));
    ring.infos.replace(index * 96, 96,
                       std::string(8, '\1') + number(r.text.size(), 2) + number(r.facility, 1) +
                           number(r.level << 5 | 3, 1) + std::string(8, '\1') + number(r.caller, 4) +
                           std::string(16, '\1') + number(r.ns, 8) + std::string(48, '\1'));
    if (i == kept) ring.tail = id;
    ring.head = id;
  }
  return ring;
}

void put_ring(Pages& pages, const Machine& m, Tables& tables) {
  const auto ring = ring_of(records());
  const auto descs = m.direct, infos = m.direct + large + 3 * page - 100, data = m.direct + 2 * large + page - 8;
  std::string text_ring = number(data, 8) + number(0, 4) + number(size_bits, 4);
  std::string desc_ring = number(0, 4) + number(count_bits, 4) + number(descs, 8) + number(0, 8) + number(infos, 8) +
                          number(0, 8) + number(ring.head, 8) + number(0, 8) + number(ring.tail, 8);
  pages.put(m.image_there + 0x100, number(m.image + 0x1000, 8));
  pages.put(m.image_there + 0x1000, std::string(16, '\0') + text_ring + std::string(32, '\0') + desc_ring);
  tables.map(descs, 0xa000000, true);
  pages.put(0xa000000, ring.descs);
  // Pages that lie side by side, and far from one another in the machine.
  const auto scatter = [&](std::uint64_t address, std::uint64_t physical, const std::string& bytes) {
    for (std::size_t i = 0; i < bytes.size(); ++i) {
      const auto at = address + i, there = physical + (at / page % 2 ? 0 : 5 * page);
      if (i == 0 || at % page == 0) tables.map(at / page * page, there);
      pages.put(there + at % page, bytes.substr(i, 1));
    }
  };
  scatter(infos, 0xb000000, ring.infos);
  scatter(data, 0xc000000, ring.data);
}

// v4.19's struct printk_log, in a buffer that began again.
void put_buffer(Pages& pages, const Machine& m) {
  std::string buffer(2048, '\0');
  std::size_t at = 0, first = 0;
  const auto all = records();
  const auto kept = first_kept(all);
  for (std::size_t i = 0; i < all.size(); ++i) {
    const auto length = (24 + all[i].text.size() + 7) / 8 * 8;
    if (i == kept) at = 1600;  // so that the live ones wrap
    if (i == kept) first = at;
    if (at + length + 24 > buffer.size()) {
      buffer.replace(at, 24, std::string(24, '\0'));
      at = 0;
    }
    if (i < kept) continue;
    buffer.replace(at, 24 + all[i].text.size(),
                   number(all[i].ns, 8) + number(length, 2) + number(all[i].text.size(), 2) + number(0, 2) +
                       number(all[i].facility, 1) + number(all[i].level << 5, 1) + std::string(8, '\0') + all[i].text);
    at += length;
  }
  pages.put(m.image_there + 0x100,
            number(m.image + 0x1000, 8) + number(buffer.size(), 4) + number(first, 4) + number(at, 4));
  pages.put(m.image_there + 0x1000, buffer);
}

}  // namespace

Pages kernel(Made kind) {
  const auto m = machine_of(kind);
  Pages pages;
  const bool arm = kind == Made::arm64;
  if (arm) pages.machine = "aarch64";
  if (arm) pages.elf_machine = 183;
  pages.info = "OSRELEASE=6.1.0-test\nBUILD-ID=00112233445566778899aabbccddeeff00112233\nPAGESIZE=4096\n";
  pages.info += fmt::format("SYMBOL(swapper_pg_dir)={:x}\nKERNELOFFSET={:x}\nCRASHTIME=1795858253\n", m.image + 0x8000,
                            0x18e00000);
  if (arm)
    pages.info += fmt::format("NUMBER(VA_BITS)=48\nNUMBER(kimage_voffset)=0x{:x}\n", m.image - m.image_there);
  else
    pages.info += fmt::format("NUMBER(phys_base)={}\nNUMBER(pgtable_l5_enabled)={}\n", 0x6000000 - 0x1000000,
                              m.levels == 5 ? 1 : 0);
  pages.put(m.image_there + 0x8000, std::string(1, '\0'));
  Tables tables(pages, m, m.image_there + 0x8000);
  if (arm) tables.map(m.image, m.image_there, true);
  if (kind == Made::old) {
    pages.info += fmt::format("SYMBOL(log_buf)={:x}\nSYMBOL(log_buf_len)={:x}\nSYMBOL(log_first_idx)={:x}\n",
                              m.image + 0x100, m.image + 0x108, m.image + 0x10c);
    pages.info += fmt::format(
        "SYMBOL(log_next_idx)={:x}\nSIZE(printk_log)=24\nOFFSET(printk_log.ts_nsec)=0\nOFFSET(printk_log.len)=8\n"
        "OFFSET(printk_log.text_len)=10\nOFFSET(printk_log.dict_len)=12\n",
        m.image + 0x110);
    put_buffer(pages, m);
  } else {
    pages.info += fmt::format("SYMBOL(prb)={:x}\n{}", m.image + 0x100, ring_layout);
    put_ring(pages, m, tables);
  }
  pages.put(0xd000000, pages.info);  // the page that the note was made of
  return pages;
}

std::vector<std::string> lines_of(Made kind) {
  std::vector<std::string> out;
  const auto all = records();
  for (auto i = first_kept(all); i < all.size(); ++i) {
    const auto& r = all[i];
    if (r.is == Record::Is::unfinished && kind != Made::old) continue;  // the old buffer has no such state
    for (std::string_view rest = r.text;; rest.remove_prefix(rest.find('\n') + 1)) {
      out.push_back(line_of(r, rest.substr(0, rest.find('\n')), kind != Made::old));
      if (rest.find('\n') == std::string_view::npos) break;
    }
  }
  return out;
}

}  // namespace unoops::test
