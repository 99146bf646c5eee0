// Lines of the text files below some directories, by names from the outside, none of which leads out of it.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/rooms.hpp"

namespace unoops::base {

class SourceTree {
 public:
  explicit SourceTree(std::vector<std::string> dirs) : dirs_(std::move(dirs)) {}

  bool is_open() const { return !dirs_.empty(); }
  // The file that the longest part of the name's end finds, of several trees in the first; empty: there is none, or it is
  // too large.
  std::string find(std::string_view file) const;
  // Of that file, as they are. The answer lives until the next call.
  const std::vector<std::string>& lines_of(std::string_view file);

 private:
  std::vector<std::string> dirs_;
  std::map<std::string, std::vector<std::string>, std::less<>> files_;
};

// Tabs stand at eight, as the kernel's style has it; clean (base/printable.hpp).
std::string shown_source(std::string_view line);

}  // namespace unoops::base
