// The source around a resolved line, where it is at hand.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "base/rooms.hpp"
#include "base/source_tree.hpp"
#include "unoops/symbol_ref.hpp"

namespace unoops::render {

struct SourceLine {
  unsigned number = 0;
  std::string text;  // clean
  bool here = false;
};

class SourceView {
 public:
  SourceView(std::vector<std::string> dirs, int context)
      : tree_(std::move(dirs)), context_(context > 0 ? context : 2) {}

  // Each place once a report; empty: not found, shown before, or line 0.
  std::vector<SourceLine> around(const Location&);
  void new_report() { shown_.clear(); }

 private:
  SourceTree tree_;
  int context_;
  std::set<std::pair<std::string, unsigned>> shown_;
};

}  // namespace unoops::render
