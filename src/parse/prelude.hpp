// Lines that come before a header and belong to its report: "cut here", rulers, the words of the caller.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/rooms.hpp"
#include "grammar/log_line.hpp"

namespace unoops::parse {

struct PreludeLine {
  std::uint64_t number = 0, tick = 0;
  std::string text;
};

class Preludes {
 public:
  // True: the line was kept.
  bool read(const LogLine&, std::uint64_t tick);
  // Kept whatever it says.
  void keep(const LogLine&, std::uint64_t tick);
  // Returns, and forgets, what was kept for the header on this line.
  std::vector<PreludeLine> take(const LogLine&, std::uint64_t tick);
  void clear() { waiting_.clear(); }
  // Would lines be kept that do not begin with known words?
  bool wait(std::uint64_t tick) const;

 private:
  struct Waiting {
    std::vector<PreludeLine> lines;
    bool container = false;  // behind "cut here" or a ruler: every line counts
    bool announces() const;  // the line behind it
    std::uint64_t last_tick = 0;
    std::optional<std::int64_t> last_time;
  };
  Waiting& waiting_for(const LogLine&, std::uint64_t tick, bool& expired);
  std::map<std::string, Waiting, std::less<>> waiting_;  // by caller
};

// Every line that read() keeps for its own words holds one of these.
std::vector<std::string_view> prelude_needles();
bool is_cut_here(std::string_view text);
bool is_report_ruler(std::string_view text);  // around sanitizers' reports and lockdep's

}  // namespace unoops::parse
