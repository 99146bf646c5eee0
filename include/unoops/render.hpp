// Reports → text for people and for programs.
#pragma once

#include <memory>
#include <ostream>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "unoops/report.hpp"

namespace unoops {

struct RenderOptions {
  bool color = false;
  bool verbose = false;  // unfold what the text report folds
  bool redact = false;
  int width = 100;
  bool terminal = false;                 // people read it: a table that is wider than `width` is laid out as a list
  std::vector<std::string> source_dirs;  // --source
  int context = 0;                       // --context: source lines around a resolved line
  // --hyperlink: the text format's places become links of the terminal (OSC 8). "{path}": of the file in a source tree,
  // "{file}": as the debug information names it, "{line}", "{column}", "{host}": this machine. Empty: no links.
  std::string hyperlink;
};

// One per run. Streaming formats write in report(); those that need the whole write in finish().
class Renderer {
 public:
  virtual ~Renderer() = default;
  virtual void report(const Report&) = 0;
  virtual void flush() {}  // the input pauses: write what is there
  virtual void finish() {}
};

struct Format {
  std::string_view id;  // "text", "json", ...
  std::string_view help;
  std::unique_ptr<Renderer> (*make)(std::ostream&, const RenderOptions&);  // null: see streams_lines
  bool explains = true;  // false: it tells what the log says; no symbols and no explanation
  bool tallies = false;  // it asks no more of a report than what DecodeOptions::read_reports gives

  // It passes the log's lines on and not its reports: an Annotator (annotate.hpp) writes it, no Renderer.
  constexpr bool streams_lines() const { return make == nullptr; }
};
std::span<const Format> formats();
const Format* find_format(std::string_view id);

}  // namespace unoops
