// A dump is read here and there, and packed data only from its start: so it is unpacked once, into a file without a name.
#include <fmt/core.h>
#include <unistd.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "base/bytes.hpp"
#include "base/decompress.hpp"
#include "base/environment.hpp"
#include "memory/storage.hpp"

namespace unoops::memory {
namespace {

constexpr std::size_t copy_chunk = 256 * 1024, head_chunk = 1024;
// Of what makedumpfile -d 31 leaves of a large machine. A file that claims more may be made to fill the disk.
constexpr std::uint64_t most = std::uint64_t{4} << 30;
constexpr std::size_t head_bytes = 64;  // more than any magic number of a dump needs

// -1: no such file can be made. /tmp may lie in memory, /var/tmp does not (file-hierarchy(7)).
int nameless_file() {
  for (const auto directory : {environment("TMPDIR"), std::string_view("/var/tmp"), std::string_view("/tmp")}) {
    if (directory.empty()) continue;
    std::string name = std::string(directory) + "/unoops-XXXXXX";
    const int fd = ::mkstemp(name.data());
    if (fd < 0) continue;
    ::unlink(name.c_str());
    return fd;
  }
  return -1;
}

// Writes at the end of a file; blocks of zeros become holes.
class Copy {
 public:
  explicit Copy(int fd) : fd_(fd) {}
  ~Copy() {
    if (fd_ >= 0) ::close(fd_);
  }
  Copy(const Copy&) = delete;
  Copy& operator=(const Copy&) = delete;

  bool is_open() const { return fd_ >= 0; }
  bool append(std::string_view bytes) {
    if (bytes.find_first_not_of('\0') == std::string_view::npos) {
      size_ += bytes.size();
      return true;
    }
    while (!bytes.empty()) {
      const ssize_t put = ::pwrite(fd_, bytes.data(), bytes.size(), static_cast<off_t>(size_));
      if (put <= 0) return false;
      size_ += static_cast<std::uint64_t>(put);
      bytes.remove_prefix(static_cast<std::size_t>(put));
    }
    return true;
  }
  bool finish() { return ::ftruncate(fd_, static_cast<off_t>(size_)) == 0; }
  int release() { return std::exchange(fd_, -1); }
  std::uint64_t size() const { return size_; }

 private:
  int fd_;
  std::uint64_t size_ = 0;
};

// Gives `take` the unpacked bytes until it wants no more. False: the data is damaged or ends too early.
template <class Take>
bool unpack_all(const Storage& packed, Unpacker& unpacker, std::size_t chunk, Take take) {
  std::vector<std::byte> in(chunk);
  std::string out(chunk, '\0');
  for (std::uint64_t at = 0; at < packed.size();) {
    const auto part = std::span(in).first(std::min<std::uint64_t>(chunk, packed.size() - at));
    if (!packed.read(at, part)) return false;
    at += part.size();
    const bool last = at == packed.size();
    for (auto rest = text_of(part); !rest.empty() || last;) {
      const auto had = rest.size();
      std::size_t made = 0;
      const auto step = unpacker.step(rest, last, out.data(), out.size(), made);
      if (step == Unpacker::Step::damaged || step == Unpacker::Step::too_large) return false;
      if (made != 0 && !take(std::string_view(out).substr(0, made))) return true;
      if (step == Unpacker::Step::end) return true;
      if (made == 0 && rest.size() == had) {
        if (!rest.empty() || !last) return false;
        break;
      }
    }
  }
  return unpacker.at_boundary();
}

}  // namespace

std::string first_bytes(const Storage& file) {
  std::string head(std::min<std::uint64_t>(file.size(), head_bytes), '\0');
  if (!file.read(0, std::as_writable_bytes(std::span(head)))) head.clear();
  return head;
}

Expected<std::unique_ptr<Storage>> unpacked_copy(const Storage& packed) {
  static constexpr std::string_view hint = "unpack it (gzip -d, xz -d, zstd -d) and give unoops the unpacked file";
  const auto refused = [](std::string_view why) {
    return tl::unexpected(Error{fmt::format("a packed memory dump, {}: {}", why, hint)});
  };
  const auto unpacker = make_unpacker(packing_of(first_bytes(packed)));
  Copy copy(nameless_file());
  if (!unpacker || !copy.is_open()) return refused("and no temporary file can be made");
  bool full = false;
  const bool whole = unpack_all(packed, *unpacker, copy_chunk, [&](std::string_view bytes) {
    full = copy.size() + bytes.size() > most || !copy.append(bytes);
    return !full;
  });
  if (full) return refused("too large for a temporary copy");
  // A copy that was cut short is still of use, because its reader says which pages are missing.
  if (!copy.finish() || (!whole && copy.size() == 0)) return refused("whose data is damaged");
  return file_storage(copy.release());
}

std::string head_of(const Storage& file) {
  std::string head = first_bytes(file);
  const auto unpacker = make_unpacker(packing_of(head));
  if (!unpacker) return head;
  std::string out;
  unpack_all(file, *unpacker, head_chunk, [&](std::string_view bytes) {
    out += bytes.substr(0, head_bytes);
    return out.size() < head_bytes;
  });
  return out;
}

}  // namespace unoops::memory
