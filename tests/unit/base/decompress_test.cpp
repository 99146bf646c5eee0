#include "base/decompress.hpp"

#include <zlib.h>

#include "base/read_file.hpp"
#include "catch.hpp"

using namespace unoops::base;

namespace {

std::vector<std::uint8_t> packed(std::size_t zeros) {
  const std::vector<std::uint8_t> plain(zeros);
  uLongf size = compressBound(zeros);
  std::vector<std::uint8_t> out(size);
  compress2(out.data(), &size, plain.data(), zeros, 9);
  out.resize(size);
  return out;
}

}  // namespace

TEST_CASE("what a small file unpacks to has a bound, whatever its header claims") {
  constexpr std::size_t mib = 1 << 20;
  const auto small = packed(8 * mib);
  REQUIRE(unpack(Packing::zlib, small));
  CHECK(unpack(Packing::zlib, small)->size() == 8 * mib);
  CHECK(unpack(Packing::zlib, small, std::size_t{1} << 60)->size() == 8 * mib);
  CHECK(unpack(Packing::zlib, small, 8 * mib, 8 * mib));
  CHECK_FALSE(unpack(Packing::zlib, small, 0, 8 * mib - 1));
  const auto bomb = packed(200 * mib);
  REQUIRE(bomb.size() < mib);
  CHECK_FALSE(unpack(Packing::zlib, bomb));
}

TEST_CASE("a file is read whole up to a size") {
  CHECK(read_file("/proc/self/status", 1 << 20)->find("Name:") == 0);
  CHECK_FALSE(read_file("/proc/self/status", 10));
  CHECK(read_file("/dev/zero", 10).error().message == "not a regular file");
  CHECK_FALSE(read_file("/", 10));
}
