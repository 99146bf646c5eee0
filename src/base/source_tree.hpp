// Lines of the text files below a directory, by names from the outside, none of which leads out of it.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/rooms.hpp"

namespace unoops::base {

class SourceTree {
 public:
  explicit SourceTree(std::string dir) : dir_(std::move(dir)) {}

  bool is_open() const { return !dir_.empty(); }
  // Of the file that the longest part of the name's end finds, as they are; empty: there is none, or it is too large. The
  // answer lives until the next call.
  const std::vector<std::string>& lines_of(std::string_view file);
  // That file's path from the top of the tree: "fs/ext4/inode.c" of "/build/linux/fs/ext4/inode.c"; empty: as above.
  std::string name_of(std::string_view file) const;

 private:
  std::string dir_;
  std::map<std::string, std::vector<std::string>, std::less<>> files_;
};

// Tabs stand at eight, as the kernel's style has it; clean (base/printable.hpp).
std::string shown_source(std::string_view line);

}  // namespace unoops::base
