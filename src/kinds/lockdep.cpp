// lockdep's splats: v6.1 kernel/locking/lockdep.c. Title words: "[ INFO: ... ]", "[ BUG: ... ]" to v4.12, "WARNING: "
// since v4.13.
#include <array>

#include "base/text.hpp"
#include "grammar/symbol_ref.hpp"
#include "grammar/words.hpp"
#include "kinds/headers.hpp"
#include "kinds/kind.hpp"
#include "kinds/lines.hpp"
#include "kinds/locks.hpp"

namespace unoops {
namespace {

// The words before a title: "WARNING: ", "[ INFO: ", "[ BUG: "
std::string_view title_word(std::string_view before) {
  before = trim(before);
  for (const std::string_view word : {"WARNING:", "[ INFO:", "[ BUG:", "INFO:", "BUG:"})
    if (before.ends_with(word)) return word.starts_with("[ ") ? word.substr(2) : word;
  return {};
}

bool splat(std::string_view before, Draft& d, std::string_view problem) {
  const auto word = title_word(before);
  if (word.empty()) return false;
  d.report.set_fact("problem", problem);
  d.report.set_fact("title-word", word.substr(0, word.size() - 1));
  return true;
}

bool circular(std::string_view before, Scanner, Draft& d) { return splat(before, d, "circular dependency"); }
bool recursive(std::string_view before, Scanner, Draft& d) { return splat(before, d, "recursive locking"); }
bool inversion(std::string_view before, Scanner, Draft& d) { return splat(before, d, "irq inversion"); }
// "HARDIRQ-safe -> HARDIRQ-unsafe lock order detected": the needle stands in the middle
bool irq_order(std::string_view before, Scanner, Draft& d) {
  const auto arrow = before.rfind("-safe -> ");
  if (arrow == std::string_view::npos) return false;
  const auto word = before.rfind(' ', arrow);
  return word != std::string_view::npos && splat(before.substr(0, word), d, "irq-unsafe order");
}
bool state(std::string_view before, Scanner, Draft& d) { return splat(before, d, "inconsistent lock state"); }
bool wait_context(std::string_view before, Scanner, Draft& d) { return splat(before, d, "invalid wait context"); }
bool unlock(std::string_view before, Scanner, Draft& d) { return splat(before, d, "bad unlock balance"); }
bool contention(std::string_view before, Scanner, Draft& d) { return splat(before, d, "bad contention"); }
bool nested(std::string_view before, Scanner, Draft& d) { return splat(before, d, "Nested lock was not taken"); }
bool freed(std::string_view before, Scanner, Draft& d) { return splat(before, d, "held lock freed"); }
bool to_user(std::string_view before, Scanner, Draft& d) {
  return splat(before, d, "lock held when returning to user space");
}
bool rcu(std::string_view before, Scanner, Draft& d) { return splat(before, d, "suspicious RCU usage"); }
// "WARNING: syz-fuzzer/4398 still has locks held!"; the comm may hold anything
bool still_held(std::string_view before, Scanner, Draft& d) {
  for (const std::string_view word : {"WARNING: ", "BUG: "})
    if (const auto at = before.find(word); at != std::string_view::npos) {
      std::int64_t pid = 0;
      if (!read_comm_pid(trim(before.substr(at + word.size())), d.report.comm, pid)) return false;
      d.report.pid = pid;
      return splat(before.substr(0, at + word.size()), d, "still has locks held");
    }
  return false;
}

// "... which became HARDIRQ-irq-safe at:": the interrupt that takes the lock names the report, where the log has it.
bool irq_stack(Scanner rest, Draft& d) {
  label_line(rest, d);
  if (line_text(d).find("-safe at:") == std::string_view::npos) return true;
  for (auto& stack : d.report.stacks)
    if (stack.context == "headline") stack.context.clear();
  d.report.stacks.back().context = "headline";
  return true;
}

// Who, and what comes next: a lock in question, or an address
bool asks(std::string_view text, Draft& d) {
  static constexpr auto forms = std::to_array<std::string_view>(
      {" is trying to acquire lock:", " is trying to acquire:", " just changed the state of lock:", " takes:",
       " is trying to lock:", " is trying to release lock (", " is trying to contend lock (", " is freeing memory ",
       " is leaving the kernel with locks still held!"});
  for (const auto form : forms) {
    const auto at = text.find(form);
    if (at == std::string_view::npos) continue;
    auto who = text.substr(0, at);
    who = who.substr(0, who.rfind(" [HC"));
    std::int64_t pid = 0;
    if (!read_comm_pid(who, d.report.comm, pid)) return false;
    d.report.pid = pid;
    keep_line(Scanner(text), d);
    if (form.ends_with('(')) {  // the lock stands here, the address on the next line
      auto name = text.substr(at + form.size());
      d.report.set_fact("wanted-lock", name.substr(0, name.rfind(") at:")));
      d.open_stack("at", "headline");
    }
    return true;
  }
  return false;
}

// The first lock behind "is trying to acquire lock:" is the wanted one: where it is taken names the report. If that is
// a helper, the next best is where the other lock was taken.
bool lock_row(std::string_view text, Draft& d) {
  auto lock = read_lock(text);
  if (!lock) return false;
  d.in_stack = false;
  d.add_message(trim(text));
  const bool wanted = d.report.pid && d.report.fact("wanted-lock").empty();
  const bool held = !wanted && d.report.fact("held-lock").empty();
  const bool names = wanted || held;
  if (names) d.report.set_fact(wanted ? "wanted-lock" : "held-lock", lock->name);
  if (lock->at) d.add_single("at", std::move(*lock->at), names ? "headline" : "");
  return true;
}

// " #0: ffffa00019769560 (rcu_read_lock){....}-{1:2}, at: foo+0x24/0x2f0": the lock that was forgotten, or bystanders
bool held_row(Scanner rest, Draft& d) {
  unsigned number = 0;
  if (!rest.dec(number) || !rest.lit(":")) return false;
  auto lock = read_lock(rest.rest());
  if (!lock) return false;
  d.in_stack = false;
  d.add_message(line_text(d));
  const auto problem = d.report.fact("problem");
  const bool names = number == 0 && (problem.starts_with("still ") || problem.starts_with("lock held"));
  if (names) d.report.set_fact("held-lock", lock->name);
  if (lock->at) d.add_single("at", std::move(*lock->at), names ? "headline" : "");
  return true;
}

// "6.1.0 #1 Not tainted", "6.1.192-kasan #1 Tainted: G           O      "
bool kernel_row(std::string_view text, Draft& d) {
  if (!d.report.kernel.release.empty() || d.block.cpu) return false;
  Scanner s(text);
  std::string_view release, number;
  if (!s.word(release) || !s.lit(" #") || !s.word(number)) return false;
  if (text.find("Not tainted") == std::string_view::npos && text.find("Tainted: ") == std::string_view::npos)
    return false;
  return true;
}

// lock(&x->lock);  CPU0  CPU1  ----  <Interrupt>  -> #1 (x){+.+.}-{3:3}:
bool scenario_row(std::string_view text, Draft& d) {
  // v5.11: "..." between "... which became HARDIRQ-irq-unsafe at:" and its frames, with or without a line end.
  if (text.starts_with("...") && d.in_stack)
    return trim(text.substr(3)).empty() || d.read_frame_line(trim(text.substr(3)));
  static constexpr auto starts = std::to_array<std::string_view>(
      {"lock(", "rlock(", "sync(", "<Interrupt>", "local_irq_disable();", "CPU0", "----", "*** DEADLOCK ***", "{", "}",
       "->", "hlock_id:", "depth: ", "context-{"});
  for (const auto start : starts)
    if (text.starts_with(start)) return keep_line(Scanner(text), d);
  return text.find(" --> ") != std::string_view::npos && keep_line(Scanner(text), d);
}

// "-> #1 (&lo->lo_ctl_mutex#2){+.+.}-{3:3}:" and "{IN-HARDIRQ-W} state was registered at:", "... acquired at:",
// "IN-HARDIRQ-W at:"
bool stack_row(std::string_view text, Draft& d) {
  const bool chain = text.starts_with("-> #") && text.ends_with(':');
  if (!chain && !text.ends_with(" at:") && text.find(" state was registered at:") == std::string_view::npos)
    return false;
  return label_line(Scanner(text), d);
}

// " ... key      at: [<ffffffff8b4d8f60>] __key.12345+0x0/0x40"
bool key_row(std::string_view text, Draft& d) {
  const auto at = text.find("... key ");
  if (at == std::string_view::npos) return false;
  d.in_stack = false;
  take_ref(Scanner(text.substr(at)), d, "key at");
  return true;
}

// " (&a->lock){....} -> (b_lock){+.+.}"
bool dependency_row(std::string_view text, Draft& d) {
  return text.starts_with('(') && text.find("){") != std::string_view::npos &&
         text.find(" -> (") != std::string_view::npos && keep_line(Scanner(text), d);
}

bool row(std::string_view text, Draft& d) {
  text = trim(text);
  if (text.empty()) return false;
  for (const auto reader : {asks, key_row, stack_row, dependency_row, lock_row, kernel_row, scenario_row})
    if (reader(text, d)) return true;
  return false;
}

// "net/tipc/bearer.c:177 suspicious rcu_dereference_protected() usage!"; anything of the form FILE:LINE words!
bool rcu_row(std::string_view text, Draft& d) {
  text = trim(text);
  std::string_view place;
  unsigned line = 0;
  Scanner s(text);
  if (d.report.fact("place").empty() && text.ends_with('!') && s.word(place)) {
    const auto colon = place.rfind(':');
    if (colon != std::string_view::npos && Scanner(place.substr(colon + 1)).dec(line)) {
      d.report.set_fact("place", place);
      d.report.set_fact("detail", trim(s.rest()));
      return keep_line(s, d);
    }
  }
  return row(text, d);
}

// "inconsistent {HARDIRQ-ON-W} -> {IN-HARDIRQ-W} usage."
bool usage(Scanner, Draft& d) {
  Scanner rest(line_text(d));
  rest.lit("inconsistent ");
  fact_until(rest, " usage.", d, "usage");
  return keep_line(rest, d);
}

// "2 locks held by trig/55:"
bool held_by(Scanner rest, Draft& d) {
  unsigned count = 0;
  std::int64_t pid = 0;
  std::string comm;
  if (!rest.dec(count) || !(rest.lit(" lock held by ") || rest.lit(" locks held by "))) return false;
  if (!d.report.pid && read_comm_pid(rest.rest(), comm, pid)) {
    d.report.comm = comm;
    d.report.pid = pid;
  }
  return keep_line(rest, d);
}

bool chain_head(Scanner, Draft& d) { return row(d.line->text, d); }

constexpr auto sections = std::to_array<Section>({
    {SectionId::text, "but ", keep_line},
    {SectionId::text, "and ", keep_line},
    {SectionId::text, "which ", keep_line},
    {SectionId::text, "to a ", keep_line},
    {SectionId::text, "the existing dependency chain", keep_line},
    {SectionId::text, "the dependencies between ", keep_line},
    {SectionId::text, "the shortest dependencies between ", keep_line},
    {SectionId::text, "other info that might help us debug this:", pass_line},
    {SectionId::text, "stack backtrace:", pass_line},
    {SectionId::text, "Possible unsafe locking scenario", keep_line},
    {SectionId::text, "Possible interrupt unsafe locking scenario", keep_line},
    {SectionId::text, "May be due to missing lock nesting notation", keep_line},
    {SectionId::text, "Chain exists of:", keep_line},
    {SectionId::text, "inconsistent {", usage},
    {SectionId::stack_label, "... which became ", irq_stack},
    {SectionId::stack_label, "-> ", chain_head},
    {SectionId::locks, "#", held_row},
    {SectionId::locks, "", held_by},
    {SectionId::text, "rcu_scheduler_active = ", keep_line},
    {SectionId::text, "RCU used illegally from ", keep_line},
    {SectionId::text, "Hash chain already cached", keep_line},
    {SectionId::text, "Held locks:", keep_line},
    {SectionId::text, "Locks in cached chain:", keep_line},
    {SectionId::text, "turning off the locking correctness validator.", pass_line},
    {SectionId::text, "Please attach the output of /proc/lock_stat", pass_line},
});

// Sleepers and senders take locks of their own on behalf of their caller.
constexpr auto helpers = std::to_array<std::string_view>({"flush_workqueue",
                                                          "__flush_workqueue",
                                                          "drain_workqueue",
                                                          "destroy_workqueue",
                                                          "cancel_work_sync",
                                                          "__cancel_work*",
                                                          "start_flush_work",
                                                          "touch_work_lockdep_map",
                                                          "del_timer_sync",
                                                          "timer_delete_sync",
                                                          "__timer_delete_sync",
                                                          "perf_trace_*",
                                                          "perf_tp_event_*",
                                                          "tp_perf_event_destroy",
                                                          "lockdep_*",
                                                          "console_trylock*",
                                                          "__down_trylock_console_sem",
                                                          "down_trylock",
                                                          "vprintk*",
                                                          "printk*",
                                                          "_printk*",
                                                          "save_trace*",
                                                          "mark_*",
                                                          "__might_fault",
                                                          "___might_sleep",
                                                          "bpf_prog_array_copy_to_user",
                                                          "copy_to_user*",
                                                          "lock_is_held*",
                                                          "rcu_note_context_switch",
                                                          "add_chain_cache*",
                                                          "lookup_chain*",
                                                          "print_*",
                                                          "alloc_list_entry",
                                                          "add_lock_to_list",
                                                          "local_bh_*",
                                                          "__local_bh_*",
                                                          "reacquire_held_locks"});

constexpr auto usual = FrameRole::report | FrameRole::exception | FrameRole::sanitizer | FrameRole::trace |
                       FrameRole::allocator | FrameRole::check | FrameRole::memory_helper | FrameRole::lock |
                       FrameRole::atomic | FrameRole::wait;

bool names_lock(const Report& r) { return r.culprit_frame.has_value(); }

std::string with_word(const Report& r, std::string_view culprit) {
  return std::string(r.fact("title-word")) + ": " + std::string(r.fact("problem")) + " in " + std::string(culprit);
}

constexpr auto deadlock_headers = std::to_array<Header>({
    {"possible circular locking dependency detected", circular},
    {"possible recursive locking detected", recursive},
    {"possible irq lock inversion dependency detected", inversion},
    {"-unsafe lock order detected", irq_order},
});
constexpr auto state_headers = std::to_array<Header>({{"inconsistent lock state", state}});
constexpr auto wait_headers = std::to_array<Header>({{"Invalid wait context", wait_context}});
constexpr auto balance_headers = std::to_array<Header>({
    {"bad unlock balance detected!", unlock},
    {"bad contention detected!", contention},
    {"Nested lock was not taken", nested},
});
constexpr auto held_headers = std::to_array<Header>({
    {"held lock freed!", freed},
    {"still has locks held!", still_held},
});
constexpr auto user_headers = std::to_array<Header>({{"lock held when returning to user space!", to_user}});
constexpr auto rcu_headers = std::to_array<Header>({
    {"suspicious RCU usage", rcu},
    {"suspicious rcu_dereference_check() usage", rcu},
});

// v6.1 kernel/locking/lockdep.c
constexpr auto lockdep_wordings = std::to_array<Wording>({
    {"problem", "recursive locking",
     "a lock of the class {wanted-lock|?} is taken while one of the same class is held"},
    {"problem", "irq-unsafe order",
     "{wanted-lock|a lock} is taken under {held-lock|another}, which interrupts take too: an interrupt at the wrong "
     "moment deadlocks"},
});

// v6.1 kernel/locking/lockdep.c
constexpr auto lockdep_held_lock_wordings = std::to_array<Wording>({
    {"problem", "held lock freed", "{task|a task} frees memory that holds a lock which is still held[ ({held-lock})]"},
    {"problem", "still has locks held",
     "{task|a task} sleeps or ends where it must hold no lock, but holds {held-lock|one}"},
});

}  // namespace

extern constinit const Kind lockdep_deadlock, lockdep_state, lockdep_wait, lockdep_balance, lockdep_held, lockdep_user,
    lockdep_rcu;

constinit const Kind lockdep_deadlock{
    .info = {"lockdep", "possible deadlock", Severity::warning},
    .headers = deadlock_headers,
    .sections = sections,
    .line = row,
    .title = "possible deadlock",
    .sentence =
        "locks are taken in an order that can deadlock: {wanted-lock|one lock} is wanted while {held-lock|another} is "
        "held, and elsewhere it is the other way round",
    .wordings = lockdep_wordings,
    .culprit = {.from = Culprit::From::headline, .skip = usual, .also = helpers},
    .dumps_registers = false,
};

constinit const Kind lockdep_state{
    .info = {"lockdep-state", "inconsistent lock state", Severity::warning},
    .headers = state_headers,
    .sections = sections,
    .line = row,
    .title = "inconsistent lock state",
    .sentence =
        "{wanted-lock|a lock} is taken in interrupts, and elsewhere with interrupts on: an interrupt that comes while "
        "it is held deadlocks[ ({usage})]",
    .culprit = {.from = Culprit::From::headline, .skip = usual, .also = helpers},
    .dumps_registers = false,
};

constinit const Kind lockdep_wait{
    .info = {"lockdep-wait-context", "invalid wait context", Severity::warning},
    .headers = wait_headers,
    .sections = sections,
    .line = row,
    .title = "WARNING: locking bug",
    .sentence = "a lock that may sleep[ ({wanted-lock})] was taken where sleeping is forbidden[: {held-lock} is held]",
    .culprit = {.from = Culprit::From::headline, .skip = usual, .also = helpers},
    .dumps_registers = false,
};

constinit const Kind lockdep_balance{
    .info = {"lockdep-balance", "locks taken and released out of balance", Severity::warning},
    .headers = balance_headers,
    .sections = sections,
    .line = row,
    .title_of = with_word,
    .sentence = "a lock was released that is not held, or twice[: {wanted-lock}]",
    .culprit = {.from = Culprit::From::headline, .skip = usual, .also = helpers},
    .dumps_registers = false,
};

constinit const Kind lockdep_held{
    .info = {"lockdep-held-lock", "lock still held", Severity::warning},
    .headers = held_headers,
    .sections = sections,
    .line = row,
    .title_of = with_word,
    .sentence =
        "a lock[ ({held-lock})] is still held where that is wrong: {problem|its memory is freed, or its task ends}",
    .wordings = lockdep_held_lock_wordings,
    .culprit = {.from = Culprit::From::headline, .skip = usual, .also = helpers},
    .dumps_registers = false,
};

// No trace: the CPU is on its way to user space.
constinit const Kind lockdep_user{
    .info = {"lockdep-user-space", "lock held when returning to user space", Severity::warning},
    .headers = user_headers,
    .sections = sections,
    .line = row,
    .title_of = with_word,
    .sentence = "{task|a task} goes back to user space with a lock held[: {held-lock}]",
    .culprit = {.from = Culprit::From::headline, .skip = usual, .also = helpers},
    .dumps_registers = false,
    .traceless = true,
    .whole = names_lock,
};

constinit const Kind lockdep_rcu{
    .info = {"lockdep-rcu", "suspicious RCU usage", Severity::warning},
    .headers = rcu_headers,
    .sections = sections,
    .line = rcu_row,
    .title_of = with_word,
    .sentence = "data under RCU was used[ at {place}] without the lock that protects it",
    .culprit = {.from = Culprit::From::trace, .skip = usual, .also = helpers},
    .dumps_registers = false,
};

}  // namespace unoops
