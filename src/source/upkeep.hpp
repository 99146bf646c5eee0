// Whom to tell of a report, and whether it is mended already: by the source tree.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "base/rooms.hpp"
#include "base/source_tree.hpp"
#include "source/git.hpp"
#include "unoops/report.hpp"

namespace unoops::source {

class UpkeepReader {
 public:
  explicit UpkeepReader(SourceTree& trees) : trees_(trees) {}
  // Sets Report::upkeep, of the place where the report tells its reader to look.
  void read(Report&);

 private:
  const std::vector<Maintainers>& maintainers(const std::string& file);
  const std::optional<LaterCommits>& later(const Kernel&, const SourceTree::Place&, const std::string& function);

  SourceTree& trees_;
  std::map<std::string, std::vector<Maintainers>> maintainers_;  // by the file: to read MAINTAINERS takes milliseconds
  std::map<std::string, Git> clones_;                            // by the tree
  std::map<std::string, std::optional<LaterCommits>> asked_;     // by kernel, tree, file and function
};

}  // namespace unoops::source
