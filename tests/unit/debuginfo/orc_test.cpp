// What an ORC table says of an address: synthetic sections, and the entries' layouts as kernels have them.
#include "debuginfo/orc.hpp"

#include "dwarf_file.hpp"

namespace unoops::test {
namespace {

using namespace debuginfo;

std::string bytes_of(std::uint64_t value, unsigned bytes) {
  std::string out;
  for (unsigned i = 0; i < bytes; ++i) out += static_cast<char>(value >> 8 * i);
  return out;
}

std::span<const std::uint8_t> span_of(const std::string& bytes) {
  return {reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()};
}

// Compiles the struct, whose member `word` is the entry's last two bytes.
std::optional<OrcLayout> layout_of(const TempDir& dir, const std::string& members) {
  const std::string source = dir / "orc.c";
  std::ofstream(source) << "struct orc_entry { " << members << " } __attribute__((packed)) entry;\n";
  const DwarfFile file("gcc -g -nostdlib -static -Wl,-e,0 -o {out} " + source, "");
  if (!file.made()) return std::nullopt;
  Types types;
  return OrcLayout::of(types, type_of(file.die("entry", DW_TAG_variable)));
}

}  // namespace

TEST_CASE("orc: entries of v6.1, of v6.3, and of v6.4 and later") {
  if (!have("gcc")) return;
  using Kind = OrcEntry::Kind;
  const TempDir dir;
  const std::string begin = "short sp_offset, bp_offset; unsigned sp_reg:4, bp_reg:4, ";
  const auto read = [&](const std::string& members, unsigned word) {
    const auto layout = layout_of(dir, begin + members);
    REQUIRE(layout);
    REQUIRE(layout->bytes() == 6);
    return layout->read(span_of(bytes_of(0x18, 2) + bytes_of(0xfff0, 2) + bytes_of(word, 2)));
  };
  const auto plain = read("type:2, end:1;", 5 | 1 << 4);
  CHECK(plain.kind == Kind::call);
  CHECK(plain.sp_offset == 0x18);
  CHECK(plain.bp_offset == -16);
  CHECK(plain.sp == OrcReg::sp);
  CHECK(plain.bp == OrcReg::previous_sp);
  CHECK_FALSE(plain.signal);
  CHECK(read("type:2, end:1;", 5 | 1 << 8).kind == Kind::regs);
  CHECK(read("type:2, end:1;", 5 | 1 << 8).signal);
  CHECK(read("type:2, end:1;", 5 | 2 << 8).kind == Kind::iret);
  CHECK(read("type:2, end:1;", 1 << 10).kind == Kind::end);
  CHECK(read("type:2, end:1;", 0).kind == Kind::undefined);
  CHECK_FALSE(read("type:2, signal:1, end:1;", 5 | 1 << 8).signal);
  CHECK(read("type:2, signal:1, end:1;", 5 | 1 << 8 | 1 << 10).signal);
  CHECK(read("type:3, signal:1;", 5 | 2 << 8).kind == Kind::call);
  CHECK(read("type:3, signal:1;", 5 | 3 << 8 | 1 << 11).kind == Kind::regs);
  CHECK(read("type:3, signal:1;", 5 | 3 << 8 | 1 << 11).signal);
  CHECK(read("type:3, signal:1;", 1 << 8).kind == Kind::end);
  CHECK(read("type:3, signal:1;", 7 << 8).kind == Kind::undefined);
}

TEST_CASE("orc: a place has the last entry that does not lie behind it") {
  if (!have("gcc")) return;
  const TempDir dir;
  const auto layout = layout_of(dir, "short sp_offset, bp_offset; unsigned sp_reg:4, bp_reg:4, type:2, end:1;");
  REQUIRE(layout);
  constexpr std::uint64_t at = 0xffffffff82000000;
  std::string places, entries;
  for (unsigned i = 0; i < 3; ++i) {
    const auto code = 0xffffffff81000000 + 0x100 * i;
    places += bytes_of(code - (at + 4 * i), 4);
    entries += bytes_of(8 * (i + 1), 2) + bytes_of(0, 2) + bytes_of(5, 2);
  }
  const OrcTable table(span_of(places), at, span_of(entries), *layout);
  CHECK_FALSE(table.find(0xffffffff80ffffff));
  CHECK(table.find(0xffffffff81000000)->sp_offset == 8);
  CHECK(table.find(0xffffffff810000ff)->sp_offset == 8);
  CHECK(table.find(0xffffffff81000100)->sp_offset == 16);
  CHECK(table.find(0xffffffff8fffffff)->sp_offset == 24);
  CHECK_FALSE(OrcTable({}, at, {}, *layout).find(0xffffffff81000000));
  const auto cut = OrcTable(span_of(places).first(7), at, span_of(entries), *layout);
  CHECK(cut.find(0xffffffff81000100)->sp_offset == 8);

  // In memory, where only some pages are, and where a module may claim a table of any size.
  std::size_t reads = 0;
  const auto in_memory = [&](const std::string& bytes, std::uint64_t absent) -> OrcTable::Section {
    return [&, absent](std::uint64_t from, std::span<std::uint8_t> out) {
      ++reads;
      if (from == absent || from > bytes.size() || out.size() > bytes.size() - from) return false;
      std::copy_n(span_of(bytes).begin() + static_cast<std::ptrdiff_t>(from), out.size(), out.begin());
      return true;
    };
  };
  constexpr auto none = ~std::uint64_t{0};
  const auto found = [&](std::uint64_t code, std::uint64_t absent_place, std::uint64_t absent_entry,
                         std::uint64_t count) {
    reads = 0;
    const OrcTable some(in_memory(places, absent_place), at, in_memory(entries, absent_entry), count, *layout);
    const auto entry = some.find(code);
    return entry ? entry->sp_offset : 0;
  };
  CHECK(found(0xffffffff81000100, none, none, 3) == 16);
  CHECK(found(0xffffffff81000100, none, 6, 3) == 0);
  CHECK(found(0xffffffff81000100, 4, none, 3) == 0);
  CHECK(found(0xffffffff81000200, 0, none, 3) == 24);
  CHECK(found(0xffffffff81000100, none, none, std::uint64_t{1} << 60) == 0);
  CHECK(reads < 70);
}

}  // namespace unoops::test
