// What somebody would try who has found a way to run code in the program: escape [network|programs] READ RENAME WRITE OUTSIDE
// gives itself the rights of a decode, to read below READ, to rename in RENAME and to write below WRITE, and tells the error of
// each attempt, a word and a number a line. tests/cli/sandbox_test.py knows which of them may be 0.
#include <fcntl.h>
#include <sys/ioctl.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <string>
#include <string_view>
#include <thread>

#include "cli/sandbox.hpp"

namespace {

void tell(const char* what, long answer) {
  std::printf("%s %d\n", what, answer < 0 ? errno : 0);
  std::fflush(stdout);
}

long open_and_close(const std::string& path, int flags) {
  const int fd = ::open(path.c_str(), flags | O_CLOEXEC, 0600);
  if (fd >= 0) ::close(fd);
  return fd;
}

long start_process(long number, long flags) {
  const long child = ::syscall(number, flags, 0, 0, 0, 0);
  if (child == 0) ::_exit(0);
  if (child > 0) ::waitpid(static_cast<pid_t>(child), nullptr, 0);
  return child;
}

long start_thread() {
  long seen = -1;
  std::thread([&] { seen = 0; }).join();
  return seen;
}

void try_files(const std::string& read, const std::string& rename, const std::string& write,
               const std::string& outside) {
  tell("read", open_and_close(read + "/file", O_RDONLY));
  tell("list", open_and_close(read, O_RDONLY | O_DIRECTORY));
  tell("read-through-link", open_and_close(read + "/link", O_RDONLY));
  tell("read-outside", open_and_close(outside + "/file", O_RDONLY));
  tell("list-outside", open_and_close(outside, O_RDONLY | O_DIRECTORY));
  tell("write-what-is-read", open_and_close(read + "/file", O_WRONLY));
  tell("cut-what-is-read", ::truncate((read + "/file").c_str(), 0));
  tell("remove-what-is-read", ::unlink((read + "/file").c_str()));
  tell("write-outside", open_and_close(outside + "/file", O_WRONLY | O_APPEND));
  tell("make-outside", open_and_close(outside + "/new", O_WRONLY | O_CREAT));
  tell("make-directory-outside", ::mkdir((outside + "/directory").c_str(), 0700));
  tell("make-link-outside", ::symlink("x", (outside + "/symlink").c_str()));
  tell("make-pipe-outside", ::mkfifo((outside + "/pipe").c_str(), 0600));
  tell("make-mode-outside", ::chmod((outside + "/file").c_str(), 0777));
  tell("rename", ::rename((rename + "/beside").c_str(), (rename + "/file").c_str()));
  tell("remove", ::unlink((rename + "/file").c_str()));
  tell("write-to-another", open_and_close(rename + "/another", O_WRONLY));
  tell("rename-outside", ::rename((rename + "/another").c_str(), (outside + "/another").c_str()));
  tell("write", open_and_close(write + "/new", O_RDWR | O_CREAT));
  tell("remove-what-is-written", ::unlink((write + "/new").c_str()));
}

void try_processes() {
  tell("thread", start_thread());
  tell("signal-itself", ::raise(0));
  tell("signal", ::kill(::getppid(), 0));
  tell("trace", ::ptrace(PTRACE_TRACEME, 0, nullptr, nullptr));
  tell("type-into-terminal", ::ioctl(STDIN_FILENO, TIOCSTI, "x"));
  tell("internet-socket", ::socket(AF_INET, SOCK_STREAM, 0));
  tell("unix-socket", ::socket(AF_UNIX, SOCK_STREAM, 0));
  tell("ring", ::syscall(425, 1, nullptr));  // io_uring_setup
#ifdef SYS_fork
  tell("fork", start_process(SYS_fork, 0));
#endif
  tell("clone", start_process(SYS_clone, SIGCHLD));
  tell("library-fork", [] {
    const pid_t child = ::fork();
    if (child == 0) ::_exit(0);
    if (child > 0) ::waitpid(child, nullptr, 0);
    return child;
  }());
  std::string program = "/bin/true";
  char* const arguments[] = {program.data(), nullptr};
  char* const none[] = {nullptr};
  tell("execute", ::execve(program.c_str(), arguments, none));
}

}  // namespace

int main(int argc, char** argv) {
  const std::string_view first = argc > 1 ? argv[1] : "";
  unoops::cli::Sandbox sandbox;
  sandbox.network = first == "network";
  sandbox.programs = first == "programs";
  const int at = sandbox.network || sandbox.programs ? 2 : 1;
  if (argc != at + 4) return 2;
  sandbox.read = {argv[at]};
  sandbox.rename = {argv[at + 1]};
  sandbox.write = {argv[at + 2]};
  std::printf("parts %s\n", unoops::cli::sandbox_parts().c_str());
  std::fflush(stdout);
  unoops::cli::enter(sandbox);
  try_files(argv[at], argv[at + 1], argv[at + 2], argv[at + 3]);
  try_processes();
}
