#include "grammar/symbol_ref.hpp"

#include "catch.hpp"

using namespace unoops;
using namespace unoops::grammar;

namespace {
SymbolRefSpan only(std::string_view text) {
  const auto refs = find_symbol_refs(text);
  REQUIRE(refs.size() == 1);
  return refs.front();
}
}  // namespace

TEST_CASE("a reference is found wherever it stands") {
  const std::string_view text = "RIP: 0010:kf_store+0x15/0x30 [kfault] RSP: ffffb3c8";
  const auto s = only(text);
  CHECK(s.ref.symbol == "kf_store");
  CHECK(s.ref.offset == 0x15u);
  CHECK(s.ref.size == 0x30u);
  CHECK(s.ref.module == "kfault");
  CHECK(text.substr(s.begin, s.end - s.begin) == "kf_store+0x15/0x30");
  CHECK(text.substr(s.end, s.module_end - s.end) == " [kfault]");
}

TEST_CASE("several on a line, in their order") {
  const auto refs = find_symbol_refs("Stopper: multi_cpu_stop+0x0/0xf0 <- stop_machine_cpuslocked+0xe0/0x120");
  REQUIRE(refs.size() == 2);
  CHECK(refs[0].ref.symbol == "multi_cpu_stop");
  CHECK(refs[1].ref.symbol == "stop_machine_cpuslocked");
  const auto tight = find_symbol_refs("a+0x1/0x2,b+0x3/0x4(c+0x5/0x6)");
  REQUIRE(tight.size() == 3);
  CHECK(tight[2].ref.symbol == "c");
}

TEST_CASE("names of compilers and languages") {
  CHECK(only(" foo.constprop.0.isra.0.cold+0x5/0x10").ref.symbol == "foo.constprop.0.isra.0.cold");
  CHECK(only(" .do_page_fault+0x5/0x10").ref.symbol == ".do_page_fault");
  CHECK(only(" $x+0x5/0x10").ref.symbol == "$x");
  CHECK(only(" _RNvMs_NtNtCs1234_6kernel4sync3arc3new+0x12/0x40").ref.symbol ==
        "_RNvMs_NtNtCs1234_6kernel4sync3arc3new");
  CHECK(only(" bpf_prog_6deef7357e7b4530_F+0x3c/0x1000 [bpf]").ref.module == "bpf");
  CHECK(only("so...foo+0x1/0x2").ref.symbol == ".foo");
}

TEST_CASE("module brackets") {
  const auto s = only(" f+0x1/0x2 [my-mod f071c3d7ea2deaac5dbe7ff4a219a4b90ec7a812]");
  CHECK(s.ref.module == "my-mod");
  CHECK(s.ref.build_id == "f071c3d7ea2deaac5dbe7ff4a219a4b90ec7a812");
  CHECK(only("kernel BUG at f+0x1/0x2 [verbose debug info unavailable]").ref.module.empty());
  CHECK(only("f+0x1/0x2 [<c0012345>] (x)").ref.module.empty());
  CHECK(only("f+0x1/0x2 [#1]").ref.module.empty());
  const auto own = only("in f+0x1/0x2 [f071c3d7ea2deaac5dbe7ff4a219a4b90ec7a812]");
  CHECK(own.ref.module.empty());
  CHECK(own.ref.build_id.size() == 40);
}

TEST_CASE("what is no reference") {
  for (const auto text :
       {"", "+0x", "f+0x/0x2", "f+0x1", "f+0x1/2", "f+0x1/0x", "f+0x1/0x2g", "f+0x1/0x2_", "12f+0x1/0x2", "+0x1/0x2",
        " +0x1/0x2 [k]", "f+0x1F/0x20", "f+0x11223344556677889/0x2", "f + 0x1/0x2", "]+0x1/0x2 [k]"})
    CHECK(find_symbol_refs(text).empty());
  CHECK_FALSE(may_hold_symbol_ref("usb 1-1: new high-speed USB device"));
}

TEST_CASE("the address that is printed beside it") {
  CHECK(only(" [<ffffffff81234567>] f+0x1/0x2").ref.address == 0xffffffff81234567u);
  CHECK(only(" [<ffffffff81234567>] ? f+0x1/0x2").ref.address == 0xffffffff81234567u);
  CHECK(only("[c0000000025a3c60] [c000000000123456] f+0x1/0x2 (unreliable)").ref.address == 0xc000000000123456u);
  CHECK(only("epc   : ffffffff80123456 f+0x1/0x2").ref.address == 0xffffffff80123456u);
  CHECK(only("Krnl PSW : 0704c00180000000 0000001aa5123456 (f+0x1/0x2)").ref.address == 0x1aa5123456u);
  CHECK_FALSE(only(" [<00000000d2a1c0de>] f+0x1/0x2").ref.address);  // hashed by %p
  CHECK_FALSE(only("RIP: 0010:f+0x1/0x2").ref.address);
}

TEST_CASE("a long hostile line is read in one pass") {
  std::string text;
  while (text.size() < 64 * 1024) text += "a+0x1/0x2 ";
  CHECK(find_symbol_refs(text).size() == text.size() / 10);
  CHECK(find_symbol_refs(std::string(64 * 1024, 'a')).empty());
}
