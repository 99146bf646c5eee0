#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <exception>
#include <new>
#include <optional>
#include <string>
#include <string_view>

#include "cli/commands.hpp"
#include "cli/options.hpp"
#include "cli/output.hpp"
#include "cli/pager.hpp"
#include "cli/run.hpp"
#include "cli/sandbox.hpp"
#include "cli/sandbox_needs.hpp"
#include "cli/say.hpp"
#include "cli/stop.hpp"
#include "cli/symbol_files.hpp"
#include "cli/terminal.hpp"

namespace {

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
  try {
    unoops::cli::say(why);
  } catch (...) {  // without memory for the words
    constexpr std::string_view bare = "unoops: not enough memory\n";
    if (::write(STDERR_FILENO, bare.data(), bare.size()) < 0) std::_Exit(2);
  }
  std::_Exit(2);
}

// How the text looks where it goes to. Before a pager stands in the terminal's place.
void lay_out(unoops::cli::Options& options) {
  using namespace unoops::cli;
  const bool terminal = options.output.empty() && stdout_is_terminal();
  auto& render = options.render;
  render.color = wants_color(options.color, terminal, environment);
  render.terminal = terminal;
  render.width = text_width(terminal ? terminal_columns() : std::nullopt, environment);
  const bool links = terminal && shows_links(terminal, environment) && !render.redact;
  render.hyperlink = links ? options.hyperlink : "";
  // What is typed at a terminal is not read while a pager reads its keys there.
  const bool typed = options.files.empty() && ::isatty(STDIN_FILENO) == 1;
  options.pager = options.pager && terminal && !options.follow && !typed;
}

int run_program(int argc, char** argv) {
  using namespace unoops::cli;
  const auto called = called_command({argv, static_cast<std::size_t>(argc)});
  if (called.command) return called.command->run(called.name, called.arguments);
  catch_stop_signals();
  int status = 0;
  auto options = read_options(argc, argv, status);
  if (!options) return status;
  lay_out(*options);
  show_downloads(*options);
  if (const auto input = input_that_is_output(*options); !input.empty()) {
    say(input + " is read, and the reports would overwrite it: nothing is done");
    return 2;
  }
  Pager pager;
  if (options->pager) pager.start();
  const bool one_document = options->format == "html";  // which nothing can be put behind
  Output output(options->output, options->follow && !one_document, &pager);
  if (!output.is_open()) return 2;
  say_of_places(*options);
  if (options->sandbox) enter(needs_of(*options));
  status = run(*options, output);
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
