// A whole file in memory. Pages that are only read are the page cache's own: a vmlinux has 700 MB, of which a report needs
// 20: reading it would copy all of them.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <ctime>
#include <span>
#include <string>

#include "base/rooms.hpp"

namespace unoops::debuginfo {

// Private and writable, for modules are relocated in memory and libdw is shown other bytes here and there.
//
// A file that is cut while it is mapped has no pages behind its new end, and the kernel sends SIGBUS to whoever reads them
// (mm/filemap.c filemap_fault()). The first map installs a handler that puts a page of zeros there instead; a SIGBUS that is not of
// a map goes to the handler that was there before.
class FileMap {
 public:
  FileMap() = default;
  ~FileMap();
  FileMap(const FileMap&) = delete;
  FileMap& operator=(const FileMap&) = delete;

  // False: errno tells why. Never waits: only regular files are opened.
  bool open(const std::string& path);
  std::span<std::uint8_t> bytes() const { return bytes_; }
  // Somebody has written to the file, or cut it, since it was opened: what is read now may be of another build.
  bool changed() const;

 private:
  struct Guard;
  bool map(int fd, std::size_t size);

  std::string path_;
  dev_t device_ = 0;
  ino_t inode_ = 0;
  off_t size_ = 0;
  timespec written_{};
  std::span<std::uint8_t> bytes_;
  Guard* guard_ = nullptr;
};

}  // namespace unoops::debuginfo
