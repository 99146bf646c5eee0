// A file that grows while it is read.
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

#include "base/decompress.hpp"
#include "input/dump_source.hpp"
#include "unoops/source.hpp"

namespace unoops::input {
namespace {

class FollowedFile final : public Source {
 public:
  explicit FollowedFile(std::string path) : path_(std::move(path)) {}
  ~FollowedFile() override { close(); }
  const std::string& name() const override { return path_; }
  bool goes_on() const override { return true; }
  std::uint64_t taken() const override { return taken_; }

  Expected<std::string_view> read() override {
    for (;;) {
      if (fd_ < 0 && !open()) {
        if (errno == ENOENT || seen_) return std::string_view();
        return failed("cannot open");
      }
      const ssize_t got = ::read(fd_, room_.data(), room_.size());
      if (got < 0 && errno == EINTR) return std::string_view();
      if (got < 0) return failed("cannot read");
      if (got > 0) return took(static_cast<std::size_t>(got));
      if (is_replaced()) {
        // What was written to it before it was replaced has been read: a look after the replacement found no more.
        if (!std::exchange(replaced_, true)) continue;
        close();
        if (!ends_line_) return end_line();
      } else if (is_truncated() && ::lseek(fd_, 0, SEEK_SET) == 0) {
        at_ = 0;
        if (!ends_line_) return end_line();
      } else {
        return std::string_view();
      }
    }
  }

 private:
  // False: errno tells why.
  bool open() {
    // A pipe may stand there one day: nobody waits for its writer.
    fd_ = ::open(path_.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd_ < 0) return false;
    seen_ = true;
    at_ = 0;
    replaced_ = false;
    return true;
  }
  void close() {
    if (fd_ >= 0) ::close(std::exchange(fd_, -1));
  }
  Expected<std::string_view> failed(const char* what) const {
    return tl::unexpected(Error{path_ + ": " + what + ": " + std::strerror(errno)});
  }
  std::string_view took(std::size_t bytes) {
    taken_ += bytes;
    at_ += static_cast<off_t>(bytes);
    ends_line_ = room_[bytes - 1] == '\n';
    return {room_.data(), bytes};
  }
  // The line that was cut goes on in no other file.
  std::string_view end_line() {
    ends_line_ = true;
    return "\n";
  }
  bool is_truncated() const {
    struct stat own {};
    return ::fstat(fd_, &own) == 0 && own.st_size < at_;
  }
  bool is_replaced() const {
    struct stat own {
    }, there{};
    return ::stat(path_.c_str(), &there) == 0 && ::fstat(fd_, &own) == 0 &&
           (own.st_dev != there.st_dev || own.st_ino != there.st_ino);
  }

  const std::string path_;
  int fd_ = -1;
  off_t at_ = 0;
  bool seen_ = false;  // once it was there it comes back
  bool replaced_ = false, ends_line_ = true;
  std::uint64_t taken_ = 0;
  std::array<char, 64 * 1024> room_{};
};

bool is_packed(const std::string& path) {
  std::array<char, 16> head{};
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (fd < 0) return false;
  const ssize_t got = ::read(fd, head.data(), head.size());
  ::close(fd);
  return got > 0 && packing_of({head.data(), static_cast<std::size_t>(got)}) != Packing::none;
}

}  // namespace
}  // namespace unoops::input

namespace unoops {

std::unique_ptr<Source> follow_file(const std::string& path) {
  struct stat info {};
  if (path == "-") return nullptr;
  if (::stat(path.c_str(), &info) == 0 && (!S_ISREG(info.st_mode) || input::is_packed(path) || input::is_dump(path)))
    return nullptr;
  return std::make_unique<input::FollowedFile>(path);
}

}  // namespace unoops
