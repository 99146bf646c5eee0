#include "debuginfo/file_map.hpp"

#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <mutex>

namespace unoops::debuginfo {

// The handler walks a list that only grows, because it may run at any moment: a map that ends leaves its row to a later one.
struct FileMap::Guard {
  std::atomic<std::uintptr_t> begin{0}, end{0};  // both 0: free
  std::atomic<bool> cut{false};
  Guard* next = nullptr;

  static Guard* take(std::span<const std::uint8_t> bytes);
  static void install();
  static void on_fault(int signal, siginfo_t* info, void* context);
  static bool mend(char* at);

  static std::atomic<Guard*> all;
  static std::mutex adding;
  static struct sigaction before;
};

std::atomic<FileMap::Guard*> FileMap::Guard::all{nullptr};
std::mutex FileMap::Guard::adding;
struct sigaction FileMap::Guard::before {};

FileMap::Guard* FileMap::Guard::take(std::span<const std::uint8_t> bytes) {
  static std::once_flag installed;
  std::call_once(installed, install);
  const std::lock_guard lock(adding);
  Guard* row = all;
  while (row && row->end != 0) row = row->next;
  if (!row) {
    row = new Guard;
    row->next = all;
    all = row;
  }
  row->cut = false;
  row->begin = reinterpret_cast<std::uintptr_t>(bytes.data());
  row->end = row->begin + bytes.size();
  return row;
}

void FileMap::Guard::install() {
  struct sigaction action {};
  action.sa_sigaction = on_fault;
  action.sa_flags = SA_SIGINFO | SA_NODEFER;
  sigemptyset(&action.sa_mask);
  sigaction(SIGBUS, &action, &before);
}

bool FileMap::Guard::mend(char* at) {
  static const auto page = static_cast<std::uintptr_t>(sysconf(_SC_PAGESIZE));
  const auto address = reinterpret_cast<std::uintptr_t>(at);
  for (Guard* row = all; row; row = row->next) {
    if (address < row->begin || address >= row->end) continue;
    row->cut = true;
    return mmap(at - address % page, page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) !=
           MAP_FAILED;
  }
  return false;
}

void FileMap::Guard::on_fault(int signal, siginfo_t* info, void* context) {
  const int error = errno;
  if (info->si_code > 0 && mend(static_cast<char*>(info->si_addr))) {
    errno = error;
    return;
  }
  if ((before.sa_flags & SA_SIGINFO) != 0) return before.sa_sigaction(signal, info, context);
  if (before.sa_handler != SIG_DFL && before.sa_handler != SIG_IGN) return before.sa_handler(signal);
  ::signal(signal, SIG_DFL);
  if (info->si_code <= 0) raise(signal);  // sent by kill(): nothing will fault again
}

FileMap::~FileMap() {
  if (guard_) guard_->begin = 0, guard_->end = 0;
  if (bytes_.data()) munmap(bytes_.data(), bytes_.size());
}

bool FileMap::open(const std::string& path) {
  // O_NONBLOCK, because to open a FIFO waits for its writer.
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
  if (fd < 0) return false;
  struct stat st {};
  bool good = fstat(fd, &st) == 0;
  int error = errno;
  if (good && !S_ISREG(st.st_mode)) {
    good = false;
    error = S_ISDIR(st.st_mode) ? EISDIR : EINVAL;
  }
  if (good && !map(fd, static_cast<std::size_t>(std::max<off_t>(st.st_size, 0)))) {
    good = false;
    error = errno;
  }
  close(fd);
  path_ = path;
  device_ = st.st_dev;
  inode_ = st.st_ino;
  size_ = st.st_size;
  written_ = st.st_mtim;
  errno = error;
  return good;
}

// Not reserved: nearly all pages stay the page cache's.
bool FileMap::map(int fd, std::size_t size) {
  if (size == 0) return true;  // not ELF, and told so
  void* at = mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_NORESERVE, fd, 0);
  if (at == MAP_FAILED) return false;
  bytes_ = {static_cast<std::uint8_t*>(at), size};
  guard_ = Guard::take(bytes_);
  return true;
}

bool FileMap::changed() const {
  if (guard_ && guard_->cut) return true;
  struct stat st {};
  // Another file in its place leaves the pages of this one alone.
  if (stat(path_.c_str(), &st) != 0 || st.st_dev != device_ || st.st_ino != inode_) return false;
  return st.st_size != size_ || st.st_mtim.tv_sec != written_.tv_sec || st.st_mtim.tv_nsec != written_.tv_nsec;
}

}  // namespace unoops::debuginfo
