#include "cli/terminal.hpp"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>

namespace unoops::cli {
namespace {

bool is_on(std::string_view word) { return !word.empty() && word != "0"; }

bool is_dumb(const Variable& variable) {
  const auto term = variable("TERM");
  return term.empty() || term == "dumb";
}

}  // namespace

int text_width(std::optional<unsigned> columns, const Variable& variable) {
  constexpr int in_a_pipe = 100, usual = 80, narrowest = 80, widest = 200;
  if (!columns) return in_a_pipe;
  int width = static_cast<int>(std::min(*columns, 10000u));
  if (width == 0) {
    const auto word = variable("COLUMNS");
    std::from_chars(word.data(), word.data() + word.size(), width);
  }
  return std::clamp(width > 0 ? width : usual, narrowest, widest);
}

bool wants_color(Color asked, bool terminal, const Variable& variable) {
  if (asked != Color::automatic) return asked == Color::always;
  if (!variable("NO_COLOR").empty()) return false;
  if (is_on(variable("CLICOLOR_FORCE"))) return true;
  if (const auto force = variable("FORCE_COLOR"); !force.empty()) return force != "0" && force != "false";
  return terminal && variable("CLICOLOR") != "0" && !is_dumb(variable);
}

bool shows_links(bool terminal, const Variable& variable) {
  return terminal && !is_dumb(variable) && variable("TERM") != "linux";
}

bool stdout_is_terminal() { return ::isatty(STDOUT_FILENO) == 1; }

std::optional<unsigned> terminal_columns() {
  if (!stdout_is_terminal()) return std::nullopt;
  winsize size{};
  return ::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 ? size.ws_col : 0;
}

}  // namespace unoops::cli
