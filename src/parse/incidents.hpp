// Reports → incidents: one that only goes on with an earlier one (Kind::goes_on) becomes a part of that one.
#pragma once

#include <deque>
#include <functional>
#include <optional>

#include "base/rooms.hpp"
#include "unoops/report.hpp"

namespace unoops::parse {

class Incidents {
 public:
  using Sink = std::function<void(Report&&)>;
  Incidents(Sink sink, bool fold) : sink_(std::move(sink)), fold_(fold) {}

  // The report that waits for what may follow and takes this one in, or null. `later` is moved from then.
  const Report* take_in(Report& later);
  // Call it in the order of the reports' first lines. A report waits as long as a later one may go on with it, and
  // those behind it wait, too, so that the order is kept.
  // `debugger_follows`: its lines end where a debugger's begin.
  void add(Report&&, bool debugger_follows = false);
  void hand_out();                          // all
  void hand_out_until(std::uint64_t line);  // those without a line after this one, and those before them

 private:
  const Report* join_debuggers(Report& later);
  bool waits(const Report&) const;
  bool are_too_many() const;
  void hand_out_first();

  Sink sink_;
  bool fold_;
  std::deque<Report> waiting_;
  std::optional<std::uint64_t> shown_from_;  // the number of the first report behind which a debugger's lines stand
};

}  // namespace unoops::parse
