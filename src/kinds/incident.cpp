#include "kinds/incident.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "kinds/kind.hpp"
#include "report/fact_names.hpp"

namespace unoops::kinds {
namespace {

constexpr std::int64_t soon_us = 10'000'000;

// What was cut short before it named its task may be the same's.
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

}  // namespace

bool same_stall(const Report& first, const Report& later) {
  return first.kind == later.kind && same_task(first, later) &&
         (first.signature == later.signature || was_cut_short(later));
}

bool same_pass(const Report& first, const Report& later) {
  if (first.kind != later.kind) return false;
  const auto told = [&](const FollowUp& f) { return f.signature == later.signature && f.pid == later.pid; };
  return same_stall(first, later) || soon_after(first, later) || std::ranges::any_of(first.followed_by, told);
}

bool same_imbalance(const Report& first, const Report& later) {
  return first.kind == later.kind && same_task(first, later) && soon_after(first, later);
}

bool same_access(const Report& first, const Report& later) {
  if (!first.pid || !same_task(first, later) || !soon_after(first, later)) return false;
  if (kind_row(*later.kind).goes_on != same_access)
    return first.fault.address && first.fault.address == later.fault.address;
  return equal_ignoring_case(finding(first), finding(later)) ||
         (was_cut_short(later) && first.fact(fact::bug_type) == later.fact(fact::bug_type));
}

}  // namespace unoops::kinds
