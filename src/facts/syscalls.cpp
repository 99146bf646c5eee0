#include "facts/syscalls.hpp"

#include <algorithm>
#include <array>

namespace unoops::facts {
namespace {

struct Row {
  std::string_view name;
  int arguments, x86_64, generic;  // numbers; -1: not there
};
// clang-format off
constexpr auto rows = std::to_array<Row>({
    {"read", 3, 0, 63}, {"write", 3, 1, 64}, {"open", 3, 2, -1}, {"close", 1, 3, 57}, {"stat", 2, 4, -1},
    {"fstat", 2, 5, 80}, {"lstat", 2, 6, -1}, {"poll", 3, 7, -1}, {"lseek", 3, 8, 62}, {"mmap", 6, 9, 222},
    {"mprotect", 3, 10, 226}, {"munmap", 2, 11, 215}, {"brk", 1, 12, 214}, {"rt_sigaction", 4, 13, 134},
    {"rt_sigprocmask", 4, 14, 135}, {"rt_sigreturn", 0, 15, 139}, {"ioctl", 3, 16, 29}, {"pread64", 4, 17, 67},
    {"pwrite64", 4, 18, 68}, {"readv", 3, 19, 65}, {"writev", 3, 20, 66}, {"access", 2, 21, -1}, {"pipe", 1, 22, -1},
    {"select", 5, 23, -1}, {"sched_yield", 0, 24, 124}, {"mremap", 5, 25, 216}, {"msync", 3, 26, 227},
    {"mincore", 3, 27, 232}, {"madvise", 3, 28, 233}, {"shmget", 3, 29, 194}, {"shmat", 3, 30, 196},
    {"shmctl", 3, 31, 195}, {"dup", 1, 32, 23}, {"dup2", 2, 33, -1}, {"pause", 0, 34, -1}, {"nanosleep", 2, 35, 101},
    {"getitimer", 2, 36, 102}, {"alarm", 1, 37, -1}, {"setitimer", 3, 38, 103}, {"getpid", 0, 39, 172},
    {"sendfile", 4, 40, 71}, {"socket", 3, 41, 198}, {"connect", 3, 42, 203}, {"accept", 3, 43, 202},
    {"sendto", 6, 44, 206}, {"recvfrom", 6, 45, 207}, {"sendmsg", 3, 46, 211}, {"recvmsg", 3, 47, 212},
    {"shutdown", 2, 48, 210}, {"bind", 3, 49, 200}, {"listen", 2, 50, 201}, {"getsockname", 3, 51, 204},
    {"getpeername", 3, 52, 205}, {"socketpair", 4, 53, 199}, {"setsockopt", 5, 54, 208}, {"getsockopt", 5, 55, 209},
    {"clone", 5, 56, 220}, {"fork", 0, 57, -1}, {"vfork", 0, 58, -1}, {"execve", 3, 59, 221}, {"exit", 1, 60, 93},
    {"wait4", 4, 61, 260}, {"kill", 2, 62, 129}, {"uname", 1, 63, 160}, {"semget", 3, 64, 190}, {"semop", 3, 65, 193},
    {"semctl", 4, 66, 191}, {"shmdt", 1, 67, 197}, {"msgget", 2, 68, 186}, {"msgsnd", 4, 69, 189},
    {"msgrcv", 5, 70, 188}, {"msgctl", 3, 71, 187}, {"fcntl", 3, 72, 25}, {"flock", 2, 73, 32}, {"fsync", 1, 74, 82},
    {"fdatasync", 1, 75, 83}, {"truncate", 2, 76, 45}, {"ftruncate", 2, 77, 46}, {"getdents", 3, 78, -1},
    {"getcwd", 2, 79, 17}, {"chdir", 1, 80, 49}, {"fchdir", 1, 81, 50}, {"rename", 2, 82, -1}, {"mkdir", 2, 83, -1},
    {"rmdir", 1, 84, -1}, {"creat", 2, 85, -1}, {"link", 2, 86, -1}, {"unlink", 1, 87, -1}, {"symlink", 2, 88, -1},
    {"readlink", 3, 89, -1}, {"chmod", 2, 90, -1}, {"fchmod", 2, 91, 52}, {"chown", 3, 92, -1}, {"fchown", 3, 93, 55},
    {"lchown", 3, 94, -1}, {"umask", 1, 95, 166}, {"gettimeofday", 2, 96, 169}, {"getrlimit", 2, 97, 163},
    {"getrusage", 2, 98, 165}, {"sysinfo", 1, 99, 179}, {"times", 1, 100, 153}, {"ptrace", 4, 101, 117},
    {"getuid", 0, 102, 174}, {"syslog", 3, 103, 116}, {"getgid", 0, 104, 176}, {"setuid", 1, 105, 146},
    {"setgid", 1, 106, 144}, {"geteuid", 0, 107, 175}, {"getegid", 0, 108, 177}, {"setpgid", 2, 109, 154},
    {"getppid", 0, 110, 173}, {"getpgrp", 0, 111, -1}, {"setsid", 0, 112, 157}, {"setreuid", 2, 113, 145},
    {"setregid", 2, 114, 143}, {"getgroups", 2, 115, 158}, {"setgroups", 2, 116, 159}, {"setresuid", 3, 117, 147},
    {"getresuid", 3, 118, 148}, {"setresgid", 3, 119, 149}, {"getresgid", 3, 120, 150}, {"getpgid", 1, 121, 155},
    {"setfsuid", 1, 122, 151}, {"setfsgid", 1, 123, 152}, {"getsid", 1, 124, 156}, {"capget", 2, 125, 90},
    {"capset", 2, 126, 91}, {"rt_sigpending", 2, 127, 136}, {"rt_sigtimedwait", 4, 128, 137},
    {"rt_sigqueueinfo", 3, 129, 138}, {"rt_sigsuspend", 2, 130, 133}, {"sigaltstack", 2, 131, 132},
    {"utime", 2, 132, -1}, {"mknod", 3, 133, -1}, {"uselib", 1, 134, -1}, {"personality", 1, 135, 92},
    {"ustat", 2, 136, -1}, {"statfs", 2, 137, 43}, {"fstatfs", 2, 138, 44}, {"sysfs", 3, 139, -1},
    {"getpriority", 2, 140, 141}, {"setpriority", 3, 141, 140}, {"sched_setparam", 2, 142, 118},
    {"sched_getparam", 2, 143, 121}, {"sched_setscheduler", 3, 144, 119}, {"sched_getscheduler", 1, 145, 120},
    {"sched_get_priority_max", 1, 146, 125}, {"sched_get_priority_min", 1, 147, 126},
    {"sched_rr_get_interval", 2, 148, 127}, {"mlock", 2, 149, 228}, {"munlock", 2, 150, 229},
    {"mlockall", 1, 151, 230}, {"munlockall", 0, 152, 231}, {"vhangup", 0, 153, 58}, {"modify_ldt", 3, 154, -1},
    {"pivot_root", 2, 155, 41}, {"_sysctl", 0, 156, -1}, {"prctl", 5, 157, 167}, {"arch_prctl", 2, 158, -1},
    {"adjtimex", 1, 159, 171}, {"setrlimit", 2, 160, 164}, {"chroot", 1, 161, 51}, {"sync", 0, 162, 81},
    {"acct", 1, 163, 89}, {"settimeofday", 2, 164, 170}, {"mount", 5, 165, 40}, {"umount2", 2, 166, 39},
    {"swapon", 2, 167, 224}, {"swapoff", 1, 168, 225}, {"reboot", 4, 169, 142}, {"sethostname", 2, 170, 161},
    {"setdomainname", 2, 171, 162}, {"iopl", 1, 172, -1}, {"ioperm", 3, 173, -1}, {"init_module", 3, 175, 105},
    {"delete_module", 2, 176, 106}, {"quotactl", 4, 179, 60}, {"gettid", 0, 186, 178}, {"readahead", 3, 187, 213},
    {"setxattr", 5, 188, 5}, {"lsetxattr", 5, 189, 6}, {"fsetxattr", 5, 190, 7}, {"getxattr", 4, 191, 8},
    {"lgetxattr", 4, 192, 9}, {"fgetxattr", 4, 193, 10}, {"listxattr", 3, 194, 11}, {"llistxattr", 3, 195, 12},
    {"flistxattr", 3, 196, 13}, {"removexattr", 2, 197, 14}, {"lremovexattr", 2, 198, 15},
    {"fremovexattr", 2, 199, 16}, {"tkill", 2, 200, 130}, {"time", 1, 201, -1}, {"futex", 6, 202, 98},
    {"sched_setaffinity", 3, 203, 122}, {"sched_getaffinity", 3, 204, 123}, {"set_thread_area", 1, 205, -1},
    {"io_setup", 2, 206, 0}, {"io_destroy", 1, 207, 1}, {"io_getevents", 5, 208, 4}, {"io_submit", 3, 209, 2},
    {"io_cancel", 3, 210, 3}, {"get_thread_area", 1, 211, -1}, {"lookup_dcookie", 3, 212, 18},
    {"epoll_create", 1, 213, -1}, {"remap_file_pages", 5, 216, 234}, {"getdents64", 3, 217, 61},
    {"set_tid_address", 1, 218, 96}, {"restart_syscall", 0, 219, 128}, {"semtimedop", 4, 220, 192},
    {"fadvise64", 4, 221, 223}, {"timer_create", 3, 222, 107}, {"timer_settime", 4, 223, 110},
    {"timer_gettime", 2, 224, 108}, {"timer_getoverrun", 1, 225, 109}, {"timer_delete", 1, 226, 111},
    {"clock_settime", 2, 227, 112}, {"clock_gettime", 2, 228, 113}, {"clock_getres", 2, 229, 114},
    {"clock_nanosleep", 4, 230, 115}, {"exit_group", 1, 231, 94}, {"epoll_wait", 4, 232, -1},
    {"epoll_ctl", 4, 233, 21}, {"tgkill", 3, 234, 131}, {"utimes", 2, 235, -1}, {"mbind", 6, 237, 235},
    {"set_mempolicy", 3, 238, 237}, {"get_mempolicy", 5, 239, 236}, {"mq_open", 4, 240, 180},
    {"mq_unlink", 1, 241, 181}, {"mq_timedsend", 5, 242, 182}, {"mq_timedreceive", 5, 243, 183},
    {"mq_notify", 2, 244, 184}, {"mq_getsetattr", 3, 245, 185}, {"kexec_load", 4, 246, 104}, {"waitid", 5, 247, 95},
    {"add_key", 5, 248, 217}, {"request_key", 4, 249, 218}, {"keyctl", 5, 250, 219}, {"ioprio_set", 3, 251, 30},
    {"ioprio_get", 2, 252, 31}, {"inotify_init", 0, 253, -1}, {"inotify_add_watch", 3, 254, 27},
    {"inotify_rm_watch", 2, 255, 28}, {"migrate_pages", 4, 256, 238}, {"openat", 4, 257, 56}, {"mkdirat", 3, 258, 34},
    {"mknodat", 4, 259, 33}, {"fchownat", 5, 260, 54}, {"futimesat", 3, 261, -1}, {"newfstatat", 4, 262, -1},
    {"unlinkat", 3, 263, 35}, {"renameat", 4, 264, 38}, {"linkat", 5, 265, 37}, {"symlinkat", 3, 266, 36},
    {"readlinkat", 4, 267, 78}, {"fchmodat", 3, 268, 53}, {"faccessat", 3, 269, 48}, {"pselect6", 6, 270, 72},
    {"ppoll", 5, 271, 73}, {"unshare", 1, 272, 97}, {"set_robust_list", 2, 273, 99}, {"get_robust_list", 3, 274, 100},
    {"splice", 6, 275, 76}, {"tee", 4, 276, 77}, {"sync_file_range", 4, 277, 84}, {"vmsplice", 4, 278, 75},
    {"move_pages", 6, 279, 239}, {"utimensat", 4, 280, 88}, {"epoll_pwait", 6, 281, 22}, {"signalfd", 3, 282, -1},
    {"timerfd_create", 2, 283, 85}, {"eventfd", 1, 284, -1}, {"fallocate", 4, 285, 47},
    {"timerfd_settime", 4, 286, 86}, {"timerfd_gettime", 2, 287, 87}, {"accept4", 4, 288, 242},
    {"signalfd4", 4, 289, 74}, {"eventfd2", 2, 290, 19}, {"epoll_create1", 1, 291, 20}, {"dup3", 3, 292, 24},
    {"pipe2", 2, 293, 59}, {"inotify_init1", 1, 294, 26}, {"preadv", 5, 295, 69}, {"pwritev", 5, 296, 70},
    {"rt_tgsigqueueinfo", 4, 297, 240}, {"perf_event_open", 5, 298, 241}, {"recvmmsg", 5, 299, 243},
    {"fanotify_init", 2, 300, 262}, {"fanotify_mark", 5, 301, 263}, {"prlimit64", 4, 302, 261},
    {"name_to_handle_at", 5, 303, -1}, {"open_by_handle_at", 3, 304, -1}, {"clock_adjtime", 2, 305, 266},
    {"syncfs", 1, 306, 267}, {"sendmmsg", 4, 307, 269}, {"setns", 2, 308, 268}, {"getcpu", 3, 309, 168},
    {"process_vm_readv", 6, 310, 270}, {"process_vm_writev", 6, 311, 271}, {"kcmp", 5, 312, 272},
    {"finit_module", 3, 313, 273}, {"sched_setattr", 3, 314, 274}, {"sched_getattr", 4, 315, 275},
    {"renameat2", 5, 316, 276}, {"seccomp", 3, 317, 277}, {"getrandom", 3, 318, 278}, {"memfd_create", 2, 319, 279},
    {"kexec_file_load", 5, 320, 294}, {"bpf", 3, 321, 280}, {"execveat", 5, 322, 281}, {"userfaultfd", 1, 323, 282},
    {"membarrier", 3, 324, 283}, {"mlock2", 3, 325, 284}, {"copy_file_range", 6, 326, 285}, {"preadv2", 6, 327, 286},
    {"pwritev2", 6, 328, 287}, {"pkey_mprotect", 4, 329, 288}, {"pkey_alloc", 2, 330, 289}, {"pkey_free", 1, 331, 290},
    {"statx", 5, 332, 291}, {"io_pgetevents", 6, 333, 292}, {"rseq", 4, 334, 293}, {"pidfd_send_signal", 4, 424, 424},
    {"io_uring_setup", 2, 425, 425}, {"io_uring_enter", 6, 426, 426}, {"io_uring_register", 4, 427, 427},
    {"open_tree", 3, 428, 428}, {"move_mount", 5, 429, 429}, {"fsopen", 2, 430, 430}, {"fsconfig", 5, 431, 431},
    {"fsmount", 3, 432, 432}, {"fspick", 3, 433, 433}, {"pidfd_open", 2, 434, 434}, {"clone3", 2, 435, 435},
    {"close_range", 3, 436, 436}, {"openat2", 4, 437, 437}, {"pidfd_getfd", 3, 438, 438}, {"faccessat2", 4, 439, 439},
    {"process_madvise", 5, 440, 440}, {"epoll_pwait2", 6, 441, 441}, {"mount_setattr", 5, 442, 442},
    {"quotactl_fd", 4, 443, 443}, {"landlock_create_ruleset", 3, 444, 444}, {"landlock_add_rule", 4, 445, 445},
    {"landlock_restrict_self", 2, 446, 446}, {"memfd_secret", 1, 447, 447}, {"process_mrelease", 2, 448, 448},
    {"futex_waitv", 5, 449, 449}, {"set_mempolicy_home_node", 4, 450, 450}, {"fstatat", 4, -1, 79},
    {"sync_file_range2", 4, -1, 84},
});
// clang-format on

}  // namespace

std::optional<SystemCall> find_system_call(SystemCallTable table, std::uint64_t number) {
  if (table == SystemCallTable::none || number > 1000) return std::nullopt;  // x32's have bit 30 set
  const auto column = table == SystemCallTable::x86_64 ? &Row::x86_64 : &Row::generic;
  const auto at = std::ranges::find(rows, static_cast<int>(number), column);
  if (at == rows.end()) return std::nullopt;
  return SystemCall{at->name, at->arguments};
}

}  // namespace unoops::facts
