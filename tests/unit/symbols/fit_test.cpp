// Does the file belong to the log?
#include "debuginfo/elf_file.hpp"
#include "debuginfo/symbol_index.hpp"
#include "fixture.hpp"

using namespace unoops;
using namespace unoops::symbols;
using namespace unoops::test;
using Fit = FileVerdict::Fit;

namespace {

const std::string banner = "Linux version 6.1.0-9-test (me@here) (gcc 12) #1 SMP Test 6.1.27-1 (2023-05-08)";

FileVerdict judge(const TempDir& dir, const KernelIdentity& identity, int right, int wrong) {
  SymbolOptions options;
  options.vmlinux = dir / "vmlinux";
  auto elf = std::move(*debuginfo::ElfFile::open(options.vmlinux));
  debuginfo::SymbolIndex index(*elf);
  std::vector<SymbolRef> refs;
  const std::string names[] = {"outer",      "in_init", "in_exit", "in_unlikely",
                               "in_noinstr", "in_hot",  "caller",  "_start"};
  for (int i = 0; i < right + wrong; ++i) {
    SymbolRef r = ref(names[i], 1, PcKind::return_address);
    r.size = index.find(names[i]).front().size + (i < right ? 0 : 0x1230);
    refs.push_back(r);
  }
  std::vector<const SymbolRef*> pointers;
  for (const auto& r : refs) pointers.push_back(&r);
  OwnStore symbols(options, identity);
  (void)symbols.resolve(ref("outer"));
  symbols.check(pointers);
  return symbols.verdicts().at(0);
}

KernelIdentity known(const std::string& release, const std::string& text = "", const std::string& version = "") {
  KernelIdentity id;
  id.release = release;
  id.banner = text;
  id.version = version;
  return id;
}

}  // namespace

TEST_CASE("banner, release, version and sizes make one verdict", "[symbols]") {
  const TempDir dir;
  REQUIRE(build(dir, {"", "gcc", "-gdwarf-5"}));
  CHECK(judge(dir, known("", banner), 0, 0).fit == Fit::fits);
  CHECK(judge(dir, known("", banner.substr(0, 70)), 3, 0).fit == Fit::fits);  // a line that was cut
  CHECK(judge(dir, known("", "[    0.0] " + banner), 3, 0).fit == Fit::fits);
  CHECK(judge(dir, known("6.1.0-9-test"), 5, 0).fit == Fit::fits);
  CHECK(judge(dir, known("6.1.0-9-test", "", "#1 Test 6.1.27-1"), 5, 0).fit == Fit::fits);
  CHECK(judge(dir, known("6.1.0-9-test", "", "#1 PREEMPT(lazy)"), 5, 0).fit == Fit::fits);
  CHECK(judge(dir, known(""), 5, 0).fit == Fit::fits);
  CHECK(judge(dir, known(""), 0, 0).fit == Fit::unknown);
  CHECK(judge(dir, known(""), 4, 2).fit == Fit::doubtful);
  CHECK(judge(dir, known(""), 1, 4).fit == Fit::misfit);
  CHECK(judge(dir, known("6.1.0-9-cloud"), 8, 0).fit == Fit::misfit);  // another flavour, same functions
  CHECK(judge(dir, known("6.1.0-9-test", "", "#1 Test 6.1.25-1"), 8, 0).fit == Fit::misfit);  // a neighbouring version
  std::string other = banner;
  other.replace(other.find("6.1.27"), 6, "6.1.25");
  CHECK(judge(dir, known("", other), 8, 0).fit == Fit::misfit);
}

TEST_CASE("the evidence of a misfit is told", "[symbols]") {
  const TempDir dir;
  REQUIRE(build(dir, {"", "gcc", "-gdwarf-5"}));
  const auto sizes = judge(dir, known(""), 0, 3);
  REQUIRE_FALSE(sizes.evidence.empty());
  CHECK(sizes.evidence.front().find("size of outer is 0x") == 0);
  const auto release = judge(dir, known("5.10.0-1-amd64"), 2, 0);
  CHECK(release.evidence.front() == "it is 6.1.0-9-test, the log is 5.10.0-1-amd64");
}

TEST_CASE("a misfit answers nothing, unless forced", "[symbols]") {
  const TempDir dir;
  REQUIRE(build(dir, {"", "gcc", "-gdwarf-5"}));
  SymbolOptions options;
  options.vmlinux = dir / "vmlinux";
  OwnStore refusing(options, known("5.10.0-1-amd64"));
  CHECK(text(refusing.resolve(ref("mark_hot"))) == "! misfit");
  options.force = true;
  OwnStore forced(options, known("5.10.0-1-amd64"));
  CHECK(text(forced.resolve(ref("mark_hot"))) == fmt::format("in_hot chain.c:{}", line_of("chain.c", "MARK(hot)")));
}

TEST_CASE("files that the search finds and that do not fit are passed over", "[symbols]") {
  const TempDir dir;
  REQUIRE(build(dir, {"", "gcc", "-gdwarf-5"}));
  fs::create_directories(dir / "root/usr/lib/debug/boot");
  fs::create_directories(dir / "root/boot");
  fs::copy(dir / "vmlinux", dir / "root/usr/lib/debug/boot/vmlinux-5.10.0-1-amd64");
  SymbolOptions options;
  options.debug_root = dir / "root";
  OwnStore wrong(options, known("5.10.0-1-amd64"));
  CHECK(text(wrong.resolve(ref("mark_hot"))).substr(0, 1) == "!");
  fs::rename(dir / "root/usr/lib/debug/boot/vmlinux-5.10.0-1-amd64", dir / "root/boot/vmlinux-6.1.0-9-test");
  OwnStore right(options, known("6.1.0-9-test"));
  CHECK(text(right.resolve(ref("mark_hot"))) == fmt::format("in_hot chain.c:{}", line_of("chain.c", "MARK(hot)")));
  CHECK(right.verdicts().at(0).path == dir / "root/boot/vmlinux-6.1.0-9-test");
  CHECK_FALSE(right.verdicts().at(0).tried.empty());
}
