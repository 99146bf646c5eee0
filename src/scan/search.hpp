// Looks for all needles at once.
#pragma once

#include <cstddef>
#include <memory>
#include <string_view>
#include <vector>

#include "base/rooms.hpp"

namespace unoops::scan {

class Search {
 public:
  virtual ~Search() = default;
  // For each needle in `bytes` a place within it or at its end, rising.
  virtual void find(std::string_view bytes, std::vector<std::size_t>& ends) = 0;
};

// A table of our own, ready at once.
std::unique_ptr<Search> table_search();
// Vectorscan's automaton, which takes some milliseconds to compile, once a process; null: built without it.
std::unique_ptr<Search> vector_search();

}  // namespace unoops::scan
