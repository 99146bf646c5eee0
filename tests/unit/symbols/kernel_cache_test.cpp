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
  CHECK(cache.files().size() == 2 * kept - 1);
  for (int i = 2 * kept; i < 40 * kept; ++i) cache.resolve(kernel(i), foo);
  CHECK(cache.files().size() < 20 * kept);
}

TEST_CASE("a log that names modules without end has as many looked for as a machine may have") {
  const TempDir empty;
  SymbolOptions options;
  options.debug_root = empty.path();
  symbols::FileStore files(options, kernel(0));
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
  symbols::FileStore files(options, kernel(0));
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
