// Every word for which a line has to be read: what is in none of the tables below opens no report, and changes nothing
// that the parser or the reader knows of the log.
#pragma once

#include <string_view>
#include <vector>

#include "base/rooms.hpp"

namespace unoops::scan {

std::vector<std::string_view> needles();
// Without those that hold another one, because "Oops" is found wherever "Oops: " is. To tell them costs half as much as
// a short log's decoding, so it is for a search that takes long to make anyway.
std::vector<std::string_view> fewest_needles();

}  // namespace unoops::scan
