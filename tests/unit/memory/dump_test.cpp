// Every container, every kind of log: the same lines.
#include <fmt/format.h>

#include "catch.hpp"
#include "memory/core_file.hpp"
#include "memory/printk_log.hpp"
#include "memory/target_memory.hpp"
#include "unit/memory/dump_writer.hpp"

using namespace unoops;
using namespace unoops::test;

namespace unoops::test {

std::vector<std::string> log_of(const std::string& dump) {
  auto core = memory::open_core(std::make_unique<Bytes>(dump));
  if (!core) return {"error: " + core.error().message};
  memory::TargetMemory target(**core);
  auto log = memory::open_printk_log(target);
  if (!log) return {"error: " + log.error().message};
  std::vector<std::string> out;
  memory::PrintkRecord record;
  while ((*log)->next(record)) {
    if (record.lost != 0) out.push_back(fmt::format("lost: {}", record.lost));
    auto prefix = fmt::format("<{}>{}", record.priority, memory::stamp_text(record));
    if (record.caller) prefix += memory::caller_text(*record.caller);
    for (std::string_view rest = record.text;; rest.remove_prefix(rest.find('\n') + 1)) {
      out.push_back(fmt::format("{} {}", prefix, rest.substr(0, rest.find('\n'))));
      if (rest.find('\n') == std::string_view::npos) break;
    }
  }
  if ((*log)->lost() != 0) out.push_back(fmt::format("lost in all: {}", (*log)->lost()));
  if (!(*log)->damage().empty()) out.push_back("damage: " + (*log)->damage());
  return out;
}

}  // namespace unoops::test

namespace {

constexpr Made kernels[] = {Made::x86_4_levels, Made::x86_5_levels, Made::arm64, Made::old};
constexpr std::uint32_t packings[] = {0, 1, 2, 4, 0x20};

// No dump in it may crash, or tell what is not there.
void check_part(const std::string& dump, const std::vector<std::string>& whole) {
  for (const auto& line : log_of(dump)) {
    const bool told = line.starts_with("error: ") || line.starts_with("lost") || line.starts_with("damage: ");
    if (!told && std::find(whole.begin(), whole.end(), line) == whole.end()) FAIL("no line of the log: " << line);
  }
}

}  // namespace

TEST_CASE("dump: the log of each kernel, out of ELF") {
  for (const auto kind : kernels) CHECK(log_of(elf(kernel(kind))) == lines_of(kind));
  CHECK(lines_of(Made::x86_4_levels).size() > 10);
}

TEST_CASE("dump: ELF's headers elsewhere, too many for a header, over one another, without the note") {
  const auto kind = Made::x86_4_levels;
  CHECK(log_of(elf(kernel(kind), {.phoff = 192})) == lines_of(kind));
  CHECK(log_of(elf(kernel(kind), {.many_headers = true})) == lines_of(kind));
  CHECK(log_of(elf(kernel(kind), {.overlapping = true})) == lines_of(kind));
  CHECK(log_of(elf(kernel(kind), {.note = false})) == lines_of(kind));
}

TEST_CASE("dump: kdump-compressed, each packing, large blocks, older versions, without the note") {
  for (const auto kind : kernels)
    for (const auto packing : packings) CHECK(log_of(kdump(kernel(kind), {.packing = packing})) == lines_of(kind));
  CHECK(log_of(kdump(kernel(Made::arm64), {.block = 65536})) == lines_of(Made::arm64));
  CHECK(log_of(kdump(kernel(Made::old), {.version = 5})) == lines_of(Made::old));
  CHECK(log_of(kdump(kernel(Made::arm64), {.note = false})) == lines_of(Made::arm64));
}

TEST_CASE("dump: QEMU names no machine in its header: VMCOREINFO tells it") {
  for (const auto kind : {Made::x86_5_levels, Made::arm64}) {
    auto pages = kernel(kind);
    pages.machine = "Unknown";
    CHECK(log_of(kdump(pages)) == lines_of(kind));
  }
}

TEST_CASE("dump: flattened, in any order, with gaps and pieces that are written again") {
  const auto kind = Made::x86_4_levels;
  for (const auto& dump : {elf(kernel(kind)), kdump(kernel(kind)), kdump(kernel(kind), {.packing = 2})}) {
    CHECK(log_of(flattened(dump)) == lines_of(kind));
    check_part(flattened(dump, false), lines_of(kind));
  }
}

TEST_CASE("dump: what a page's reading answers") {
  auto pages = kernel(Made::x86_4_levels);
  std::byte byte[1];
  const auto core = memory::open_core(std::make_unique<Bytes>(kdump(pages)));
  REQUIRE(core);
  const auto last = pages.by_address.rbegin()->first;
  CHECK((*core)->read(last + 5, byte) == memory::Got::yes);
  CHECK((*core)->read(last + 4096, byte) == memory::Got::excluded);
  CHECK((*core)->read(last + 2 * 4096, byte) == memory::Got::outside);
  CHECK((*core)->read(~std::uint64_t{0}, byte) == memory::Got::outside);
  CHECK((*core)->dump_level == 31U);
  CHECK((*core)->next_page(last + 4096) == std::nullopt);
  CHECK((*core)->next_page(0xb002000) == 0xb005000U);
  const auto cut = memory::open_core(std::make_unique<Bytes>(kdump(pages, {.packing = 0}).substr(0, 20000)));
  REQUIRE(cut);
  CHECK((*cut)->read(last, byte) == memory::Got::damaged);
  const auto whole = memory::open_core(std::make_unique<Bytes>(elf(pages)));
  REQUIRE(whole);
  CHECK((*whole)->read(last + 4095, byte) == memory::Got::yes);
  CHECK((*whole)->read(last + 4096, byte) == memory::Got::outside);
  REQUIRE((*whole)->notes.size() == 2);
  CHECK((*whole)->notes[0].name == "CORE");
  CHECK((*whole)->notes[0].bytes.size() == 336);
}

TEST_CASE("dump: records in a page that was left out are counted, and nothing is made up") {
  auto pages = kernel(Made::x86_4_levels);
  pages.by_address.erase(0xc000000);
  const auto lines = log_of(elf(pages));
  REQUIRE(!lines.empty());
  CHECK(lines.back().starts_with("lost in all: "));
  check_part(elf(pages), lines_of(Made::x86_4_levels));
  pages.by_address.erase(0xa000000);
  CHECK(log_of(kdump(pages)).back().starts_with("lost in all: "));
}

TEST_CASE("dump: cut after every page, and within pages") {
  for (const auto kind : {Made::x86_4_levels, Made::old}) {
    const auto whole = lines_of(kind);
    for (const auto& dump :
         {elf(kernel(kind)), kdump(kernel(kind)), flattened(kdump(kernel(kind))), flattened(elf(kernel(kind)))})
      for (std::size_t at = 0; at < dump.size(); at += at % 4096 == 0 ? 100 : 3996)
        check_part(dump.substr(0, at), whole);
  }
}

TEST_CASE("dump: every byte of the headers may be wrong") {
  for (const auto& dump : {elf(kernel(Made::x86_4_levels)), kdump(kernel(Made::x86_4_levels), {.packing = 4})})
    for (std::size_t at = 0; at < 6000; at += 3) {
      auto wrong = dump;
      wrong[at] = static_cast<char>(wrong[at] ^ 0xff);
      log_of(wrong);
    }
}

TEST_CASE("dump: records that are not what their ids say are left out, and counted where a stopped CPU is no reason") {
  constexpr std::uint64_t descs = 0xa000000, entry = 40, state = 24;
  auto pages = kernel(Made::x86_4_levels);
  const auto whole = lines_of(Made::x86_4_levels);
  pages.put(descs + 11 * entry + state, number(1, 8));
  auto lines = log_of(elf(pages));
  CHECK(lines.size() == whole.size() - 1);
  CHECK(std::none_of(lines.begin(), lines.end(), [](const auto& line) { return line.starts_with("damage"); }));
  for (const std::uint64_t i : {12, 13, 14, 15, 0}) pages.put(descs + i * entry + state, number(1, 8));
  lines = log_of(elf(pages));
  CHECK(lines.back() == "damage: 6 of its log's records are damaged");
  check_part(elf(pages), whole);
  // The text of a record begins with its id.
  pages = kernel(Made::x86_4_levels);
  for (auto& [at, bytes] : pages.by_address)
    if (at >= 0xc000000 && at < 0xd000000) bytes.assign(bytes.size(), 'x');
  lines = log_of(elf(pages));
  CHECK(lines.back().ends_with("records are damaged"));
  check_part(elf(pages), whole);
}

TEST_CASE("dump: more notes than any machine has CPUs are not kept") {
  auto pages = kernel(Made::x86_4_levels);
  pages.cpus.assign(40'000, "x");
  const auto core = memory::open_core(std::make_unique<Bytes>(elf(pages)));
  REQUIRE(core);
  CHECK((*core)->notes.size() == std::size_t{1} << 15);
  CHECK(log_of(elf(pages)) == lines_of(Made::x86_4_levels));  // the kernel's own note is found by its page
}

TEST_CASE("dump: numbers beyond all bounds") {
  const auto with = [](std::string_view key, std::string_view value) {
    auto pages = kernel(Made::x86_4_levels);
    const auto at = pages.info.find(std::string(key) + "=");
    REQUIRE(at != std::string::npos);
    const auto begin = at + key.size() + 1;
    pages.info.replace(begin, pages.info.find('\n', begin) - begin, value);
    return log_of(elf(pages));
  };
  for (const auto* key :
       {"SIZE(prb_desc)", "SIZE(printk_info)", "OFFSET(printk_info.text_len)", "OFFSET(prb_desc.state_var)",
        "OFFSET(prb_desc_ring.count_bits)", "OFFSET(prb_data_ring.size_bits)", "NUMBER(phys_base)", "PAGESIZE"})
    for (const auto* value : {"18446744073709551615", "-1", "0", "1152921504606846976", "x"})
      CHECK_NOTHROW(with(key, value));
  CHECK(with("OFFSET(printk_info.caller_id)", "x") ==
        std::vector<std::string>{
            "error: a memory dump whose log unoops cannot read (VMCOREINFO lacks OFFSET(printk_info.caller_id)): if "
            "crash can, \"log > LOG\" there, and give LOG to unoops"});
}

TEST_CASE("dump: what is not read is named, with what to do") {
  const auto refused = [](const std::string& dump, std::string_view words) {
    const auto lines = log_of(dump);
    REQUIRE(lines.size() == 1);
    INFO(lines[0]);
    CHECK(lines[0].starts_with("error: "));
    CHECK(lines[0].find(words) != std::string::npos);
  };
  auto pages = kernel(Made::x86_4_levels);
  refused(kdump(pages, {.split = 1}), "makedumpfile --reassemble");
  refused(kdump(pages, {.version = 7}), "version 7");
  refused(kdump(pages, {.version = 2}), "version 2");
  refused("DISKDUMP" + std::string(5000, '\0'), "diskdump");
  refused("sadump" + std::string(5000, '\0'), "sadump");
  refused("\xed\x23\x8f\x61\x73\x01\x19\xa8" + std::string(5000, '\0'), "LKCD");
  refused("\xd2\xbe\xd2\xbe" + std::string(5000, '\0'), "VMware");
  refused("LibvirtQemudSave" + std::string(5000, '\0'), "--memory-only");
  refused(elf(pages, {.more_notes = "Xen"}), "a memory dump of a Xen host");
  refused("LibvirtQemudSave" + std::string(5000, '\0'), "virsh dump --memory-only");
  refused(std::string("\xed\x23\x8f\x61\x73\x01\x19\xa8"), "crash: \"log > LOG\"");
  pages.elf_machine = 21;  // EM_PPC64
  refused(elf(pages), "powerpc");
  pages.machine = "ppc64le";
  pages.info = "OSRELEASE=6.1.0\nPAGESIZE=65536\n";
  refused(kdump(pages), "a memory dump of ppc64le");
  pages = kernel(Made::x86_4_levels);
  pages.info.clear();
  pages.by_address.erase(0xd000000);
  refused(elf(pages, {.note = false}), "without VMCOREINFO");
  refused(kdump(pages, {.note = false}), "without VMCOREINFO");
  refused(
      "\x7f"
      "ELF\2\1\1" +
          std::string(9, '\0') + "\4",
      "memory dump");
}
