// Which files can be opened: Documentation/userspace-api/landlock.rst. The kernel's interface is declared here, because the
// headers of many systems are older than their kernels (include/uapi/linux/landlock.h, v6.12).
#include <fcntl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>

#include "cli/sandbox.hpp"

namespace unoops::cli {
namespace {

// One number on all architectures whose system calls are numbered alike since 5.1; the others have an offset.
#if !defined(__mips__) && !defined(__alpha__) && !defined(__ia64__)
constexpr bool has_numbers = true;
constexpr long create_ruleset = 444, add_rule = 445, restrict_self = 446;
#else
constexpr bool has_numbers = false;
constexpr long create_ruleset = -1, add_rule = -1, restrict_self = -1;
#endif

constexpr unsigned version_flag = 1;  // LANDLOCK_CREATE_RULESET_VERSION
constexpr int path_beneath = 1;       // LANDLOCK_RULE_PATH_BENEATH

enum Access : std::uint64_t {
  execute = 1 << 0,
  write_file = 1 << 1,
  read_file = 1 << 2,
  read_dir = 1 << 3,
  remove_dir = 1 << 4,
  remove_file = 1 << 5,
  make_dir = 1 << 7,
  make_regular = 1 << 8,
  refer = 1 << 13,     // version 2: rename to another directory
  truncated = 1 << 14  // version 3
};
// All of version 1: also pipes, sockets, links and devices that are made.
constexpr std::uint64_t version_1 = (1 << 13) - 1;
constexpr std::uint64_t of_files = execute | write_file | read_file | truncated;
constexpr std::uint64_t reading = read_file | read_dir;
constexpr std::uint64_t renaming = make_regular | remove_file;
constexpr std::uint64_t writing = reading | renaming | write_file | remove_dir | make_dir | refer | truncated;

struct RulesetAttributes {
  std::uint64_t files, network, scoped;
};

struct [[gnu::packed]] PathBeneath {
  std::uint64_t allowed;
  std::int32_t parent;
};

// 0: there is none. Later versions add rights; those of devices' ioctl() (5) are not taken, because a console is followed.
int version() {
  if (!has_numbers) return 0;
  const long found = ::syscall(create_ruleset, nullptr, std::size_t{0}, version_flag);
  return found < 0 ? 0 : static_cast<int>(found);
}

RulesetAttributes attributes(const Sandbox& sandbox, int version) {
  RulesetAttributes out{version_1, 0, 0};
  if (version >= 2) out.files |= refer;
  if (version >= 3) out.files |= truncated;
  if (version >= 4 && !sandbox.network) out.network = 3;  // to bind and to connect TCP
  if (version >= 6 && !sandbox.network) out.scoped = 3;   // abstract UNIX sockets, signals to others
  return out;
}

class Ruleset {
 public:
  explicit Ruleset(const RulesetAttributes& attributes) : handled_(attributes.files) {
    // Members that an older kernel does not know are 0, which it accepts (copy_struct_from_user()).
    fd_ = static_cast<int>(::syscall(create_ruleset, &attributes, sizeof attributes, 0U));
  }
  ~Ruleset() {
    if (fd_ >= 0) ::close(fd_);
  }
  Ruleset(const Ruleset&) = delete;
  Ruleset& operator=(const Ruleset&) = delete;

  void allow(const std::string& path, std::uint64_t access) {
    if (fd_ < 0) return;
    const int at = ::open(path.c_str(), O_PATH | O_CLOEXEC);
    // For want of descriptors or memory: it is there, and would be refused.
    if (at < 0) incomplete_ |= errno == EMFILE || errno == ENFILE || errno == ENOMEM;
    if (at < 0) return;
    // Refused for pipes and sockets, which are not limited anyway; and rights of directories for a file, which then gets its own.
    for (const auto all : {~std::uint64_t{0}, of_files}) {
      const PathBeneath rule{access & handled_ & all, at};
      if (::syscall(add_rule, fd_, path_beneath, &rule, 0U) == 0 || errno != EINVAL) break;
    }
    ::close(at);
  }
  bool restrict_thread() const { return fd_ >= 0 && !incomplete_ && ::syscall(restrict_self, fd_, 0U) == 0; }

 private:
  const std::uint64_t handled_;
  int fd_;
  bool incomplete_ = false;
};

}  // namespace

bool has_landlock() { return version() > 0; }

bool limit_files(const Sandbox& sandbox) {
  const int found = version();
  if (found == 0) return false;
  Ruleset rules(attributes(sandbox, found));
  auto read = sandbox.read;  // where one path is often named twice: a directory by -m and by -k, or by two FILEs in it
  std::sort(read.begin(), read.end());
  read.erase(std::unique(read.begin(), read.end()), read.end());
  for (const auto& path : read) rules.allow(path, reading);
  for (const auto& path : sandbox.rename) rules.allow(path, renaming);
  for (const auto& path : sandbox.write) rules.allow(path, writing);
  if (sandbox.programs) rules.allow("/", execute | reading), rules.allow("/dev/null", reading | write_file);
  return rules.restrict_thread();
}

}  // namespace unoops::cli
