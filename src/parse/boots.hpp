// Which boot a line belongs to.
#pragma once

#include <cstdint>
#include <optional>
#include <utility>

#include "base/rooms.hpp"
#include "grammar/log_line.hpp"
#include "unoops/report.hpp"

namespace unoops::parse {

class Boots {
 public:
  // True: this line begins a new boot (a banner, or time that fell back to 0).
  bool read(const LogLine&);
  // A line that is no banner and no command line, of this time, is of this boot. False: it may begin another; read() it.
  bool pass(const std::optional<std::int64_t>& time_us) {
    if (!has_lines_ || falls_back(time_us)) return false;
    if (time_us) last_time_ = time_us;
    return true;
  }
  int number() const { return number_; }
  int count() const { return has_lines_ ? number_ : 0; }
  const Kernel& kernel() const { return kernel_; }
  // Where the log has no banner, a report tells the release.
  void see(const Kernel& of_report);
  // What only the lines of a boot say.
  static void take_boot(const Kernel& from, Kernel& to);

 private:
  void restart();
  bool falls_back(const std::optional<std::int64_t>& time_us) const;  // to 0: another boot's
  int number_ = 1;
  bool has_lines_ = false, has_banner_ = false;
  std::optional<std::int64_t> last_time_;
  Kernel kernel_;
};

}  // namespace unoops::parse
