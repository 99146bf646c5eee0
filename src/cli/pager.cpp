#include "cli/pager.hpp"

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <utility>

#include "base/argument_pointers.hpp"
#include "cli/say.hpp"

namespace unoops::cli {
namespace {

struct Pipe {
  int read = -1, write = -1;

  bool open() {
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) return false;
    read = ends[0], write = ends[1];
    return true;
  }
  ~Pipe() {
    close(read);
    close(write);
  }
  static void close(int& end) {
    if (end >= 0) ::close(std::exchange(end, -1));
  }
};

// In the child: only what is safe between fork and exec.
[[noreturn]] void become(char* const* words, int input, int errors) {
  ::dup2(input, STDIN_FILENO);
  // A user who sets them means it (git's are the same): stop at one screen, colours, leave the text on the screen.
  ::setenv("LESS", "FRX", 0);
  ::setenv("LV", "-c", 0);
  ::signal(SIGPIPE, SIG_DFL);
  ::execvp(words[0], words);
  const int error = errno;
  if (::write(errors, &error, sizeof error) < 0) ::_exit(126);
  ::_exit(127);
}

}  // namespace

std::vector<std::string> pager_words(std::string_view command) {
  std::vector<std::string> words;
  std::string word;
  char quote = 0;
  bool open = false;  // a word has begun, maybe an empty one
  for (std::size_t i = 0; i < command.size(); ++i) {
    const char c = command[i];
    if (c == '\\' && quote != '\'' && i + 1 < command.size()) {
      word += command[++i];
      open = true;
    } else if (quote != 0 ? c == quote : c == '\'' || c == '"') {
      quote = quote ? '\0' : c;
      open = true;
    } else if (quote == 0 && (c == ' ' || c == '\t' || c == '\n')) {
      if (open) words.push_back(std::exchange(word, {}));
      open = false;
    } else {
      word += c;
      open = true;
    }
  }
  if (open) words.push_back(std::move(word));
  return words;
}

std::vector<std::string> pager_command(const Variable& variable) {
  auto command = variable("UNOOPS_PAGER");
  if (!command.data()) command = variable("PAGER");  // one that is set to nothing asks for none
  auto words = pager_words(command.data() ? command : "less");
  if (words.size() == 1 && words.front() == "cat") words.clear();
  if (!words.empty() && words.front().empty()) words.clear();
  return words;
}

void Pager::start(const Variable& variable) {
  auto words = pager_command(variable);
  Pipe text, failure;
  if (words.empty() || is_running() || !text.open() || !failure.open()) return;
  const auto arguments = argument_pointers(words);
  const pid_t child = ::fork();
  if (child < 0) return;
  if (child == 0) become(arguments.data(), text.read, failure.write);
  Pipe::close(failure.write);
  int error = 0;
  ssize_t told = 0;
  do told = ::read(failure.read, &error, sizeof error);
  while (told < 0 && errno == EINTR);
  if (told == static_cast<ssize_t>(sizeof error)) {
    ::waitpid(child, nullptr, 0);
    say("the pager " + words.front() + " cannot be run: " + std::strerror(error));
    return;
  }
  terminal_ = ::fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3);
  ::dup2(text.write, STDOUT_FILENO);
  std::signal(SIGPIPE, SIG_IGN);  // who has read enough leaves: no error of ours
  child_ = child;
}

void Pager::take_errors() {
  if (!is_running() || errors_ >= 0 || ::isatty(STDERR_FILENO) != 1) return;
  status_line().hide();
  errors_ = ::fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 3);
  ::dup2(STDOUT_FILENO, STDERR_FILENO);
}

void Pager::finish() {
  if (!is_running()) return;
  const pid_t child = std::exchange(child_, 0);
  // The pipe's writing ends are closed by it: the pager sees the end.
  ::dup2(terminal_, STDOUT_FILENO);
  ::close(std::exchange(terminal_, -1));
  if (errors_ >= 0) {
    ::dup2(errors_, STDERR_FILENO);
    ::close(std::exchange(errors_, -1));
  }
  // Keys of the reader's: ours come when the pager has gone.
  const auto interrupt = std::signal(SIGINT, SIG_IGN), quit = std::signal(SIGQUIT, SIG_IGN);
  while (::waitpid(child, nullptr, 0) < 0 && errno == EINTR) {
  }
  std::signal(SIGINT, interrupt);
  std::signal(SIGQUIT, quit);
}

}  // namespace unoops::cli
