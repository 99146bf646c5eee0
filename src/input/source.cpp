// Files, standard input and directories as sources.
#include "unoops/source.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

#include "input/byte_stream.hpp"
#include "input/directory.hpp"
#include "input/dump_source.hpp"

namespace unoops::input {

namespace {

// Of a file, from where it is read.
std::optional<std::uint64_t> bytes_ahead(int fd) {
  struct stat info {};
  if (::fstat(fd, &info) != 0 || !S_ISREG(info.st_mode)) return std::nullopt;
  return static_cast<std::uint64_t>(std::max<off_t>(0, info.st_size - ::lseek(fd, 0, SEEK_CUR)));
}

class StreamSource final : public Source {
 public:
  StreamSource(int fd, std::string name, bool waits)
      : name_(std::move(name)), fd_(fd), waits_(waits), size_(bytes_ahead(fd)) {}
  ~StreamSource() override {
    if (!stream_ && fd_ > STDERR_FILENO) ::close(fd_);
  }
  const std::string& name() const override { return name_; }
  Expected<std::string_view> read() override {
    if (!stream_) stream_ = input::open_stream(fd_, name_.empty() ? "standard input" : name_, taken_);
    return stream_->read();
  }
  std::optional<std::uint64_t> size() const override { return size_; }
  std::uint64_t taken() const override { return taken_; }
  int wait_fd() const override { return waits_ ? fd_ : -1; }

 private:
  std::string name_;
  int fd_;
  bool waits_;
  const std::optional<std::uint64_t> size_;
  std::uint64_t taken_ = 0;
  std::unique_ptr<input::ByteStream> stream_;
};

Error failed(const std::string& path, const char* what) { return {path + ": " + what + ": " + std::strerror(errno)}; }

// Files one behind the other, each opened when its turn comes: a dump of a hundred parts needs one descriptor.
class FilesSource final : public Source {
 public:
  explicit FilesSource(input::LogGroup group) : group_(std::move(group)) {}
  const std::string& name() const override { return group_.name; }
  // The error of a file that cannot be read comes at the end, because the other parts of the dump are still of use.
  Expected<std::string_view> read() override {
    for (;;) {
      if (!stream_) {
        if (next_ == group_.files.size()) return std::exchange(error_, std::string_view());
        open(group_.files[next_++]);
        continue;
      }
      auto bytes = stream_->read();
      if (bytes && !bytes->empty()) return bytes;
      if (!bytes) error_ = std::move(bytes);
      stream_.reset();
    }
  }
  std::optional<std::uint64_t> size() const override {
    std::uint64_t sum = 0;
    struct stat info {};
    for (const auto& file : group_.files)
      if (::stat(file.c_str(), &info) == 0) sum += static_cast<std::uint64_t>(info.st_size);
    return sum;
  }
  std::uint64_t taken() const override { return taken_; }

 private:
  void open(const std::string& path) {
    const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (fd < 0)
      error_ = tl::unexpected(failed(path, "cannot open"));
    else
      stream_ = input::open_stream(fd, path, taken_);
  }

  input::LogGroup group_;
  std::size_t next_ = 0;
  std::uint64_t taken_ = 0;
  std::unique_ptr<input::ByteStream> stream_;
  Expected<std::string_view> error_ = std::string_view();  // the last one
};

bool may_block(int fd) {
  struct stat info {};
  return ::fstat(fd, &info) != 0 || !S_ISREG(info.st_mode);
}

bool is_directory(const std::string& path) {
  struct stat info {};
  return ::stat(path.c_str(), &info) == 0 && S_ISDIR(info.st_mode);
}

class UnreadableSource final : public Source {
 public:
  UnreadableSource(std::string name, Error error) : name_(std::move(name)), error_(std::move(error)) {}
  const std::string& name() const override { return name_; }
  Expected<std::string_view> read() override { return tl::unexpected(error_); }
  std::optional<std::uint64_t> size() const override { return 0; }

 private:
  const std::string name_;
  const Error error_;
};

// A source that is read as nothing, and said.
class NotedSource final : public Source {
 public:
  NotedSource(std::string name, std::string note) : name_(std::move(name)), note_(std::move(note)) {}
  const std::string& name() const override { return name_; }
  Expected<std::string_view> read() override { return std::string_view(); }
  std::optional<std::uint64_t> size() const override { return 0; }
  std::string_view note() const override { return note_; }

 private:
  const std::string name_, note_;
};

// What there is to say of a directory, as sources at the end of those that it has; an error where it has none.
Expected<std::vector<std::unique_ptr<Source>>> with_words(std::vector<std::unique_ptr<Source>> sources,
                                                          const Logs& logs, const std::string& path,
                                                          const std::string& none) {
  if (sources.empty()) return tl::unexpected(Error{logs.errors.empty() ? none : logs.errors.front()});
  for (const auto& words : logs.errors) sources.push_back(unreadable_source(path, Error{words}));
  if (!logs.note.empty()) sources.push_back(std::make_unique<NotedSource>(path, logs.note));
  return sources;
}

std::unique_ptr<Source> source_of(input::LogGroup group) {
  if (group.dump) return dump_source(std::move(group.name), DumpLines::whole);
  return std::make_unique<FilesSource>(std::move(group));
}

Expected<std::vector<std::unique_ptr<Source>>> directory_sources(const std::string& path) {
  std::vector<std::unique_ptr<Source>> out;
  auto logs = logs_in(path);
  for (auto& group : logs.groups) out.push_back(source_of(std::move(group)));
  return with_words(std::move(out), logs, path,
                    path + ": no logs in this directory (dmesg*, journalctl*, messages*, *.log, ...): name the file");
}

}  // namespace

}  // namespace unoops::input

namespace unoops {

using namespace input;

Expected<std::vector<std::unique_ptr<Source>>> open_sources(const std::string& path) {
  if (path != "-" && is_directory(path)) return directory_sources(path);
  std::vector<std::unique_ptr<Source>> out;
  if (path == "-") {
    if (!may_block(STDIN_FILENO) && is_dump(STDIN_FILENO)) {
      out.push_back(dump_source("/dev/stdin", DumpLines::whole));
      return out;
    }
    out.push_back(std::make_unique<StreamSource>(STDIN_FILENO, "", may_block(STDIN_FILENO)));
    return out;
  }
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return tl::unexpected(failed(path, "cannot open"));
  if (!may_block(fd) && is_dump(fd)) {
    ::close(fd);
    out.push_back(dump_source(path, DumpLines::whole));
    return out;
  }
  out.push_back(std::make_unique<StreamSource>(fd, path, may_block(fd)));
  return out;
}

Expected<std::vector<std::unique_ptr<Source>>> open_dumps(const std::string& path, DumpLines lines) {
  std::vector<std::unique_ptr<Source>> out;
  Logs logs;
  if (!is_directory(path)) {
    if (::access(path.c_str(), R_OK) != 0) return tl::unexpected(failed(path, "cannot open"));
    if (is_dump(path)) out.push_back(dump_source(path, lines));
  } else {
    logs = logs_in(path);
    for (auto& group : logs.groups)
      if (group.dump) out.push_back(dump_source(std::move(group.name), lines));
  }
  return with_words(std::move(out), logs, path,
                    path + ": no memory dump, and --log prints the log out of one: give the dump's file");
}

std::unique_ptr<Source> unreadable_source(std::string name, Error error) {
  return std::make_unique<UnreadableSource>(std::move(name), std::move(error));
}

}  // namespace unoops
