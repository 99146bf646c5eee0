#include "kinds/lockdep_lines.hpp"

#include <string>

#include "base/text.hpp"
#include "grammar/symbol_ref.hpp"
#include "grammar/words.hpp"
#include "kinds/headers.hpp"
#include "kinds/locks.hpp"
#include "report/fact_names.hpp"

namespace unoops::kinds {

// "... which became HARDIRQ-irq-safe at:": the interrupt that takes the lock names the report, where the log has it.
bool lockdep_irq_stack(Scanner rest, ReportBuilder& d) {
  label_line(rest, d);
  if (line_text(d).find("-safe at:") == std::string_view::npos) return true;
  for (auto& stack : d.report.stacks)
    if (stack.occurrence == Occurrence::headline) stack.occurrence = Occurrence::own;
  d.report.stacks.back().occurrence = Occurrence::headline;
  return true;
}

namespace {

// Who, and what comes next: a lock in question, or an address
bool asks(std::string_view text, ReportBuilder& d) {
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
      d.report.set_fact(fact::wanted_lock, name.substr(0, name.rfind(") at:")));
      d.open_stack("at", Occurrence::headline);
    }
    return true;
  }
  return false;
}

// The lock that stands below "but this new dependency connects a HARDIRQ-irq-safe lock:", "to a HARDIRQ-irq-unsafe lock:"
// (v6.1 kernel/locking/lockdep.c print_bad_irq_dependency), "but this lock took another, HARDIRQ-unsafe lock in the
// past:", "but this lock was taken by another, HARDIRQ-safe lock in the past:" (print_irq_inversion_bug): the other of the
// last two is the lock whose state just changed.
void irq_row(std::string_view name, ReportBuilder& d) {
  if (d.report.messages.empty()) return;
  const auto above = trim(std::string_view(d.report.messages.back()));
  const auto set = [&](FactName fact, std::string_view lock) {
    if (!lock.empty() && d.report.fact(fact).empty()) d.report.set_fact(fact, lock);
  };
  const std::string wanted(d.report.fact(fact::wanted_lock));
  if (above.ends_with("-irq-safe lock:")) return set(fact::irq_safe_lock, name);
  if (above.ends_with("-irq-unsafe lock:")) return set(fact::irq_unsafe_lock, name);
  if (above.ends_with("-unsafe lock in the past:")) {
    set(fact::irq_safe_lock, wanted);
    return set(fact::irq_unsafe_lock, name);
  }
  if (!above.ends_with("-safe lock in the past:")) return;
  set(fact::irq_safe_lock, name);
  set(fact::irq_unsafe_lock, wanted);
}

// The first lock behind "is trying to acquire lock:" is the wanted one: where it is taken names the report. If that is
// a helper, the next best is where the other lock was taken.
bool lock_row(std::string_view text, ReportBuilder& d) {
  auto lock = read_lock(text);
  if (!lock) return false;
  d.in_stack = false;
  irq_row(lock->name, d);
  d.add_message(trim(text));
  const bool wanted = d.report.pid && d.report.fact(fact::wanted_lock).empty();
  const bool held = !wanted && d.report.fact(fact::held_lock).empty();
  const bool names = wanted || held;
  if (names) d.report.set_fact(wanted ? fact::wanted_lock : fact::held_lock, lock->name);
  if (lock->at) d.add_single("at", std::move(*lock->at), names ? Occurrence::headline : Occurrence::own);
  return true;
}

}  // namespace

// " #0: ffffa00019769560 (rcu_read_lock){....}-{1:2}, at: foo+0x24/0x2f0": the lock that was forgotten, or bystanders
bool lockdep_held_row(Scanner rest, ReportBuilder& d) {
  unsigned number = 0;
  if (!rest.dec(number) || !rest.lit(":")) return false;
  auto lock = read_lock(rest.rest());
  if (!lock) return false;
  d.in_stack = false;
  d.add_message(line_text(d));
  const auto problem = d.report.fact(fact::problem);
  const bool names = number == 0 && (problem.starts_with("still ") || problem.starts_with("lock held"));
  if (names) d.report.set_fact(fact::held_lock, lock->name);
  if (lock->at) d.add_single("at", std::move(*lock->at), names ? Occurrence::headline : Occurrence::own);
  return true;
}

namespace {

// "6.1.0 #1 Not tainted", "6.1.192-kasan #1 Tainted: G           O      "
bool kernel_row(std::string_view text, ReportBuilder& d) {
  if (!d.report.kernel.release.empty() || d.block.cpu) return false;
  Scanner s(text);
  std::string_view release, number;
  if (!s.word(release) || !s.lit(" #") || !s.word(number)) return false;
  if (text.find("Not tainted") == std::string_view::npos && text.find("Tainted: ") == std::string_view::npos)
    return false;
  return true;
}

// lock(&x->lock);  CPU0  CPU1  ----  <Interrupt>  -> #1 (x){+.+.}-{3:3}:
bool scenario_row(std::string_view text, ReportBuilder& d) {
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

// "-> #1 (&lo->lo_ctl_mutex#2){+.+.}-{3:3}:"
// "{IN-HARDIRQ-W} state was registered at:"
// "... acquired at:"
// "IN-HARDIRQ-W at:"
bool stack_row(std::string_view text, ReportBuilder& d) {
  const bool chain = text.starts_with("-> #") && text.ends_with(':');
  if (!chain && !text.ends_with(" at:") && text.find(" state was registered at:") == std::string_view::npos)
    return false;
  return label_line(Scanner(text), d);
}

// " ... key      at: [<ffffffff8b4d8f60>] __key.12345+0x0/0x40"
bool key_row(std::string_view text, ReportBuilder& d) {
  const auto at = text.find("... key ");
  if (at == std::string_view::npos) return false;
  d.in_stack = false;
  take_ref(Scanner(text.substr(at)), d, "key at");
  return true;
}

// " (&a->lock){....} -> (b_lock){+.+.}"
bool dependency_row(std::string_view text, ReportBuilder& d) {
  return text.starts_with('(') && text.find("){") != std::string_view::npos &&
         text.find(" -> (") != std::string_view::npos && keep_line(Scanner(text), d);
}

}  // namespace

bool lockdep_row(std::string_view text, ReportBuilder& d) {
  text = trim(text);
  if (text.empty()) return false;
  for (const auto reader : {asks, key_row, stack_row, dependency_row, lock_row, kernel_row, scenario_row})
    if (reader(text, d)) return true;
  return false;
}

// "net/tipc/bearer.c:177 suspicious rcu_dereference_protected() usage!"; anything of the form FILE:LINE words!
bool lockdep_rcu_row(std::string_view text, ReportBuilder& d) {
  text = trim(text);
  std::string_view place;
  unsigned line = 0;
  Scanner s(text);
  if (d.report.fact(fact::place).empty() && text.ends_with('!') && s.word(place)) {
    const auto colon = place.rfind(':');
    if (colon != std::string_view::npos && Scanner(place.substr(colon + 1)).dec(line)) {
      d.report.set_fact(fact::place, place);
      d.report.set_fact(fact::detail, trim(s.rest()));
      return keep_line(s, d);
    }
  }
  return lockdep_row(text, d);
}

// "inconsistent {HARDIRQ-ON-W} -> {IN-HARDIRQ-W} usage."
bool lockdep_usage(Scanner, ReportBuilder& d) {
  Scanner rest(line_text(d));
  rest.lit("inconsistent ");
  fact_until(rest, " usage.", d, fact::usage);
  return keep_line(rest, d);
}

// "2 locks held by trig/55:"
bool lockdep_held_by(Scanner rest, ReportBuilder& d) {
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

bool lockdep_chain_head(Scanner, ReportBuilder& d) { return lockdep_row(d.line->text, d); }

}  // namespace unoops::kinds
