#include "input/byte_stream.hpp"

#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "input/pstore_record.hpp"

namespace unoops::input {

namespace {

constexpr std::size_t chunk = 64 * 1024;

class FileBytes : public ByteStream {
 public:
  FileBytes(int fd, std::string name, std::uint64_t& taken) : fd_(fd), name_(std::move(name)), taken_(taken) {}
  ~FileBytes() override {
    if (fd_ > STDERR_FILENO) ::close(fd_);
  }
  Expected<std::string_view> read() override {
    while (!ended_) {
      const ssize_t n = ::read(fd_, buffer_.get(), chunk);
      ended_ = n == 0;
      if (n > 0) taken_ += static_cast<std::uint64_t>(n);
      if (n >= 0) return std::string_view(buffer_.get(), static_cast<std::size_t>(n));
      if (errno != EINTR) return tl::unexpected(Error{name_ + ": cannot read: " + std::strerror(errno)});
    }
    return std::string_view();
  }

 private:
  int fd_;
  std::string name_;
  std::uint64_t& taken_;
  // Not zeroed, because most logs are shorter than this.
  const std::unique_ptr<char[]> buffer_ = std::make_unique_for_overwrite<char[]>(chunk);
  bool ended_ = false;  // a terminal's Ctrl-D is an end once; asking again would wait for the next one
};

// Gives its inner stream's first bytes once more: they were needed to see what the file is. A pipe may deliver the
// magic bytes one at a time.
class Peeked : public ByteStream {
 public:
  explicit Peeked(std::unique_ptr<ByteStream> inner) : inner_(std::move(inner)) {}
  std::string_view magic() {
    while (begins_like_packed(head_)) {
      auto more = inner_->read();
      if (!more) {
        error_ = std::move(more);
        break;
      }
      if (more->empty()) break;
      head_ += *more;
    }
    return head_;
  }
  Expected<std::string_view> read() override {
    if (!given_ && !head_.empty()) {
      given_ = true;
      return std::string_view(head_);
    }
    if (!given_ && !error_) return std::exchange(error_, std::string_view());
    given_ = true;
    return inner_->read();
  }

 private:
  std::unique_ptr<ByteStream> inner_;
  std::string head_;
  Expected<std::string_view> error_ = std::string_view();
  bool given_ = false;
};

}  // namespace

std::unique_ptr<ByteStream> open_stream(int fd, const std::string& name, std::uint64_t& taken) {
  auto peeked = std::make_unique<Peeked>(std::make_unique<FileBytes>(fd, name, taken));
  const Packing packing = packing_of(peeked->magic());
  if (packing == Packing::none && is_packed_record(name)) return unpacked_record(std::move(peeked), name);
  if (packing != Packing::none) return unpacked(packing, std::move(peeked), name);
  return peeked;
}

}  // namespace unoops::input
