// `unoops COMMAND ...`: what has a command line of its own. One row each.
#pragma once

#include <functional>
#include <span>
#include <string>
#include <string_view>

#include "base/rooms.hpp"

namespace CLI {
class App;
}

namespace unoops::cli {

using Arguments = std::span<const char* const>;

struct Command {
  std::string_view name;     // "addr"
  std::string_view program;  // a program whose name begins so is this command; empty: none is
  std::string_view help;     // for --help
  // `name`: how it was called, for its own messages. Returns the exit status. Null: its options are those of unoops itself,
  // which read_options() reads (options.hpp).
  int (*run)(const std::string& name, Arguments);
  // Shows its options to who completes them; null where `run` is not: it has none that are known here.
  void (*show_options)(const std::function<void(CLI::App&)>&);
};

std::span<const Command> commands();

// The command that was called, by the program's name or the first argument, and what is left for it; null: none.
struct Called {
  const Command* command = nullptr;
  std::string name;
  Arguments arguments;
};
Called called_command(Arguments argv);

}  // namespace unoops::cli
