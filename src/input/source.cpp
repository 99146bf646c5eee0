// Files, standard input and directories as sources.
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "input/byte_stream.hpp"
#include "unoops/log_reader.hpp"

namespace unoops {

namespace {

class StreamSource final : public Source {
 public:
  StreamSource(int fd, std::string name, bool waits) : name_(std::move(name)), fd_(fd), waits_(waits) {}
  ~StreamSource() override {
    if (!stream_ && fd_ > STDERR_FILENO) ::close(fd_);
  }
  const std::string& name() const override { return name_; }
  Expected<std::string_view> read() override {
    if (!stream_) stream_ = input::open_stream(fd_, name_.empty() ? "standard input" : name_);
    return stream_->read();
  }
  int wait_fd() const override { return waits_ ? fd_ : -1; }

 private:
  std::string name_;
  int fd_;
  bool waits_;
  std::unique_ptr<input::ByteStream> stream_;
};

Error failed(const std::string& path, const char* what) { return {path + ": " + what + ": " + std::strerror(errno)}; }

bool may_block(int fd) {
  struct stat info{};
  return ::fstat(fd, &info) != 0 || !S_ISREG(info.st_mode);
}

}  // namespace

Expected<std::vector<std::unique_ptr<Source>>> open_sources(const std::string& path) {
  std::vector<std::unique_ptr<Source>> out;
  if (path == "-") {
    out.push_back(std::make_unique<StreamSource>(STDIN_FILENO, "", may_block(STDIN_FILENO)));
    return out;
  }
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return tl::unexpected(failed(path, "cannot open"));
  out.push_back(std::make_unique<StreamSource>(fd, path, may_block(fd)));
  return out;
}

}  // namespace unoops
