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
#include "kinds/place.hpp"
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
     "a spinlock was used that was never initialised, is freed already, or was overwritten (bad magic)",
     "see whether {culprit} can run before spin_lock_init(), or after the object with the lock was freed[; {try-kasan} "
     "tells the second]"},
    {"lock-bug", "wrong owner", "a spinlock was released by a task that does not hold it",
     "the unlock belongs to the task that took the lock: look in {culprit} for an unlock without its lock, or for a "
     "use after the object was freed"},
    {"lock-bug", "wrong CPU", "a spinlock was released on another CPU than it was taken on",
     "look for what lets the task sleep between lock and unlock in {culprit}: it came back on another CPU"},
    {"lock-bug", "already unlocked", "a spinlock was released that is not held",
     "look in {culprit} for a way on which the lock is released without having been taken, or twice"},
    {"lock-bug", "recursion", "a task takes a spinlock that it holds already: it waits for itself for ever",
     "look below {culprit} in the trace for who took the lock first: call a variant that expects it, or release it "
     "before"},
    {"lock-bug", "lockup suspected", "a spinlock did not become free for a long time",
     "find who holds it: the trace of the CPU that is named as owner, or a way that forgot to unlock"},
});

// v6.1 kernel/locking/spinlock_debug.c
constexpr auto rwlock_wordings = std::to_array<Wording>({
    {"lock-bug", "bad magic",
     "a reader-writer lock was used that was never initialised, is freed already, or was overwritten (bad magic)",
     "see whether {culprit} can run before rwlock_init(), or after the object with the lock was freed[; {try-kasan} "
     "tells the second]"},
    {"lock-bug", "wrong owner", "a reader-writer lock was released by a task that does not hold it",
     "the unlock belongs to the task that took the lock: look in {culprit} for write_unlock() without write_lock(), or "
     "where read_unlock() is meant"},
    {"lock-bug", "recursion", "a task takes a reader-writer lock that it holds already: it waits for itself for ever",
     "look below {culprit} in the trace for who took the lock first: call a variant that expects it, or release it "
     "before"},
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

// " lock: demo+0x40/0x80, .magic: 00000000, .owner: <none>/-1, .owner_cpu: -1" (spin_dump)
void magic(const Report& r, Explanation& e, std::string_view id) {
  const auto* line = find_message_with(r, ", .magic: ");
  std::uint64_t value = 0;
  if (!line || r.fact(fact::lock_bug) != "bad magic") return;
  if (Scanner s(*line); !s.skip_to(", .magic: ") || !s.hex(value)) return;
  static constexpr std::string_view evidence = ".magic of the lock's own line";
  constexpr std::uint64_t freed = 0x6b6b6b6b, fresh = 0x5a5a5a5a;  // v6.1 include/linux/poison.h POISON_FREE, _INUSE
  const auto words = value == 0 ? "its magic number is 0, as of memory that was only zeroed: nobody initialised it"
                     : value == freed ? "its magic number is slab poison 0x6b: its object was freed"
                     : value == fresh ? "its magic number is slab poison 0x5a: its object is fresh from the allocator"
                                      : "";
  if (*words) add_likely(e, id, words, std::string(evidence));
  if (value == 0 || value == fresh)
    add_step(e, "call the lock's init function before " + place_or(r, "anybody") + " can take it");
  else if (value == freed)
    add_step(e, "let nobody free the object while " + place_or(r, "somebody") + " may still take its lock");
}
constexpr auto rules = std::to_array<Rule>({{"lock-owner", tell_owner}, {"lock-magic", magic}});

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
    .next = "look at how {culprit} takes and releases the lock, and at who may have freed or overwritten it",
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
    .next = "look at how {culprit} takes and releases the lock, and at who may have freed or overwritten it",
};

}  // namespace unoops::kinds
