// Whom to tell, and what was changed since: sentences of what the source tree says.
#include <fmt/format.h>

#include "base/printable.hpp"
#include "render/view.hpp"

namespace unoops::render {
namespace {

// "linux-block@vger.kernel.org (BLOCK LAYER)": a list before people, who are named where nobody else is.
std::string whom(const Maintainers& one, bool people) {
  auto to = clean(fmt::format("{}", fmt::join(one.lists.empty() ? one.people : one.lists, ", ")));
  if (people && !one.lists.empty() && !one.people.empty())
    to += clean(fmt::format("; {}", fmt::join(one.people, ", ")));
  if (to.empty()) to = "nobody is named";
  if (!one.bugs.empty()) to += "; bugs: " + clean(one.bugs);
  return fmt::format("{} ({})", to, clean(one.subsystem));
}

// "0123456789ab \"subject\", in v6.3-rc1, Fixes: abcdef012345"
std::string change(const LaterCommit& one, bool sure) {
  std::string out = fmt::format("{} \"{}\"", clean(one.id), clean(one.subject));
  if (!one.release.empty()) out += ", in " + clean(one.release);
  if (one.release.empty() && sure) out += ", in no release yet";
  if (!one.fixes.empty()) out += ", Fixes: " + clean(one.fixes);
  return out;
}

}  // namespace

Statement tell(const Report& r, bool people) {
  constexpr std::size_t most = 3;
  Statement out{"Tell", {}, ""};
  for (const auto& one : r.upkeep.maintainers)
    if (out.sentences.size() < most || people) out.sentences.push_back(whom(one, people));
  return out;
}

Statement later(const Report& r) {
  Statement out{"Since", {}, ""};
  if (!r.upkeep.later) return out;
  const auto& all = *r.upkeep.later;
  const auto where = clean(all.function) + "()";
  const auto since = clean(all.since);
  const auto until = all.until.empty() ? "" : " up to " + clean(all.until);
  if (all.commits.empty() && all.problem.empty())
    out.sentences.push_back(fmt::format("no commit after {}{} changes {}", since, until, where));
  for (const auto& one : all.commits) out.sentences.push_back(change(one, all.problem.empty()));
  if (!all.commits.empty())
    out.sentences.front() =
        fmt::format("{} after {}{} for {}: {}", plural(all.commits.size() + all.more, "candidate", "candidates"), since,
                    until, where, out.sentences.front());
  if (all.more != 0) out.sentences.push_back(fmt::format("and {} more", all.more));
  if (!all.problem.empty()) out.sentences.push_back(clean(all.problem));
  return out;
}

}  // namespace unoops::render
