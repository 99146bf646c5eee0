// What a source tree says of the file that a report blames: who looks after it, and what was changed there since
// (DecodeOptions::source_dirs).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace unoops {

// An entry of MAINTAINERS that names the file; the most telling first.
struct Maintainers {
  std::string subsystem;            // "BLOCK LAYER"
  std::string status;               // S: "Supported"
  std::vector<std::string> lists;   // L: addresses, without what stands in brackets behind them
  std::vector<std::string> people;  // M: and R: "Jens Axboe <axboe@kernel.dk>"
  std::string bugs;                 // B: where to report bugs, if the entry says so
};

// A commit after the log's kernel.
struct LaterCommit {
  std::string id;       // the first twelve digits
  std::string subject;  // its first line
  std::string release;  // the first tag that holds it: "v6.3-rc1"; empty: none does
  std::string
      fixes;  // the commit that its Fixes: names, which wrote lines of the function; empty: it names none of them
};

// What the tree's git knows.
struct LaterCommits {
  std::string file, function;        // that were asked for
  std::string since;                 // the log's release: "v6.1.55"
  std::string until;                 // the tree's own head, as git describes it: "v6.12-rc3"
  std::vector<LaterCommit> commits;  // those with Fixes: first, then the latest
  std::uint64_t more = 0;            // so many more were found
  std::string problem;               // why the list is not whole: "git took longer than 10 s"
};

// Is the tree a git clone, of which git is asked? It is run as a program of its own.
bool asks_git(const std::string& source_dir);

struct Upkeep {
  std::vector<Maintainers> maintainers;  // of the file that is blamed
  std::optional<LaterCommits> later;     // that touch the function that is blamed
};

}  // namespace unoops
