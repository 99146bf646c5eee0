// Places as links of the terminal: OSC 8 ; ; URI ST text OSC 8 ; ; ST, which a terminal that knows it shows as the text.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "base/rooms.hpp"
#include "base/source_tree.hpp"
#include "unoops/render.hpp"

namespace unoops::render {

class Hyperlinks {
 public:
  explicit Hyperlinks(const RenderOptions&);

  // `shown`, clean, as a link to that place; as it is where there are no links, or the form needs a file that no source
  // tree has.
  std::string around(std::string_view shown, const Location&);

 private:
  std::string target(const Location&);

  const std::string form_, host_;
  SourceTree tree_;
  std::map<std::string, std::string, std::less<>> paths_;  // by the debug information's name; empty: none
};

// All but what a path may have is %xx: names come from symbol files, and nothing in them may end the escape sequence.
std::string percent_encoded(std::string_view text);

}  // namespace unoops::render
