// Which system calls are refused: Documentation/userspace-api/seccomp_filter.rst.
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/sched.h>
#include <linux/seccomp.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cassert>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <span>
#include <vector>

#include "cli/sandbox.hpp"

namespace unoops::cli {
namespace {

// Numbers belong to an architecture: those of another one, which some kernels take as well, are refused altogether.
#if defined(__x86_64__) && !defined(__ILP32__)
constexpr std::uint32_t audit_arch = AUDIT_ARCH_X86_64;
#elif defined(__i386__)
constexpr std::uint32_t audit_arch = AUDIT_ARCH_I386;
#elif defined(__aarch64__) && defined(__AARCH64EL__)
constexpr std::uint32_t audit_arch = AUDIT_ARCH_AARCH64;
#elif defined(__arm__) && defined(__ARMEL__)
constexpr std::uint32_t audit_arch = AUDIT_ARCH_ARM;
#elif defined(__riscv) && __riscv_xlen == 64
constexpr std::uint32_t audit_arch = 0xc00000f3;  // AUDIT_ARCH_RISCV64
#elif defined(__powerpc64__) && defined(__LITTLE_ENDIAN__)
constexpr std::uint32_t audit_arch = AUDIT_ARCH_PPC64LE;
#elif defined(__s390x__)
constexpr std::uint32_t audit_arch = AUDIT_ARCH_S390X;
#elif defined(__loongarch64)
constexpr std::uint32_t audit_arch = 0xc0000102;  // AUDIT_ARCH_LOONGARCH64
#else
constexpr std::uint32_t audit_arch = 0;  // not known: no filter
#endif

// Numbers that headers may lack, because the system call is younger. They are alike on all architectures above.
constexpr std::uint32_t pidfd_send_signal = 424, io_uring_setup = 425, pidfd_open = 434, clone3 = 435,
                        pidfd_getfd = 438, process_madvise = 440, fchmodat2 = 452, setxattrat = 463,
                        removexattrat = 466;

// A thread that the program starts is one; everything else is a process.
#if defined(__s390x__)
constexpr int clone_flags_argument = 1;
#else
constexpr int clone_flags_argument = 0;
#endif

constexpr std::uint32_t always[] = {
    // what reaches into other processes, or the machine
    SYS_ptrace, SYS_process_vm_readv, SYS_process_vm_writev, SYS_bpf, SYS_perf_event_open, SYS_userfaultfd, SYS_add_key,
    SYS_request_key, SYS_keyctl, SYS_mount, SYS_umount2, SYS_pivot_root, SYS_chroot, SYS_setns, SYS_unshare,
    SYS_init_module, SYS_finit_module, SYS_delete_module, SYS_reboot, SYS_swapon, SYS_swapoff, SYS_open_by_handle_at,
#ifdef SYS_kexec_load
    SYS_kexec_load,
#endif
#ifdef SYS_kexec_file_load
    SYS_kexec_file_load,
#endif
    // what does the work of calls that are refused, unseen by the filter
    io_uring_setup, pidfd_send_signal, pidfd_open, pidfd_getfd, process_madvise};

constexpr std::uint32_t of_network[] = {
#ifdef SYS_socketcall
    SYS_socketcall,
#endif
    SYS_socket,
    SYS_socketpair,
    SYS_bind,
    SYS_listen,
    SYS_connect,
    // Landlock has no right for them; a cache of libdebuginfod needs them
    SYS_fchmod,
    SYS_fchmodat,
    SYS_fchown,
    SYS_fchownat,
    SYS_setxattr,
    SYS_lsetxattr,
    SYS_fsetxattr,
    SYS_removexattr,
    SYS_lremovexattr,
    SYS_fremovexattr,
    SYS_utimensat,
    fchmodat2,
    setxattrat,
    removexattrat,
#ifdef SYS_chmod
    SYS_chmod,
    SYS_chown,
    SYS_lchown,
#endif
};

constexpr std::uint32_t of_programs[] = {
#ifdef SYS_fork
    SYS_fork, SYS_vfork,
#endif
    SYS_execve, SYS_execveat, SYS_kill};  // the last ends one that takes too long

class Filter {
 public:
  // By halves, because the kernel runs the filter for each number once when it is installed, and where it does not
  // remember the answers (before 5.11), at each call. The numbers are in their order.
  void refuse(std::span<const std::uint32_t> numbers) {
    constexpr std::size_t few = 4;
    if (numbers.size() <= few) {
      for (const auto number : numbers) refused_.push_back(add(BPF_JMP | BPF_JEQ | BPF_K, number));
      return;
    }
    const auto half = numbers.size() / 2;
    const auto fork = add(BPF_JMP | BPF_JGE | BPF_K, numbers[half]);
    refuse(numbers.first(half));
    const auto end = add(BPF_JMP | BPF_JA, 0);
    code_[fork].jt = distance(fork, end + 1);
    refuse(numbers.subspan(half));
    code_[end].k = distance(end, code_.size());
  }
  void answer(std::uint32_t number, int error) {
    add(BPF_JMP | BPF_JEQ | BPF_K, number, 0, 1);
    give_back(SECCOMP_RET_ERRNO | static_cast<std::uint32_t>(error));
  }
  // Where the low half of an argument has all bits of the mask as in `bits`, or (`equal` is false) not.
  void refuse_if(std::uint32_t number, int argument, std::uint32_t mask, std::uint32_t bits, bool equal) {
    add(BPF_JMP | BPF_JEQ | BPF_K, number, 0, 5);
    add(BPF_LD | BPF_W | BPF_ABS, low_half(argument));
    add(BPF_ALU | BPF_AND | BPF_K, mask);
    add(BPF_JMP | BPF_JEQ | BPF_K, bits, equal ? 0 : 1, equal ? 1 : 0);
    give_back(SECCOMP_RET_ERRNO | EPERM);
    load_number();
  }
  void only(std::uint32_t arch) {
    add(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, arch));
    add(BPF_JMP | BPF_JEQ | BPF_K, arch, 1, 0);
    give_back(SECCOMP_RET_ERRNO | EPERM);
    load_number();
  }
  void refuse_from(std::uint32_t number) { refused_.push_back(add(BPF_JMP | BPF_JGE | BPF_K, number)); }
  // Once, at the end. The distances of jumps are bytes: so many numbers as above fit.
  sock_fprog program() {
    give_back(SECCOMP_RET_ALLOW);
    for (const auto jump : refused_) code_[jump].jt = distance(jump, code_.size());
    give_back(SECCOMP_RET_ERRNO | EPERM);
    return {static_cast<unsigned short>(code_.size()), code_.data()};
  }

 private:
  std::size_t add(int code, std::uint32_t value, int yes = 0, int no = 0) {
    code_.push_back(
        {static_cast<std::uint16_t>(code), static_cast<std::uint8_t>(yes), static_cast<std::uint8_t>(no), value});
    return code_.size() - 1;
  }
  void give_back(std::uint32_t answer) { add(BPF_RET | BPF_K, answer); }
  void load_number() { add(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr)); }
  static std::uint8_t distance(std::size_t jump, std::size_t to) {
    assert(to - jump - 1 <= 255);
    return static_cast<std::uint8_t>(to - jump - 1);
  }
  static std::uint32_t low_half(int argument) {
    constexpr bool big_endian = __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__;
    return static_cast<std::uint32_t>(offsetof(seccomp_data, args) + 8 * static_cast<std::size_t>(argument) +
                                      (big_endian ? 4 : 0));
  }

  std::vector<sock_filter> code_;
  std::vector<std::size_t> refused_;  // jumps to the end
};

Filter filter(const Sandbox& sandbox) {
  constexpr std::uint32_t x32 = 0x40000000;  // __X32_SYSCALL_BIT: other numbers of the same architecture
  constexpr std::uint32_t put_letter = TIOCSTI, menu = 0x541C;  // TIOCLINUX pastes: both type into the user's terminal
  Filter out;
  out.only(audit_arch);
  if (audit_arch == AUDIT_ARCH_X86_64) out.refuse_from(x32);
  std::vector<std::uint32_t> numbers(std::begin(always), std::end(always));
  if (!sandbox.network) numbers.insert(numbers.end(), std::begin(of_network), std::end(of_network));
  if (!sandbox.programs) numbers.insert(numbers.end(), std::begin(of_programs), std::end(of_programs));
  std::ranges::sort(numbers);
  out.refuse(numbers);
  for (const auto command : {put_letter, menu}) out.refuse_if(SYS_ioctl, 1, ~std::uint32_t{0}, command, true);
  if (sandbox.programs) return out;
  out.refuse_if(SYS_clone, clone_flags_argument, CLONE_THREAD, CLONE_THREAD, false);
  // Its flags are in memory, where no filter sees them. The C library then starts its threads by clone().
  out.answer(clone3, ENOSYS);
  return out;
}

bool install(const sock_fprog& program) {
  // Without this flag a kernel before 5.16 also turns off speculation that makes the program faster, against an attack
  // by code that it does not run (Documentation/admin-guide/hw-vuln/spectre.rst).
  constexpr unsigned allow_speculation = 1 << 2;  // SECCOMP_FILTER_FLAG_SPEC_ALLOW, v4.17
  for (const unsigned flags : {allow_speculation, 0U})
    if (::syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, flags, &program) == 0) return true;
  return false;
}

}  // namespace

// It answers EFAULT where filters can be set, without one (seccomp(2)).
bool has_seccomp() {
  return audit_arch != 0 && ::syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0U, nullptr) < 0 && errno == EFAULT;
}

bool limit_system_calls(const Sandbox& sandbox) {
  if (audit_arch == 0) return false;
  auto rules = filter(sandbox);
  return install(rules.program());
}

}  // namespace unoops::cli
