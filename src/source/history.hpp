// What a clone's history says of a function since the kernel of a log: whether its bug may be mended already.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/rooms.hpp"
#include "source/git.hpp"
#include "unoops/report.hpp"
#include "unoops/upkeep.hpp"

namespace unoops::source {

// The tags and commits that a kernel may be, the most exact first: "6.7.0-rc3-00123-gabcdef012345" is abcdef012345 or
// v6.7-rc3, Debian's "6.1.0-56-amd64" of version "... Debian 6.1.192-2" v6.1.192 or v6.1.
std::vector<std::string> revisions_of(const Kernel&);

// Commits between the kernel and the clone's head that changed the function, or whose Fixes: names a commit that wrote
// lines of it. Nothing: the clone does not hold the kernel, or not the file.
std::optional<LaterCommits> later_commits(Git&, const Kernel&, const std::string& file, const std::string& function);

}  // namespace unoops::source
