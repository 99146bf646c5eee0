#include "report/head.hpp"

#include <utility>

#include "report/fields.hpp"
#include "report/questions.hpp"

namespace unoops::report {
namespace {

template <class T>
void copy_head(T& to, const T& from) {
  for_each_field(to, from,
                 []<class Owner, class Member, Privacy privacy, Print print, bool kept>(
                     const Field<Owner, Member, privacy, print, kept>&, Member& mine, const Member& theirs) {
                   if constexpr (Listed<Member>)
                     copy_head(mine, theirs);
                   else if constexpr (!is_list<Member> || kept)
                     mine = theirs;
                 });
}

}  // namespace

Report head_of(const Report& r) {
  Report head;
  copy_head(head, r);
  return head;
}

Report tallied(Report&& r) {
  Report out = head_of(r);
  out.followed_by = std::move(r.followed_by);
  if (const Frame* culprit = culprit_frame(r)) {
    out.stacks.emplace_back().frames.push_back(*culprit);
    out.culprit_stack = out.culprit_frame = 0;
  }
  return out;
}

}  // namespace unoops::report
