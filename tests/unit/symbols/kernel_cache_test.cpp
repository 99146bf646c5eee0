// What the cache of kernels tells of its files afterwards.
#include "symbols/kernel_cache.hpp"

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

}  // namespace unoops::test
