#include <unistd.h>

#include <cstdlib>
#include <optional>
#include <span>
#include <string>

#include "cli/decode_stacktrace.hpp"
#include "cli/options.hpp"
#include "cli/output.hpp"
#include "cli/run.hpp"
#include "cli/say.hpp"
#include "cli/stop.hpp"
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
  unoops::cli::Output output("", true);
  unoops::cli::FdBuffer errors(STDERR_FILENO);
  std::ostream err(&errors);
  err << std::unitbuf;
  const std::span<const char* const> args(argv + skip, static_cast<std::size_t>(argc) - skip);
  const int status = unoops::cli::decode_stacktrace(name, args, output.stream(), err);
  return output.finish() ? status : 2;
}

}  // namespace

int main(int argc, char** argv) {
  using namespace unoops::cli;
  keep_standard_descriptors();
  if (const auto script = run_as_script(argc, argv)) return *script;
  int status = 0;
  auto options = read_options(argc, argv, status);
  if (!options) return status;
  options->render.color = use_color(*options);
  show_downloads(*options);
  if (const auto input = input_that_is_output(*options); !input.empty()) {
    say(input + " is read, and the reports would overwrite it: nothing is done");
    return 2;
  }
  // The first Ctrl-C ends the input: what was read is still reported. The second ends the program.
  catch_stop_signals();
  Output output(options->output, options->follow);
  if (!output.is_open()) return 2;
  status = run(*options, output.stream());
  return output.finish() ? status : 2;
}
