#include "cli/output.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <initializer_list>
#include <string_view>
#include <utility>
#include <vector>

#include "cli/say.hpp"
#include "cli/stop.hpp"
#include "unoops/source.hpp"
#include "unoops/symbol_directories.hpp"

namespace unoops::cli {
namespace {

namespace fs = std::filesystem;

bool is_regular(const struct stat& info) { return S_ISREG(info.st_mode); }

bool same_file(const struct stat& one, const struct stat& other) {
  return one.st_dev == other.st_dev && one.st_ino == other.st_ino;
}

// Of what exists, its own; else what open(2) would give a new file.
mode_t mode_for(const std::string& path) {
  struct stat info {};
  if (::stat(path.c_str(), &info) == 0) return info.st_mode & 0777;
  const mode_t mask = ::umask(0);
  ::umask(mask);
  return 0666 & ~mask;
}

}  // namespace

std::string output_place(const std::string& path) {
  std::error_code error;
  if (const auto real = fs::canonical(path, error); !error) return real.string();
  constexpr int most_links = 40;  // as the kernel follows (fs/namei.c, MAXSYMLINKS)
  fs::path at = path;
  for (int links = 0; links < most_links && fs::is_symlink(at, error); ++links)
    at = at.parent_path() / fs::read_symlink(at, error);
  return at.string();
}

bool FdBuffer::write_all(const char* text, std::size_t size) {
  if (reader_left_) return true;
  if (pager_) pager_->take_errors();
  while (size > 0 && error_ == 0) {
    const ssize_t written = ::write(fd_, text, size);
    if (written >= 0) {
      text += written;
      size -= static_cast<std::size_t>(written);
    } else if (errno == EPIPE && pager_) {
      reader_left_ = true;  // who has read enough leaves: no error, and nothing to go on for
      stop_pumping();
      return true;
    } else if (errno == EAGAIN || errno == EWOULDBLOCK) {
      pollfd ready{fd_, POLLOUT, 0};
      ::poll(&ready, 1, -1);
    } else if (errno != EINTR) {
      error_ = errno;
    }
  }
  return error_ == 0;
}

bool FdBuffer::flush_room() {
  const bool good = write_all(pbase(), static_cast<std::size_t>(pptr() - pbase()));
  setp(room_.data(), room_.data() + room_.size());
  return good;
}

FdBuffer::int_type FdBuffer::overflow(int_type letter) {
  if (!flush_room()) return traits_type::eof();
  if (!traits_type::eq_int_type(letter, traits_type::eof())) sputc(traits_type::to_char_type(letter));
  return traits_type::not_eof(letter);
}

std::streamsize FdBuffer::xsputn(const char* text, std::streamsize size) {
  if (size > epptr() - pptr()) {
    if (!flush_room()) return 0;
    if (size > epptr() - pptr()) return write_all(text, static_cast<std::size_t>(size)) ? size : 0;
  }
  std::copy_n(text, size, pptr());
  pbump(static_cast<int>(size));
  return size;
}

int FdBuffer::sync() { return flush_room() ? 0 : -1; }

Output::Output(std::string path, bool in_place, Pager* pager)
    : pager_(pager && pager->is_running() ? pager : nullptr),
      path_(std::move(path)),
      fd_([&] {
        if (path_.empty()) return STDOUT_FILENO;
        struct stat info {};
        const bool special = ::stat(path_.c_str(), &info) == 0 && !is_regular(info);
        if (special || in_place) return ::open(path_.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
        path_ = output_place(path_);
        return open_beside(path_, beside_);
      }()),
      open_error_(fd_ < 0 ? errno : 0),
      buffer_(fd_, pager_),
      stream_(&buffer_) {}

Output::~Output() {
  if (!beside_.empty()) ::unlink(beside_.c_str());
  if (fd_ > STDERR_FILENO) ::close(fd_);
}

int Output::open_beside(const std::string& path, std::string& beside) {
  // What may not be written is not replaced, either.
  if (::access(path.c_str(), F_OK) == 0 && ::access(path.c_str(), W_OK) != 0) return -1;
  const auto slash = path.rfind('/');
  const auto name = slash == std::string::npos ? 0 : slash + 1;
  auto pattern = path.substr(0, name) + ".unoops-" + path.substr(name, 200) + "-XXXXXX";
  const int fd = ::mkostemp(pattern.data(), O_CLOEXEC);
  if (fd < 0) return fd;
  beside = std::move(pattern);
  if (::fchmod(fd, mode_for(path)) != 0) errno = 0;  // some file systems have no modes
  return fd;
}

bool Output::is_open() const {
  if (fd_ >= 0) return true;
  say(path_ + ": cannot be written: " + std::strerror(open_error_));
  return false;
}

void Output::abandon() {
  if (beside_.empty()) return;
  ::unlink(beside_.c_str());
  beside_.clear();
}

bool Output::finish() {
  stream_.flush();
  int error = buffer_.error();
  if (pager_) pager_->finish();
  // A full network file system tells it only now.
  if (error == 0 && !path_.empty() && ::close(std::exchange(fd_, -1)) != 0) error = errno;
  if (error == 0 && !beside_.empty()) {
    if (::rename(beside_.c_str(), path_.c_str()) != 0)
      error = errno;
    else
      beside_.clear();
  }
  if (error == 0) return true;
  say((path_.empty() ? "standard output" : path_) + ": cannot be written: " + std::strerror(error));
  return false;
}

namespace {

bool is_below(const std::string& directory, const std::string& path) {
  std::error_code no_top, no_file;
  const auto top = fs::canonical(directory, no_top), file = fs::canonical(path, no_file);
  return !no_top && !no_file && std::mismatch(top.begin(), top.end(), file.begin(), file.end()).first == top.end();
}

// The logs that are read of an input: of a directory, those in it.
std::vector<std::string> logs_of(const std::string& input, const std::string& output) {
  struct stat info {};
  if (::stat(input.c_str(), &info) != 0 || !S_ISDIR(info.st_mode)) return {input};
  if (!is_below(input, output)) return {};
  std::vector<std::string> logs;
  if (const auto sources = open_sources(input))
    for (const auto& source : *sources) logs.push_back(source->name());
  return logs;
}

bool is_named(const std::string& path, std::initializer_list<std::string_view> beginnings,
              std::initializer_list<std::string_view> endings, std::string_view part = {}) {
  const auto name = path.substr(path.rfind('/') + 1);
  return std::ranges::any_of(beginnings, [&](std::string_view word) { return name.starts_with(word); }) ||
         std::ranges::any_of(endings, [&](std::string_view word) { return name.ends_with(word); }) ||
         (!part.empty() && name.find(part) != std::string::npos);
}

// By their names, because which of them a log asks for is known only when it is read. Reports of an earlier run may stand
// in such a directory, too, and be written again.
bool is_symbol_file(const std::string& path) {
  return is_named(path, {"vmlinu", "System.map", "kallsyms"}, {".debug", ".dwo", ".dwp", ".dwz"}, ".ko");
}
bool is_source_file(const std::string& path) {
  return path.find("/.git/") != std::string::npos ||
         is_named(path, {"MAINTAINERS", "Makefile", "Kconfig"},
                  {".c", ".h", ".cc", ".cpp", ".hpp", ".S", ".s", ".rs", ".inc"});
}

// What stands where symbols and source are looked for.
bool is_of_kernel(const Options& options, const std::string& output) {
  std::error_code error;
  const auto path = fs::canonical(output, error).string();
  const auto below = [&](const auto& roots) {
    return std::ranges::any_of(roots, [&](const std::string& root) { return is_below(root, path); });
  };
  if (!options.symbols.none && is_symbol_file(path) && below(symbol_directories(options.symbols))) return true;
  return is_source_file(path) && below(options.render.source_dirs);
}

}  // namespace

std::string input_that_is_output(const Options& options) {
  auto inputs = options.files;
  if (inputs.empty()) inputs.emplace_back("-");
  for (const auto& file :
       {options.symbols.vmlinux, options.symbols.kallsyms, options.symbols.system_map, options.known})
    if (!file.empty()) inputs.push_back(file);
  const std::string& output = options.output;
  struct stat out {
  }, in{};
  const bool there = output.empty() ? ::fstat(STDOUT_FILENO, &out) == 0 : ::stat(output.c_str(), &out) == 0;
  if (!there || !is_regular(out)) return {};
  for (const auto& input : inputs) {
    if (input == "-") {
      if (::fstat(STDIN_FILENO, &in) == 0 && same_file(in, out)) return "standard input";
      continue;
    }
    for (const auto& log : logs_of(input, output.empty() ? "/dev/stdout" : output))
      if (::stat(log.c_str(), &in) == 0 && same_file(in, out)) return log;
  }
  if (!output.empty() && is_of_kernel(options, output)) return output;
  return {};
}

void keep_standard_descriptors() {
  // Opened the wrong way round: whoever uses one is told so by an error.
  for (const int fd : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO})
    if (::fcntl(fd, F_GETFD) < 0 && ::open("/dev/null", fd == STDIN_FILENO ? O_WRONLY : O_RDONLY) < 0) return;
}

}  // namespace unoops::cli
