#include "kinds/incident.hpp"

#include <algorithm>
#include <array>

#include "base/text.hpp"
#include "kinds/kind.hpp"
#include "report/fact_names.hpp"
#include "report/questions.hpp"

namespace unoops::kinds {
namespace {

constexpr std::int64_t soon_us = 10'000'000;

// A later report that was cut off before its CPU line counts as the same task's.
bool same_task(const Report& a, const Report& later) {
  return !later.pid || (a.pid == later.pid && a.comm == later.comm);
}
bool was_cut_short(const Report& r) {
  return r.corrupted || std::ranges::any_of(r.defects, [](const Defect& d) {
           return d.kind == DefectKind::truncated || d.kind == DefectKind::no_end;
         });
}

// Behind what was last told of the incident; logs without times have their order alone.
bool soon_after(const Report& first, const Report& later) {
  const auto last = first.followed_by.empty() ? first.time_us : first.followed_by.back().time_us;
  return !last || !later.time_us || *later.time_us - *last < soon_us;
}

// "use-after-free Read in foo", whoever found it
std::string_view finding(const Report& r) {
  std::string_view title = r.title;
  title.remove_prefix(std::min(title.size(), title.find(": ") + 2));
  return title;
}

// Where a report comes from, where its lines tell.
constexpr auto origins = std::to_array<FactName>({fact::place, fact::device, fact::source, fact::dimm, fact::function,
                                                  fact::nmi_reason, fact::complaint, fact::previous_boot});

bool same_origin(const Report& a, const Report& b) {
  return a.kind == b.kind && std::ranges::all_of(origins, [&](FactName name) { return a.fact(name) == b.fact(name); });
}
bool tells_origin(const Report& r) {
  return std::ranges::any_of(origins, [&](FactName name) { return !r.fact(name).empty(); });
}

// Its lines may be another report's: what it has in common with others may not be its own.
bool is_mixed(const Report& r) {
  return std::ranges::find(r.defects, DefectKind::interleaved, &Defect::kind) != r.defects.end();
}

// A report that brought the machine down, or the first that is whole, is told by itself.
bool adds_nothing(const Report& first, const Report& later) {
  return !later.panic && later.severity == first.severity && (later.corrupted || !first.corrupted) &&
         !is_mixed(first) && !is_mixed(later);
}

Sequel more_if(bool goes_on) { return goes_on ? Sequel::more : Sequel::none; }
Sequel again_if(bool goes_on) { return goes_on ? Sequel::again : Sequel::none; }

bool is_same_stall(const Report& first, const Report& later) {
  return first.kind == later.kind && same_task(first, later) &&
         (first.signature == later.signature || was_cut_short(later));
}

}  // namespace

Sequel same_stall(const Report& first, const Report& later) { return more_if(is_same_stall(first, later)); }

Sequel same_pass(const Report& first, const Report& later) {
  if (first.kind != later.kind) return Sequel::none;
  const auto told = [&](const FollowUp& f) { return f.signature == later.signature && f.pid == later.pid; };
  return more_if(is_same_stall(first, later) || soon_after(first, later) ||
                 std::ranges::any_of(first.followed_by, told));
}

Sequel same_imbalance(const Report& first, const Report& later) {
  return more_if(first.kind == later.kind && same_task(first, later) && soon_after(first, later));
}

Sequel same_access(const Report& first, const Report& later) {
  if (!first.pid || !same_task(first, later) || !soon_after(first, later)) return Sequel::none;
  if (kind_row(*later.kind).goes_on != same_access)
    return more_if(first.fault.address && first.fault.address == later.fault.address);
  return more_if(equal_ignoring_case(finding(first), finding(later)) ||
                 (was_cut_short(later) && first.fact(fact::bug_type) == later.fact(fact::bug_type)));
}

Sequel same_place(const Report& first, const Report& later) {
  const bool known = culprit_frame(first) || tells_origin(first);
  return again_if(known && same_origin(first, later) && first.signature == later.signature &&
                  adds_nothing(first, later));
}

Sequel same_device(const Report& first, const Report& later) {
  return again_if(tells_origin(first) && same_origin(first, later) && adds_nothing(first, later));
}

Sequel same_bank(const Report& first, const Report& later) {
  return again_if(first.cpu == later.cpu && first.fact(fact::bank) == later.fact(fact::bank) &&
                  same_origin(first, later) && adds_nothing(first, later));
}

}  // namespace unoops::kinds
