// Lines that nobody but a kernel prints, wherever on a line they stand: by them the learner sees what a logger that no
// transport knows puts around the kernel's text.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string_view>

#include "base/rooms.hpp"

namespace unoops::parse {

// A line of a report that is no headline; or the kernel's banner.
struct Landmark {
  std::string_view needle;  // the line begins with it
  // How much of the line is behind the needle of it; nothing: another line after all. null: nothing more is asked.
  std::optional<std::size_t> (*is)(std::string_view rest) = nullptr;
  bool ends = false;  // and nothing stands behind it: its end is the line's
};
std::span<const Landmark> landmarks();

// What the needles find in a line.
struct Sight {
  bool header = false;            // a header may be in it
  bool trouble = false;           // a trouble is in it
  std::optional<std::size_t> at;  // where a landmark or a headline begins
  bool body = false;              // it is a landmark
};
Sight look_at(std::string_view text);

// How much of what stands before a headline is not the kernel's own ("rcu: ", "{1}[Hardware Error]: ").
std::size_t without_own_prefix(std::string_view before);
// The end of a line whose last word is known: "Call Trace:", a frame's. Nothing: it could go on.
std::optional<std::size_t> known_end(std::string_view text);
// A line of a report, by its first words or as a frame; not a headline.
bool is_body_line(std::string_view text);

}  // namespace unoops::parse
