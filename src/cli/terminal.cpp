#include "cli/terminal.hpp"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <cstdlib>

namespace unoops::cli {
namespace {

std::string_view value(const Variable& variable, const char* name) {
  const char* text = variable(name);
  return text ? text : "";
}

bool is_on(std::string_view word) { return !word.empty() && word != "0"; }

bool is_dumb(const Variable& variable) {
  const auto term = value(variable, "TERM");
  return term.empty() || term == "dumb";
}

}  // namespace

int text_width(std::optional<unsigned> columns, const Variable& variable) {
  constexpr int in_a_pipe = 100, usual = 80, narrowest = 80, widest = 200;
  if (!columns) return in_a_pipe;
  int width = static_cast<int>(std::min(*columns, 10000u));
  if (width == 0) {
    const auto word = value(variable, "COLUMNS");
    std::from_chars(word.data(), word.data() + word.size(), width);
  }
  return std::clamp(width > 0 ? width : usual, narrowest, widest);
}

bool wants_color(Color asked, bool terminal, const Variable& variable) {
  if (asked != Color::automatic) return asked == Color::always;
  if (!value(variable, "NO_COLOR").empty()) return false;
  if (is_on(value(variable, "CLICOLOR_FORCE"))) return true;
  if (const auto force = value(variable, "FORCE_COLOR"); !force.empty()) return force != "0" && force != "false";
  return terminal && value(variable, "CLICOLOR") != "0" && !is_dumb(variable);
}

bool shows_links(bool terminal, const Variable& variable) {
  return terminal && !is_dumb(variable) && value(variable, "TERM") != "linux";
}

bool stdout_is_terminal() { return ::isatty(STDOUT_FILENO) == 1; }

std::optional<unsigned> terminal_columns() {
  if (!stdout_is_terminal()) return std::nullopt;
  winsize size{};
  return ::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 ? size.ws_col : 0;
}

const char* environment(const char* name) { return std::getenv(name); }

}  // namespace unoops::cli
