// What this build of the library can do, and the versions of what it stands on.
#include <capstone/capstone.h>
#include <elfutils/libdwfl.h>
#include <fmt/format.h>
#include <lzma.h>
#include <lzo/lzo1x.h>
#include <zlib.h>
#include <zstd.h>
#ifdef UNOOPS_VECTORSCAN
#include <hs.h>
#endif

#include <string>

#include "base/rooms.hpp"
#include "unoops/version.hpp"

namespace unoops {
namespace {

// "Vectorscan 5.4.9": hs_version() has a date behind it.
std::string search() {
#ifdef UNOOPS_VECTORSCAN
  const std::string_view engine = hs_version();
  return fmt::format("{} {}", search_engine(), engine.substr(0, engine.find(' ')));
#else
  return std::string(search_engine());
#endif
}

#ifdef __clang__
constexpr const char* compiler = __VERSION__;
#else
constexpr const char* compiler = "GCC " __VERSION__;
#endif

std::string libraries() {
  int major = 0, minor = 0;
  cs_version(&major, &minor);
  return fmt::format("elfutils {}, Capstone {}.{}, zlib {}, liblzma {}, zstd {}, lzo {}, fmt {}.{}.{}",
                     dwfl_version(nullptr), major, minor, zlibVersion(), lzma_version_string(), ZSTD_versionString(),
                     lzo_version_string(), FMT_VERSION / 10000, FMT_VERSION / 100 % 100, FMT_VERSION % 100);
}

}  // namespace

std::vector<Feature> features() {
  return {{"search", search()},
          // Not looked for here: to load it takes longer than all else.
          {"debuginfod", "with --debuginfod, where libdebuginfod.so.1 is installed"},
          {"reads", "gzip, bzip2, xz, zstd and lz4; in memory dumps also zlib, lzo, snappy"},
          {"compiler", compiler},
          {"libraries", libraries()}};
}

}  // namespace unoops
