// Paths of DWARF → paths that a reader of kernel sources knows: "kernel/time/timer.c".
#pragma once

#include <string>
#include <string_view>

#include "base/rooms.hpp"

namespace unoops::debuginfo {

// "a/./b" → "a/b", "a/x/../b" → "a/b"; a leading ".." stays.
std::string normal_path(std::string_view path);

// The path relative to the tree that was compiled: without comp_dir, or, where the build directory is another one (O=),
// without what stands before a kernel tree's first directory.
std::string source_path(std::string_view path, std::string_view comp_dir);

}  // namespace unoops::debuginfo
