// Looks for all needles at once.
#pragma once

#include <cstddef>
#include <memory>
#include <string_view>
#include <vector>

#include "base/rooms.hpp"

namespace unoops::scan {

// What a line with a needle needs: its frame is nobody's if no report is open; the parser has to look for more; a record's
// escapes have to be undone; the reader has to take the line apart.
enum class Needs : unsigned char { frame, parser, unescaping, reader };
struct Hit {
  std::size_t end = 0;  // of a needle, or a place within it
  Needs needs = Needs::reader;
};

class Search {
 public:
  virtual ~Search() = default;
  // For each needle in `bytes` a hit, their ends rising.
  virtual void find(std::string_view bytes, std::vector<Hit>& hits) = 0;
};

// A table of our own, ready at once.
std::unique_ptr<Search> table_search();
// Vectorscan's automaton, which takes some milliseconds to compile, once a process; null: built without it.
std::unique_ptr<Search> vector_search();

}  // namespace unoops::scan
