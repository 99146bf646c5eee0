// Reports → incidents: one that only goes on with an earlier one (Kind::goes_on) becomes a part of that one. Where nothing
// is to be folded, each is handed out by itself, and what would be folded says whose part it is (Report::follows): so the
// incidents are the same ones.
#pragma once

#include <functional>
#include <list>
#include <optional>

#include "base/rooms.hpp"
#include "unoops/report.hpp"

namespace unoops::parse {

class Incidents {
 public:
  using Sink = std::function<void(Report&&)>;
  Incidents(Sink sink, bool fold) : sink_(std::move(sink)), fold_(fold) {}

  // The report that waits for what may follow and takes this one in, or null. `later` is moved from if they are folded.
  const Report* take_in(Report& later);
  bool folds() const { return fold_; }
  // Call it in the order of the reports' first lines. A report waits as long as a later one may go on with it, and
  // those behind it wait, too, so that the order is kept.
  // `debugger_follows`: its lines end where a debugger's begin.
  void add(Report&&, bool debugger_follows = false);
  void pass(Report&& part) { sink_(std::move(part)); }  // what take_in() took, where nothing is to be folded
  void hand_out();                                      // all
  void hand_out_until(std::uint64_t line);              // those without a line after this one, and those before them

 private:
  const Report* fold(Report& later);
  const Report* join_debuggers(Report& later);
  bool waits(const Report&) const;
  bool are_too_many() const;
  void hand_out_first();

  Sink sink_;
  bool fold_;
  std::list<Report> waiting_;                // where nothing is to be folded: copies of what was handed out
  std::optional<std::uint64_t> shown_from_;  // the number of the first report behind which a debugger's lines stand
};

}  // namespace unoops::parse
