// How many: the one place that says what is counted. An incident is a report that no other led to (no `follows`), and is
// as bad as the worst report that followed it; a report is what a format prints as one. All formats count what they
// were handed, so that they agree.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>

#include "base/rooms.hpp"
#include "unoops/report.hpp"

namespace unoops::render {

// Different words: how many there were, exact up to `most`, and some 3% off above that. It does not matter in which
// order they come. (Bar-Yossef et al. 2002: the smallest hashes tell how dense all are.)
class Distinct {
 public:
  explicit Distinct(std::size_t most) : most_(most) {}
  void add(std::string_view);
  std::uint64_t count() const;
  bool exact() const { return smallest_.size() < most_; }

 private:
  std::size_t most_;
  std::set<std::uint64_t> smallest_;
};

class Tally {
 public:
  void add(const Report&);
  std::uint64_t incidents() const { return incidents_; }
  std::uint64_t reports() const { return reports_; }
  bool several_hosts() const { return hosts_.count() > 1; }
  bool several_files() const { return files_.count() > 1; }

  // "4 incidents (5 reports) in 2 boots on 3 hosts: 1 fatal, 2 errors, 1 warning; 1 of them known"; where all are alike,
  // "2 incidents, all errors" and "1 incident, an error; known".
  std::string words() const;
  // Of a page: "Kernel reports: " and these words; of a single report "Kernel report: an error".
  std::string heading() const;

 private:
  // Reports that others may follow, the last ones: by their numbers.
  struct Recent {
    std::uint64_t incident = 0;  // the number of its first report
    Severity worst = Severity::notice;
  };
  struct Origin {
    std::string host, file;
    int boot = 0;
  };
  void make_worse(const Report& follower);
  std::string severities() const;
  std::string known() const;

  static constexpr std::size_t most_recent = 4096;
  static constexpr std::size_t most_names = 1024, most_boots = 16384;
  std::uint64_t incidents_ = 0, reports_ = 0, known_ = 0;
  std::array<std::uint64_t, 4> of_severity_{};  // incidents, by Severity
  std::map<std::uint64_t, Recent> recent_;
  Origin last_;  // of the last report
  Distinct hosts_{most_names}, files_{most_names}, boots_{most_boots};
};

// "3 hosts"; "about 3,000 hosts" where they were too many to count.
std::string count_words(const Distinct&, std::string_view one, std::string_view many);

}  // namespace unoops::render
