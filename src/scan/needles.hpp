// Every word for which a line has to be read: what is in none of the tables below opens no report, and changes nothing
// that the parser or the reader knows of the log.
#pragma once

#include <string_view>
#include <vector>

#include "base/rooms.hpp"
#include "scan/search.hpp"

namespace unoops::scan {

struct Needle {
  std::string_view text;
  Needs needs;
};
std::vector<Needle> needles();
// Without those that hold another one, because "Oops" is found wherever "Oops: " is. To tell them costs half as much as
// a short log's decoding, so it is for a search that takes long to make anyway.
std::vector<Needle> fewest_needles();

}  // namespace unoops::scan
