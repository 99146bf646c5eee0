// The source around a resolved line, where it is at hand.
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/rooms.hpp"
#include "unoops/symbol_ref.hpp"

namespace unoops::render {

struct SourceLine {
  unsigned number = 0;
  std::string text;  // clean
  bool here = false;
};

class SourceTree {
 public:
  SourceTree(std::string dir, int context) : dir_(std::move(dir)), context_(context > 0 ? context : 2) {}

  // Each place once a report; empty: not found, shown before, or line 0.
  std::vector<SourceLine> around(const Location&);
  void new_report() { shown_.clear(); }

 private:
  const std::vector<std::string>& lines_of(const std::string& file);

  std::string dir_;
  int context_;
  std::map<std::string, std::vector<std::string>, std::less<>> files_;
  std::set<std::pair<std::string, unsigned>> shown_;
};

}  // namespace unoops::render
