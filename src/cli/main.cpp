#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <exception>
#include <new>
#include <optional>
#include <ostream>
#include <span>
#include <string>
#include <string_view>

#include "cli/decode_stacktrace.hpp"
#include "cli/options.hpp"
#include "cli/output.hpp"
#include "cli/run.hpp"
#include "cli/sandbox.hpp"
#include "cli/sandbox_needs.hpp"
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

// Of any thread: no memory, mostly. One line, and no wrong answer.
[[noreturn]] void give_up() {
  std::string_view why = "an error that nobody foresaw";
  std::string words;
  try {
    if (std::current_exception()) std::rethrow_exception(std::current_exception());
  } catch (const std::bad_alloc&) {
    why = "not enough memory";
  } catch (const std::exception& e) {
    words = e.what();
    why = words;
  } catch (...) {
  }
  unoops::cli::say(why);
  std::_Exit(2);
}

int run_program(int argc, char** argv) {
  using namespace unoops::cli;
  if (const auto script = run_as_script(argc, argv)) return *script;
  catch_stop_signals();
  int status = 0;
  auto options = read_options(argc, argv, status);
  if (!options) return status;
  options->render.color = use_color(*options);
  show_downloads(*options);
  if (const auto input = input_that_is_output(*options); !input.empty()) {
    say(input + " is read, and the reports would overwrite it: nothing is done");
    return 2;
  }
  Output output(options->output, options->follow);
  if (!output.is_open()) return 2;
  say_of_places(*options);
  if (options->sandbox) enter(needs_of(*options));
  status = run(*options, output.stream());
  return output.finish() ? status : 2;
}

}  // namespace

int main(int argc, char** argv) {
  std::set_terminate(give_up);
  std::signal(SIGXFSZ, SIG_IGN);  // a file that may not grow is an error of write(2)
  unoops::cli::keep_standard_descriptors();
  try {
    return run_program(argc, argv);
  } catch (...) {  // what is half written is taken away on the way here
    give_up();
  }
}
