#include <fmt/core.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <fstream>
#include <iostream>

#include "cli/options.hpp"
#include "cli/pump.hpp"
#include "cli/run.hpp"

namespace {

bool use_color(const unoops::Options& options) {
  if (options.color != unoops::Color::automatic) return options.color == unoops::Color::always;
  const char* no_color = std::getenv("NO_COLOR");
  return options.output.empty() && ::isatty(STDOUT_FILENO) && !(no_color && *no_color);
}

}  // namespace

int main(int argc, char** argv) {
  std::ios::sync_with_stdio(false);
  // The first Ctrl-C ends the input: what was read is still reported. The second ends the program.
  struct sigaction once{};
  once.sa_handler = [](int) { unoops::stop_pumping(); };
  once.sa_flags = static_cast<int>(SA_RESETHAND);
  ::sigaction(SIGINT, &once, nullptr);
  int status = 0;
  auto options = unoops::read_options(argc, argv, status);
  if (!options) return status;
  options->render.color = use_color(*options);
  if (options->output.empty()) return unoops::run(*options, std::cout);
  std::ofstream file(options->output, std::ios::binary);
  if (!file) {
    fmt::print(stderr, "unoops: {}: cannot be written\n", options->output);
    return 2;
  }
  return unoops::run(*options, file);
}
