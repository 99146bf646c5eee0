// What a shell completes behind `unoops`: made from the options that are really there, so that it cannot lag behind them.
#pragma once

namespace CLI {
class App;
}

namespace unoops::cli {

// Adds the hidden option `--completions bash|zsh|fish`, which prints the shell's script for all options that `app` then
// has. What is installed is made by it.
void add_completions(CLI::App& app);

}  // namespace unoops::cli
