// What a symbol file that was made to do harm may cost: tests/hostile/ has whole files, these are the bounds one by one.
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>
#include <numeric>

#include "../symbols/fixture.hpp"
#include "catch.hpp"
#include "debuginfo/budget.hpp"
#include "debuginfo/byte_reader.hpp"
#include "debuginfo/demangle.hpp"
#include "debuginfo/dwarf_abbrev.hpp"
#include "debuginfo/file_map.hpp"
#include "symbols/symbol_map.hpp"

using namespace unoops;
using namespace unoops::debuginfo;
using unoops::test::TempDir;

namespace {

void write_file(const std::string& path, const std::string& bytes) { std::ofstream(path, std::ios::binary) << bytes; }

}  // namespace

TEST_CASE("a budget grows with the file, and once it is passed nothing is allowed any more") {
  Budget small, large;
  small.grow(1000);
  large.grow(100'000'000);
  constexpr std::uint64_t much = 500'000'000;
  CHECK(large.keep(much));
  CHECK(large.work(much));
  CHECK_FALSE(large.spent());
  CHECK_FALSE(small.keep(much));
  CHECK(small.spent());
  CHECK_FALSE(small.keep(1));
  const std::string why = small.why();
  small.refuse("something else");
  CHECK(small.why() == why);

  Budget renewed;
  renewed.grow(1000);
  for (int report = 0; report < 20; ++report) {
    CHECK(renewed.work(30'000'000));
    renewed.renew();
  }
  CHECK_FALSE(renewed.work(much));
}

TEST_CASE("a number of LEB128 has an end") {
  const std::vector<std::uint8_t> run(1000, 0x80);
  ByteReader in(run, false);
  CHECK(in.uleb() == 0);
  CHECK(in.failed());
  ByteReader again(run, false);
  CHECK(again.sleb() == 0);
  CHECK(again.failed());
  // padded by an assembler
  const std::vector<std::uint8_t> padded = {0x85, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x00};
  ByteReader good(padded, false);
  CHECK(good.uleb() == 5);
  CHECK_FALSE(good.failed());
}

TEST_CASE("a few bytes of abbreviations do not make a large table over and over") {
  // code 131,071: tag, no children, no attributes
  const std::vector<std::uint8_t> bytes = {0xff, 0xff, 0x07, 0x11, 0x00, 0x00, 0x00, 0x00};
  Budget budget;
  budget.grow(bytes.size());
  int tables = 0;
  while (!budget.spent() && tables < 1000) {
    AbbrevTable table(ByteReader(bytes, false), {5, 8, 4}, budget);
    ++tables;
  }
  CHECK(tables > 1);
  CHECK(tables < 1000);
}

TEST_CASE("a C++ name that unfolds without end stays as it is") {
  std::string name = "_Z1fI1aE";
  for (int i = 0; i < 40; ++i) name += "1bIS_S_E";
  CHECK(demangle(name) == name);
  std::string doubling = "_ZN1a1bE";
  for (int i = 0; i < 12; ++i) doubling += "M" + std::string("S") + std::to_string(i % 10) + "_S_";
  CHECK(demangle(doubling) == doubling);
  CHECK(demangle("_ZN4core3fmt5write17h0123456789abcdefE") == "core::fmt::write");
  CHECK(demangle("_ZNSt6vectorIiSaIiEE9push_backERKi") ==
        "std::vector<int, std::allocator<int> >::push_back(int const&)");
}

TEST_CASE("only a regular file is mapped, and nobody waits for a FIFO's writer") {
  const TempDir dir;
  const std::string fifo = dir / "fifo";
  REQUIRE(mkfifo(fifo.c_str(), 0600) == 0);
  for (const std::string& path : {fifo, dir.path(), std::string("/dev/zero")}) {
    INFO(path);
    FileMap map;
    CHECK_FALSE(map.open(path));
    CHECK(map.bytes().empty());
    const auto elf = ElfFile::open(path);
    REQUIRE_FALSE(elf);
    CHECK_FALSE(elf.error().message.empty());
  }
}

TEST_CASE("a file that is cut while it is mapped reads as zeros, and is known to have changed") {
  const TempDir dir;
  const std::string path = dir / "file";
  constexpr std::size_t size = 64 * 1024;
  write_file(path, std::string(size, 'x'));
  FileMap map, other;
  REQUIRE(map.open(path));
  write_file(dir / "other", std::string(size, 'y'));
  REQUIRE(other.open(dir / "other"));
  CHECK_FALSE(map.changed());
  REQUIRE(truncate(path.c_str(), 4096) == 0);
  const auto bytes = map.bytes();
  CHECK(std::accumulate(bytes.begin() + size / 2, bytes.end(), 0) == 0);
  CHECK(bytes[0] == 'x');
  CHECK(map.changed());
  CHECK_FALSE(other.changed());
  CHECK(other.bytes()[size - 1] == 'y');
}

TEST_CASE("a file that was replaced by another one has not changed, one that was written to has") {
  const TempDir dir;
  const std::string path = dir / "file";
  write_file(path, std::string(5000, 'x'));
  FileMap map;
  REQUIRE(map.open(path));
  write_file(dir / "new", std::string(6000, 'z'));
  REQUIRE(std::rename((dir / "new").c_str(), path.c_str()) == 0);
  CHECK_FALSE(map.changed());
  FileMap written;
  REQUIRE(written.open(path));
  write_file(path, std::string(6001, 'w'));
  CHECK(written.changed());
}

TEST_CASE("a list of symbols is a file or a pipe of some size") {
  const TempDir dir;
  using symbols::SymbolMap;
  CHECK_FALSE(SymbolMap::open(dir.path()));
  CHECK_FALSE(SymbolMap::open("/dev/zero"));
  CHECK_FALSE(SymbolMap::open(dir / "nothing"));
  write_file(dir / "map", "ffffffff81000000 T _text\nffffffff81000000 T startup_64\nffffffff81000040 T next\n");
  const auto map = SymbolMap::open(dir / "map");
  REQUIRE(map);
  CHECK(map->find("_text", "").front().size == 0x40);
  CHECK(map->find("startup_64", "").front().size == 0x40);
  CHECK(map->covering(0xffffffff81000010)->name == "_text");
}

TEST_CASE("symbols of one name, of one place and behind their section are found at once") {
  if (!unoops::test::have("as") || !unoops::test::have("ld")) return;
  const TempDir dir;
  constexpr int count = 60'000;
  {
    std::ofstream out(dir / "many.s");
    out << ".text\n.globl _start\n_start: nop\n";
    for (int i = 0; i < count; ++i) out << ".type l" << i << ", @function\nl" << i << ":\n";
    out << "nop\nlast: nop\n.globl wild\nwild = 0xfffffffffffffff0\n";
  }
  REQUIRE(unoops::test::run("cd " + dir.path() + " && as -o many.o many.s && ld -Ttext=0x1000000 -o many many.o && " +
                            "objcopy --redefine-sym last=twin many many2 && ld -r -o x.o many.o"));
  auto elf = ElfFile::open(dir / "many");
  REQUIRE(elf);
  SymbolIndex index(**elf);
  const auto first = index.covering(0x1000000);
  REQUIRE(first);
  CHECK(index.find("l59999").size() == 1);
  CHECK(index.find("l0").front().size == 1);
  CHECK(index.covering(0x1000001)->name.starts_with("l"));
  CHECK(index.aliases(0x1000001).size() == count);
  std::size_t visited = 0;
  index.each([&](const Symbol&) { ++visited; });
  CHECK(visited >= count);
}
