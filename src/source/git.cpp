#include "source/git.hpp"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <filesystem>

#include "base/argument_pointers.hpp"
#include "unoops/upkeep.hpp"

extern char** environ;

namespace unoops::source {
namespace {

using std::chrono::milliseconds;
using Clock = std::chrono::steady_clock;

constexpr std::size_t most_bytes = std::size_t{16} << 20;

// Before every question: nothing but git itself is run (a hook, a pager, a monitor, a filter), and no lock is taken.
const std::vector<std::string> safe = {
    "--no-pager", "--no-optional-locks", "-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null",
    "-c",         "diff.external=",      "-c", "core.quotePath=false", "-c", "log.showSignature=false",
    "-c",         "color.ui=never",      "-c", "protocol.allow=never", "-c", "blame.ignoreRevsFile="};

// The caller's, so that git finds its own files; English, and never a question to the terminal. A partial clone fetches
// what it lacks, by a program that its configuration names: a git before 2.39.4 does not know GIT_NO_LAZY_FETCH, and
// protocol.file.allow of the clone goes before protocol.allow, but nothing goes before GIT_ALLOW_PROTOCOL.
std::vector<std::string> environment() {
  std::vector<std::string> out = {"LC_ALL=C", "GIT_TERMINAL_PROMPT=0", "GIT_NO_LAZY_FETCH=1",
                                  "GIT_ALLOW_PROTOCOL=none"};
  for (char** one = environ; *one != nullptr; ++one) {
    const std::string_view variable = *one;
    if (!variable.starts_with("GIT_") && !variable.starts_with("LC_ALL=") && !variable.starts_with("LANGUAGE="))
      out.emplace_back(variable);
  }
  return out;
}

struct Child {
  pid_t pid = -1;
  int output = -1;
};

std::optional<Child> start(std::vector<std::string> words) {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) return std::nullopt;
  posix_spawn_file_actions_t actions;
  ::posix_spawn_file_actions_init(&actions);
  ::posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  ::posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
  ::posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
  auto variables = environment();
  Child child{-1, ends[0]};
  const int error = ::posix_spawnp(&child.pid, "git", &actions, nullptr, argument_pointers(words).data(),
                                   argument_pointers(variables).data());
  ::posix_spawn_file_actions_destroy(&actions);
  ::close(ends[1]);
  if (error == 0) return child;
  ::close(ends[0]);
  return std::nullopt;
}

// False: too much, or too late.
bool read_all(int output, Clock::time_point until, std::string& out) {
  std::array<char, 65536> room;
  for (;;) {
    const auto left = std::chrono::duration_cast<milliseconds>(until - Clock::now()).count();
    pollfd waits{output, POLLIN, 0};
    if (left <= 0 || ::poll(&waits, 1, static_cast<int>(left)) <= 0) {
      if (left > 0 && errno == EINTR) continue;
      return false;
    }
    const auto bytes = ::read(output, room.data(), room.size());
    if (bytes < 0 && errno == EINTR) continue;
    if (bytes <= 0) return bytes == 0;
    out.append(room.data(), static_cast<std::size_t>(bytes));
    if (out.size() > most_bytes) return false;
  }
}

}  // namespace

std::optional<std::string> Git::ask(const std::vector<std::string>& arguments) {
  if (!has_time()) {
    late_ = true;
    return std::nullopt;
  }
  std::vector<std::string> words = {"git", "-C", dir_};
  words.insert(words.end(), safe.begin(), safe.end());
  words.insert(words.end(), arguments.begin(), arguments.end());
  const auto begin = Clock::now();
  const auto child = start(std::move(words));
  if (!child) return std::nullopt;
  std::string out;
  const auto until = begin + left_ / 2;
  const bool whole = read_all(child->output, until, out);
  ::close(child->output);
  if (!whole) ::kill(child->pid, SIGKILL);
  late_ |= !whole && Clock::now() >= until;
  int status = 0;
  while (::waitpid(child->pid, &status, 0) < 0 && errno == EINTR) {
  }
  left_ -= std::chrono::duration_cast<milliseconds>(Clock::now() - begin);
  if (!whole || !WIFEXITED(status) || WEXITSTATUS(status) != 0) return std::nullopt;
  return out;
}

std::vector<std::string> Git::lines(const std::vector<std::string>& arguments) {
  std::vector<std::string> out;
  const auto answer = ask(arguments);
  failed_ |= !answer;
  const std::string text = answer.value_or("");
  for (std::size_t at = 0; at < text.size();) {
    const auto end = std::min(text.find('\n', at), text.size());
    out.push_back(text.substr(at, end - at));
    at = end + 1;
  }
  return out;
}

}  // namespace unoops::source

// A clone's top, or a worktree's.
bool unoops::asks_git(const std::string& source_dir) {
  std::error_code error;
  return !source_dir.empty() && std::filesystem::exists(std::filesystem::path(source_dir) / ".git", error);
}
