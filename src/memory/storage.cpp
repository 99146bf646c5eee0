#include "memory/storage.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

namespace unoops::memory {
namespace {

class FileStorage final : public Storage {
 public:
  explicit FileStorage(int fd) : fd_(fd) {
    struct stat info {};
    if (::fstat(fd, &info) == 0 && info.st_size > 0) size_ = static_cast<std::uint64_t>(info.st_size);
  }
  ~FileStorage() override { ::close(fd_); }
  FileStorage(const FileStorage&) = delete;
  FileStorage& operator=(const FileStorage&) = delete;

  bool read(std::uint64_t at, std::span<std::byte> out) const override {
    if (at > size_ || out.size() > size_ - at) return false;
    while (!out.empty()) {
      const ssize_t got = ::pread(fd_, out.data(), out.size(), static_cast<off_t>(at));
      if (got < 0 && errno == EINTR) continue;
      if (got <= 0) return false;
      at += static_cast<std::uint64_t>(got);
      out = out.subspan(static_cast<std::size_t>(got));
    }
    return true;
  }
  std::uint64_t size() const override { return size_; }

 private:
  int fd_;
  std::uint64_t size_ = 0;
};

}  // namespace

std::unique_ptr<Storage> file_storage(int fd) { return std::make_unique<FileStorage>(fd); }

}  // namespace unoops::memory
