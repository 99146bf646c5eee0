// Who looks after a file: the entries of a kernel tree's MAINTAINERS that name it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/rooms.hpp"
#include "unoops/upkeep.hpp"

namespace unoops::source {

// `lines` are MAINTAINERS, `file` is a path from the tree's top. The entry whose pattern says most of the path comes
// first; that of all files ("THE REST") only where there is no other.
std::vector<Maintainers> maintainers_of(const std::vector<std::string>& lines, std::string_view file);

// Does the pattern of an F: or X: line fit? "drivers/net/", "fs/*.c", "*" (v6.1 scripts/get_maintainer.pl,
// file_match_pattern: a directory fits all below it, a '*' stands for no further slash).
bool fits_pattern(std::string_view file, std::string_view pattern);

}  // namespace unoops::source
