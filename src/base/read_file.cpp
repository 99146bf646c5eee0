#include "base/read_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace unoops::base {

namespace {

Expected<std::string> read_all(int fd, std::size_t most) {
  struct stat st {};
  if (fstat(fd, &st) != 0) return tl::unexpected(Error{std::strerror(errno)});
  if (S_ISDIR(st.st_mode)) return tl::unexpected(Error{std::strerror(EISDIR)});
  if (!S_ISREG(st.st_mode) && !S_ISFIFO(st.st_mode) && !S_ISSOCK(st.st_mode))
    return tl::unexpected(Error{"not a regular file"});
  std::string out;
  std::size_t used = 0;
  for (;;) {
    // Files of /proc have no size.
    if (used == out.size())
      out.resize(std::max<std::size_t>({out.size() * 2, static_cast<std::size_t>(st.st_size) + 1, 65536}));
    if (out.size() > most + 1) out.resize(most + 1);
    const ssize_t got = read(fd, out.data() + used, out.size() - used);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return tl::unexpected(Error{std::strerror(errno)});
    if (got == 0) break;
    used += static_cast<std::size_t>(got);
    if (used > most) return tl::unexpected(Error{"too large"});
  }
  out.resize(used);
  return out;
}

}  // namespace

Expected<std::string> read_file(const std::string& path, std::size_t most) {
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY);
  if (fd < 0) return tl::unexpected(Error{std::strerror(errno)});
  auto out = read_all(fd, most);
  close(fd);
  return out;
}

}  // namespace unoops::base
