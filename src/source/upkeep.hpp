// Whom to tell of a report, and whether it is mended already: by the source tree.
#pragma once

#include <map>
#include <string>
#include <utility>

#include "base/rooms.hpp"
#include "base/source_tree.hpp"
#include "source/git.hpp"
#include "unoops/report.hpp"

namespace unoops::source {

class UpkeepReader {
 public:
  UpkeepReader(SourceTree& tree, std::string dir);
  // Sets Report::upkeep, of the place where the report tells its reader to look.
  void read(Report&);

 private:
  const std::optional<LaterCommits>& later(const Kernel&, const std::string& file, const std::string& function);

  SourceTree& tree_;
  Git git_;
  bool clone_;
  std::map<std::string, std::optional<LaterCommits>> asked_;  // by kernel, file and function
};

}  // namespace unoops::source
