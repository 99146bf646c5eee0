#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <optional>
#include <span>
#include <string>

#include "cli/decode_stacktrace.hpp"
#include "cli/options.hpp"
#include "cli/pump.hpp"
#include "cli/run.hpp"
#include "cli/say.hpp"
#include "cli/symbol_files.hpp"

namespace {

bool use_color(const unoops::cli::Options& options) {
  if (options.color != unoops::cli::Color::automatic) return options.color == unoops::cli::Color::always;
  const char* no_color = std::getenv("NO_COLOR");
  return options.output.empty() && ::isatty(STDOUT_FILENO) && !(no_color && *no_color);
}

// decode_stacktrace.sh by name, or `unoops decode-stacktrace`: the kernel script's own command line.
std::optional<int> run_as_script(int argc, char** argv) {
  const std::string_view path = argc > 0 ? argv[0] : "";
  const bool named = path.substr(path.rfind('/') + 1).starts_with("decode_stacktrace");
  if (!named && !(argc > 1 && std::string_view(argv[1]) == "decode-stacktrace")) return std::nullopt;
  const std::size_t skip = named ? 1 : 2;
  const std::string name = named ? std::string(path) : std::string(path) + " decode-stacktrace";
  return unoops::cli::decode_stacktrace(
      name, std::span<const char* const>(argv + skip, static_cast<std::size_t>(argc) - skip), std::cout, std::cerr);
}

}  // namespace

int main(int argc, char** argv) {
  std::ios::sync_with_stdio(false);
  if (const auto script = run_as_script(argc, argv)) return *script;
  // The first Ctrl-C ends the input: what was read is still reported. The second ends the program.
  struct sigaction once {};
  once.sa_handler = [](int) { unoops::cli::stop_pumping(); };
  once.sa_flags = static_cast<int>(SA_RESETHAND);
  ::sigaction(SIGINT, &once, nullptr);
  int status = 0;
  auto options = unoops::cli::read_options(argc, argv, status);
  if (!options) return status;
  options->render.color = use_color(*options);
  unoops::cli::show_downloads(*options);
  if (options->output.empty()) return unoops::cli::run(*options, std::cout);
  std::ofstream file(options->output, std::ios::binary);
  if (!file) {
    unoops::cli::say(options->output + ": cannot be written");
    return 2;
  }
  return unoops::cli::run(*options, file);
}
