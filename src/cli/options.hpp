// The command line, as docs/contract.md and unoops(1) describe it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/rooms.hpp"
#include "cli/terminal.hpp"
#include "unoops/kind.hpp"
#include "unoops/render.hpp"
#include "unoops/symbolizer.hpp"

namespace unoops::cli {

struct Options {
  std::vector<std::string> files;  // empty: standard input
  std::string format = "text";
  std::string output;  // -o
  SymbolOptions symbols;
  RenderOptions render;
  Color color = Color::automatic;
  std::string hyperlink;  // --hyperlink, for terminals that can
  bool pager = true;      // where standard output is a terminal
  unsigned jobs = 1;
  bool log = false;  // of memory dumps, nothing else
  bool follow = false, quiet = false, explain_symbols = false, explain_parse = false, quiet_path = true;

  // which reports
  std::vector<std::string> kinds;
  Severity severity = Severity::notice;
  std::optional<int> boot;  // --boot N
  bool last_boot = false, first = false, last = false;
  std::optional<Severity> fail_on;
};

// Nothing: the program ends with `status` (--help, --version, a bad option; said already).
std::optional<Options> read_options(int argc, char** argv, int& status);

}  // namespace unoops::cli
