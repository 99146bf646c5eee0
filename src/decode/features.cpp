// What this build of the library can do, and the versions of what it stands on.
#include <capstone/capstone.h>
#include <elfutils/libdwfl.h>
#include <fmt/format.h>
#include <lzma.h>
#include <lzo/lzo1x.h>
#include <zlib.h>
#include <zstd.h>

#include <string>

#include "base/rooms.hpp"
#include "unoops/version.hpp"

namespace unoops {
namespace {

#ifdef __clang__
constexpr const char* compiler = __VERSION__;
#else
constexpr const char* compiler = "GCC " __VERSION__;
#endif

std::string libraries() {
  return fmt::format("elfutils {}, Capstone {}.{}, zlib {}, liblzma {}, zstd {}, lzo {}, fmt {}.{}.{}",
                     dwfl_version(nullptr), CS_API_MAJOR, CS_API_MINOR, zlibVersion(), lzma_version_string(),
                     ZSTD_versionString(), lzo_version_string(), FMT_VERSION / 10000, FMT_VERSION / 100 % 100,
                     FMT_VERSION % 100);
}

}  // namespace

std::vector<Feature> features() {
  // Libraries that are opened when they are needed are not looked for here: to load them takes longer than all else.
  return {{"search", std::string(search_engine())},
          {"debuginfod", "with --debuginfod, where libdebuginfod.so.1 is installed"},
          {"reads", "gzip, bzip2, xz, zstd and lz4; in memory dumps also zlib, lzo, snappy"},
          {"compiler", compiler},
          {"libraries", libraries()}};
}

}  // namespace unoops
