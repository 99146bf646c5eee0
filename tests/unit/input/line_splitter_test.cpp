#include "input/line_splitter.hpp"

#include <string>
#include <vector>

#include "base/limits.hpp"
#include "catch.hpp"

using namespace unoops;
using namespace unoops::input;

namespace {

struct Piece {
  std::uint64_t number, offset;
  std::string bytes;
  bool ended, continued;
  bool operator==(const Piece&) const = default;
};

std::vector<Piece> split(std::string_view bytes, std::size_t chunk) {
  std::vector<Piece> out;
  LineSplitter splitter([&](const RawLine& l) {
    out.push_back({l.number, l.offset, std::string(l.bytes), l.ended, l.continued});
  });
  for (std::size_t at = 0; at < bytes.size(); at += chunk) splitter.feed(bytes.substr(at, chunk));
  splitter.finish();
  return out;
}

}  // namespace

TEST_CASE("lines end at \\n only") {
  const std::string_view bytes("one\r\n\n\0two\rthree\x0b\n tail", 23);
  const std::vector<Piece> expected{{1, 0, "one\r", true, false},
                                    {2, 5, "", true, false},
                                    {3, 6, std::string("\0two\rthree\x0b", 11), true, false},
                                    {4, 18, " tail", false, false}};
  CHECK(split(bytes, bytes.size()) == expected);
  CHECK(split(bytes, 1) == expected);
}

TEST_CASE("a long line comes in pieces that do not depend on the chunks") {
  std::string bytes =
      "a\n" + std::string(2 * limits::line_bytes + 5, 'x') + "\n" + std::string(limits::line_bytes, 'y') + "\nz\n";
  const auto whole = split(bytes, bytes.size());
  REQUIRE(whole.size() == 6);
  CHECK(whole[1].bytes.size() == limits::line_bytes);
  CHECK_FALSE(whole[1].continued);
  CHECK_FALSE(whole[1].ended);
  CHECK(whole[3].bytes == "xxxxx");
  CHECK(whole[3].continued);
  CHECK(whole[3].ended);
  CHECK(whole[3].number == 2);
  CHECK(whole[4].bytes.size() == limits::line_bytes);
  CHECK(whole[5] == Piece{4, bytes.size() - 2, "z", true, false});
  for (const std::size_t chunk : {1ul, 7ul, 4096ul, limits::line_bytes, limits::line_bytes + 1})
    CHECK(split(bytes, chunk) == whole);
}
