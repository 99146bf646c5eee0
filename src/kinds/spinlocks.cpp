// Spinlocks and rwlocks under CONFIG_DEBUG_SPINLOCK: v6.1 kernel/locking/spinlock_debug.c; "lockup suspected" to v4.17.
//   "BUG: spinlock bad magic on CPU#1, trig/115"
//   "BUG: rwlock wrong owner on CPU#0, trig/115, 00000000c0ffee00"
#include <array>

#include "base/text.hpp"
#include "grammar/words.hpp"
#include "kinds/death.hpp"
#include "kinds/headers.hpp"
#include "kinds/kind.hpp"
#include "kinds/lines.hpp"
#include "report/fact_names.hpp"

namespace unoops::kinds {
namespace {

bool lock_bug(std::string_view before, Scanner rest, ReportBuilder& d) {
  std::string_view what, comm;
  int cpu = 0;
  std::int64_t pid = 0;
  if (!only_prefixes(before) || !rest.until(" on CPU#", what) || !rest.dec(cpu)) return false;
  d.report.set_fact(fact::lock_bug, trim(what));
  d.report.cpu = cpu;
  if (!rest.lit(", ")) return true;
  auto task = rest.rest();
  task = task.substr(0, task.rfind(", "));  // a rwlock's address stands behind the task
  Scanner s(task);
  if (s.until_last("/", comm) && s.dec(pid)) {
    d.report.comm = comm;
    d.report.pid = pid;
  }
  return true;
}

constexpr auto spin_headers = std::to_array<Header>({{"BUG: spinlock ", lock_bug}});
constexpr auto rw_headers = std::to_array<Header>({{"BUG: rwlock", lock_bug}});
// " lock: foo_lock+0x0/0x20, .magic: dead4ead, .owner: trig/115, .owner_cpu: 0"; "<none>/-1" where nobody holds it
bool lock_state(Scanner rest, ReportBuilder& d) {
  std::string_view ignored, owner, comm;
  std::int64_t pid = 0;
  Scanner s = rest;
  if (s.until(".owner: ", ignored) && s.until(", .owner_cpu", owner)) {
    Scanner task(owner);
    if (task.until_last("/", comm) && task.dec(pid) && pid > 0)
      d.report.set_fact(fact::blocker, std::string(comm) + ":" + std::to_string(pid));
  }
  return keep_line(rest, d);
}

constexpr auto sections = std::to_array<Section>({{SectionId::text, "lock: ", lock_state}});

std::string spin_title(const Report& r, std::string_view culprit) {
  return "BUG: spinlock " + std::string(r.fact(fact::lock_bug)) + " in " + std::string(culprit);
}
std::string rw_title(const Report& r, std::string_view culprit) {
  return "BUG: rwlock " + std::string(r.fact(fact::lock_bug)) + " in " + std::string(culprit);
}

constexpr std::string_view spin_words = "spin_ rwlock _lock$ _lock_ _unlock$ _unlock_";

// v6.1 kernel/locking/spinlock_debug.c
constexpr auto spinlock_wordings = std::to_array<Wording>({
    {"lock-bug", "bad magic",
     "a spinlock was used that was never initialised, is freed already, or was overwritten (bad magic)"},
    {"lock-bug", "wrong owner", "a spinlock was released by a task that does not hold it"},
    {"lock-bug", "wrong CPU", "a spinlock was released on another CPU than it was taken on"},
    {"lock-bug", "already unlocked", "a spinlock was released that is not held"},
    {"lock-bug", "recursion", "a task takes a spinlock that it holds already: it waits for itself for ever"},
    {"lock-bug", "lockup suspected", "a spinlock did not become free for a long time"},
});

// v6.1 kernel/locking/spinlock_debug.c
constexpr auto rwlock_wordings = std::to_array<Wording>({
    {"lock-bug", "bad magic",
     "a reader-writer lock was used that was never initialised, is freed already, or was overwritten (bad magic)"},
    {"lock-bug", "wrong owner", "a reader-writer lock was released by a task that does not hold it"},
    {"lock-bug", "recursion", "a task takes a reader-writer lock that it holds already: it waits for itself for ever"},
});

// Who holds it, by the lock's own memory.
void tell_owner(const Report& r, Explanation& e, std::string_view id) {
  const auto holder = r.fact(fact::blocker);
  const bool itself = r.pid && holder == r.comm + ":" + std::to_string(*r.pid);
  if (holder.empty() || tell_left_behind(r, e, id, true)) return;
  add_certain(e, id,
              "the lock says that " + (itself ? std::string("this task itself") : std::string(holder)) + " holds it",
              ".owner of the lock");
}
constexpr auto rules = std::to_array<Rule>({{"lock-owner", tell_owner}});

}  // namespace

extern constinit const Kind spinlock_bug{
    .info = {"spinlock", "spinlock misused", Severity::error, Trait::runs_in_task | Trait::waits},
    .headers = spin_headers,
    .sections = sections,
    .title_of = spin_title,
    .sentence = "a spinlock was misused: {lock-bug|it is in an impossible state}",
    .wordings = spinlock_wordings,
    .culprit = {.from = Culprit::From::trace, .words = spin_words},
    .rules = rules,
};

extern constinit const Kind rwlock_bug{
    .info = {"rwlock", "rwlock misused", Severity::error, Trait::runs_in_task | Trait::waits},
    .headers = rw_headers,
    .sections = sections,
    .title_of = rw_title,
    .sentence = "a reader-writer lock was misused: {lock-bug|it is in an impossible state}",
    .wordings = rwlock_wordings,
    .culprit = {.from = Culprit::From::trace, .words = spin_words},
    .rules = rules,
};

}  // namespace unoops::kinds
