// Which frames of a trace a reader can do without at first, and what they are called together.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/rooms.hpp"
#include "render/sections.hpp"

namespace unoops::render {

struct Folding {
  struct Mark {
    bool hidden = false;
    std::string_view caption;  // of a hidden frame: "interrupt entry", "KASAN"
    char letter = 0;           // the tail that starts here is shared with a later trace
    char as = 0;               // the frames from here on are those behind that letter
  };
  std::vector<Mark> marks;    // one a frame
  std::size_t guesses = 0;    // hidden '?' entries
  bool only_guesses = false;  // no confirmed frame: nothing is hidden
};

// One for each section.
std::vector<Folding> fold(const Report&, const std::vector<Section>&);

}  // namespace unoops::render
