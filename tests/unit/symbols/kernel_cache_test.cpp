// What the cache of kernels tells of its files afterwards.
#include "symbols/kernel_cache.hpp"

#include "symbols/symbolize.hpp"
#include "unit/symbols/fixture.hpp"

namespace unoops::test {

TEST_CASE("a kernel whose vmlinux was only looked for is not told of") {
  const TempDir empty;
  SymbolOptions options;
  options.debug_root = empty.path();
  symbols::KernelCache cache(options);
  const KernelIdentity identity{"6.1.0-none", {}, {}, nullptr, std::nullopt, {}};
  CHECK(cache.with_vmlinux(identity) == nullptr);
  CHECK(cache.files().empty());
  cache.of(identity);
  CHECK(cache.files().size() == 1);
  CHECK(cache.with_vmlinux(identity) == nullptr);  // somebody else asked for it
  CHECK(cache.files().size() == 1);
}

namespace {

KernelIdentity kernel(int number) {
  return {"6.1." + std::to_string(number) + "-none", {}, {}, nullptr, std::nullopt, {}};
}

}  // namespace

TEST_CASE("the files of the kernels that were used last are kept, and all are told of") {
  const TempDir empty;
  SymbolOptions options;
  options.debug_root = empty.path();
  std::size_t freed = 0;
  symbols::KernelCache cache(options, [&] { ++freed; });
  constexpr int kept = symbols::KernelCache::most_kernels;
  const auto* first = &cache.of(kernel(0));
  for (int i = 1; i < kept; ++i) cache.of(kernel(i));
  CHECK(freed == 0);
  CHECK(&cache.of(kernel(0)) == first);  // used again: the next one is the oldest now
  SymbolRef foo;
  foo.symbol = "foo";
  for (int i = kept; i < 2 * kept - 1; ++i) cache.resolve(kernel(i), foo);
  CHECK(freed == kept - 1);
  CHECK(&cache.of(kernel(0)) == first);
  CHECK(freed == kept - 1);
  constexpr std::size_t told_of_closed = 64;
  CHECK(cache.files().size() == kept + told_of_closed);
}

TEST_CASE("boots of one kernel, and logs of it, share its files") {
  SymbolOptions options;
  options.vmlinux = TESTDATA "/demo/vmlinux";
  options.force = true;
  symbols::KernelCache cache(options);
  auto boot = kernel(0);
  auto* store = &cache.of(boot);
  const auto* file = store->fitting_vmlinux();
  REQUIRE(file);
  boot.kernel_offset = 0x1000000;
  CHECK(&cache.of(boot) != store);
  CHECK(cache.of(boot).fitting_vmlinux() == file);
  cache.new_log();
  CHECK(&cache.of(kernel(0)) != store);
  CHECK(cache.of(kernel(0)).fitting_vmlinux() == file);
}

TEST_CASE("what a log says of its kernel holds for no other log") {
  SymbolOptions options;
  options.vmlinux = TESTDATA "/demo/vmlinux";
  symbols::KernelCache cache(options);
  SymbolRef alien;
  alien.symbol = "no_such_function";
  alien.size = 0x10;
  const KernelIdentity unnamed;
  cache.check(unnamed, {&alien});
  REQUIRE(cache.files().size() == 1);
  CHECK(cache.files().front().files.front().evidence.size() == 2);  // "no no_such_function there", "0 of 1 sizes"
  cache.new_log();
  cache.of(unnamed).fitting_vmlinux();
  REQUIRE(cache.files().size() == 2);
  CHECK(cache.files().back().files.front().evidence.empty());
}

TEST_CASE("more kernels than may be open at once are closed, and opened anew") {
  const TempDir dir;
  const auto path = [&](int i) { return dir / ("vmlinux-" + kernel(i).release); };
  constexpr int many = 2 * symbols::KernelCache::most_vmlinux;
  SymbolOptions options;
  options.debug_root = dir.path();
  options.force = true;
  std::size_t freed = 0;
  symbols::KernelCache cache(options, [&] { ++freed; });
  for (int i = 0; i < many; ++i) {
    fs::copy_file(TESTDATA "/demo/vmlinux", path(i));
    REQUIRE(cache.of(kernel(i)).fitting_vmlinux());
  }
  CHECK(freed == many - symbols::KernelCache::most_vmlinux);
  CHECK(cache.of(kernel(0)).fitting_vmlinux());
}

TEST_CASE("a list of symbols is read once for all kernels") {
  const TempDir dir;
  const auto path = dir / "kallsyms";
  std::ofstream(path) << "ffffffff81000000 T _text\n";
  symbols::SharedFiles shared({});
  const auto& map = shared.map(path);
  REQUIRE(map);
  CHECK(&shared.map(path) == &map);
  CHECK(!shared.map(dir / "none"));
}

TEST_CASE("a shared file is opened anew where another one stands in its place") {
  const TempDir dir;
  const auto path = dir / "vmlinux";
  fs::copy_file(TESTDATA "/demo/vmlinux", path);
  symbols::SharedFiles shared({});
  const auto first = shared.open(path);
  REQUIRE(first);
  CHECK(*shared.open(path) == *first);
  fs::copy_file(TESTDATA "/demo/vmlinux", dir / "new");
  fs::rename(dir / "new", path);
  const auto second = shared.open(path);
  REQUIRE(second);
  CHECK(*second != *first);
  CHECK(!shared.open(dir / "none"));
}

TEST_CASE("a log that names modules without end has as many looked for as a machine may have") {
  const TempDir empty;
  SymbolOptions options;
  options.debug_root = empty.path();
  OwnStore files(options, kernel(0));
  SymbolRef ref;
  ref.symbol = "foo";
  for (int i = 0; i < 5000; ++i) {
    ref.module = "m" + std::to_string(i);
    CHECK(std::holds_alternative<Unresolved>(files.resolve(ref)));
  }
  CHECK(files.verdicts().size() < 4200);
}

TEST_CASE("a report tells of its own modules' files, not of those of reports before it") {
  const TempDir empty;
  SymbolOptions options;
  options.debug_root = empty.path();
  OwnStore files(options, kernel(0));
  SymbolRef ref;
  ref.symbol = "foo";
  ref.module = "other";
  files.resolve(ref);
  Report report;
  report.stacks.emplace_back().frames.emplace_back().ref.module = "snd-hda-intel";
  report.stacks.front().frames.front().ref.symbol = "foo";
  symbols::symbolize(report, files);
  symbols::note_files(report, files);
  CHECK(report.symbol_notes == std::vector<std::string>{"vmlinux: not found", "snd_hda_intel: not found"});
}

}  // namespace unoops::test
