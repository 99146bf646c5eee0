// Any bytes as a packed file: in pieces as a log is read, and at once as a section is. Both unpack the same, within what so
// many bytes may hold.
#include <algorithm>
#include <string>
#include <vector>

#include "base/decompress.hpp"
#include "edits.hpp"

namespace {

using namespace unoops::base;
using unoops::fuzz::require;
using Step = Unpacker::Step;

constexpr std::size_t most_output = 1 << 20;

struct Unpacked {
  std::string bytes;
  bool whole = false;
};

// `most_output` bytes are enough to compare: the rest of a bomb is more of the same.
Unpacked in_pieces(Packing packing, std::string_view packed, std::size_t chunk, std::size_t room) {
  Unpacked out;
  std::vector<char> buffer(room);
  const auto unpacker = make_unpacker(packing);
  std::string_view in;
  auto end = Step::more;
  for (std::size_t idle = 0; end == Step::more && out.bytes.size() < most_output && idle < 3;) {
    if (in.empty()) {
      in = packed.substr(0, chunk);
      packed.remove_prefix(in.size());
    }
    const auto had = in.size();
    std::size_t made = 0;
    end = unpacker->step(in, packed.empty(), buffer.data(), buffer.size(), made);
    require(made <= room && in.size() <= had, "an unpacker stays within its buffers");
    out.bytes.append(buffer.data(), made);
    idle = made == 0 && in.size() == had ? idle + 1 : 0;
  }
  out.whole = out.bytes.size() < most_output && (end == Step::end || (end == Step::more && unpacker->at_boundary()));
  return out;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view packed(reinterpret_cast<const char*>(data), size);
  Packing packing = packing_of(packed);
  if (packing == Packing::none) packing = Packing::zlib;
  const auto whole = in_pieces(packing, packed, size + 1, 64 * 1024);
  const auto pieces = in_pieces(packing, packed, 1 + (size == 0 ? 0 : data[size / 2] % 61), 512);
  const auto shared = std::min(whole.bytes.size(), pieces.bytes.size());
  require(whole.bytes.compare(0, shared, pieces.bytes, 0, shared) == 0, "pieces never change what is unpacked");
  // libzstd takes a block of no bytes, which no compressor writes, only where it has the whole frame at once.
  if (whole.whole && packing != Packing::zstd)
    require(pieces.whole && pieces.bytes == whole.bytes, "nor whether it is whole");
  const auto at_once = unpack(packing, {data, size}, 0, most_output);
  if (!at_once) return 0;
  require(at_once->size() <= most_output, "no more comes out than is asked for");
  if (whole.whole)
    require(std::string(at_once->begin(), at_once->end()) == whole.bytes, "at once is the same as in pieces");
  return 0;
}
