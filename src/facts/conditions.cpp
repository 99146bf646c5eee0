#include "facts/conditions.hpp"

#include <algorithm>
#include <array>

#include "base/text.hpp"

namespace unoops::facts {
namespace {

struct Row {
  std::string_view macro, condition;  // patterns; the condition as the failed check has it
  std::string_view words, step;       // {} is what stands between the condition's brackets
};
// v6.1 include/linux/lockdep.h, include/linux/rtnetlink.h, include/linux/preempt.h, include/linux/irqflags.h
constexpr auto rows = std::to_array<Row>({
    {"lockdep_assert_held_write", "*", "{} is not held for writing", "take {} for writing before the call"},
    {"lockdep_assert_held_read", "*", "{} is not held for reading", "take {} before the call"},
    {"lockdep_assert_held*", "*", "{} is not held by the caller",
     "find the caller that comes here without {}: it must take it, or a variant that does is to be called"},
    {"lockdep_assert_not_held", "*", "{} is held by the caller, which must not hold it", "release {} before the call"},
    {"lockdep_assert_irqs_disabled", "*", "interrupts are on, where they must be off",
     "call it with interrupts off: local_irq_save(), spin_lock_irqsave()"},
    {"lockdep_assert_irqs_enabled", "*", "interrupts are off, where they must be on",
     "call it before interrupts are turned off, or after they are on again"},
    {"lockdep_assert_in_irq", "*", "it runs outside of an interrupt", ""},
    {"lockdep_assert_preemption_disabled", "*", "preemption is on, where it must be off",
     "call it between preempt_disable() and preempt_enable()"},
    {"lockdep_assert_preemption_enabled", "*", "preemption is off, where it must be on", ""},
    {"ASSERT_RTNL", "*", "the RTNL lock is not held", "call rtnl_lock() before"},
    {"*", "!irqs_disabled()", "interrupts are on, where they must be off",
     "call it with interrupts off: local_irq_save(), spin_lock_irqsave()"},
    {"*", "irqs_disabled()", "interrupts are off, where they must be on",
     "call it before interrupts are turned off, or after they are on again"},
    {"*", "in_interrupt()", "it runs in an interrupt, or with soft interrupts off", "leave it to a work item"},
    {"*", "in_irq()", "it runs in a hardware interrupt", "leave it to a work item or a threaded handler"},
    {"*", "in_hardirq()", "it runs in a hardware interrupt", "leave it to a work item or a threaded handler"},
    {"*", "in_nmi()", "it runs in an NMI, where no lock may be taken", "use irq_work_queue() there"},
    {"*", "!in_task()", "it runs in an interrupt, and needs a task", "leave it to a work item"},
    {"*", "in_atomic()", "it runs where it must not sleep", "call it where no lock is held"},
    {"*", "!rcu_read_lock_held()", "it runs outside of rcu_read_lock()", "call rcu_read_lock() before"},
    {"*", "!rtnl_is_locked()", "the RTNL lock is not held", "call rtnl_lock() before"},
    {"*", "!mutex_is_locked(*)", "the mutex {} is not held", "find the caller that comes here without {}"},
    {"*", "!spin_is_locked(*)", "the spinlock {} is not held", "find the caller that comes here without {}"},
    {"*", "!rwsem_is_locked(*)", "the semaphore {} is not held", "find the caller that comes here without {}"},
    {"*", "mutex_is_locked(*)", "the mutex {} is held", "release {} before"},
    {"*", "!list_empty(*)", "the list {} is not empty: something is still on it", "take every entry off {} before"},
    {"*", "list_empty(*)", "the list {} is empty", "check for an entry before the call"},
    {"*", "timer_pending(*)", "the timer {} still runs", "stop it first: timer_delete_sync()"},
    {"*", "work_pending(*)", "the work item {} is still queued", "stop it first: cancel_work_sync()"},
    {"*", "IS_ERR_OR_NULL(*)", "{} is NULL or an error code", "check it where it comes from"},
    {"*", "IS_ERR(*)", "{} is an error code, no pointer", "check it with IS_ERR() where it comes from"},
    {"*", "!PageLocked(*)", "the page {} is not locked", "call lock_page() before"},
    {"*", "!folio_test_locked(*)", "the folio {} is not locked", "call folio_lock() before"},
});

bool fits(std::string_view text, std::string_view pattern) {
  const auto star = pattern.find('*');
  if (star == std::string_view::npos || star == 0 || star + 1 == pattern.size())
    return pattern == "*" || matches_pattern(text, pattern);
  return text.size() >= pattern.size() - 1 && text.starts_with(pattern.substr(0, star)) &&
         text.ends_with(pattern.substr(star + 1)) && text.find('|') == std::string_view::npos &&
         text.find("&&") == std::string_view::npos;
}

// "!mutex_is_locked(&x->lock)" → "&x->lock"; without brackets the whole
std::string_view subject(const Row& row, std::string_view condition) {
  if (row.condition == "*" || row.condition.find('*') == std::string_view::npos) return condition;
  const auto open = condition.find('(');
  return condition.substr(open + 1, condition.size() - open - 2);
}

// "!dev->queue", "dev->queue == NULL": one pointer or number, and nothing else
std::string zero(std::string_view condition) {
  const auto plain = [](std::string_view name) {
    for (std::size_t i = 0; i < name.size(); ++i)
      if (!is_word(name[i]) && name[i] != '.' && !(name[i] == '-' && i + 1 < name.size() && name[i + 1] == '>') &&
          !(name[i] == '>' && i > 0 && name[i - 1] == '-'))
        return false;
    return !name.empty() && !is_digit(name[0]);
  };
  if (condition.ends_with(" == NULL") && plain(condition.substr(0, condition.size() - 8)))
    return std::string(condition.substr(0, condition.size() - 8)) + " is NULL";
  if (condition.starts_with('!') && plain(condition.substr(1)))
    return std::string(condition.substr(1)) + " is NULL, 0 or false";
  return {};
}

}  // namespace

FailedCondition failed_condition(std::string_view macro, std::string_view condition) {
  const auto at = std::ranges::find_if(
      rows, [&](const Row& row) { return fits(macro, row.macro) && fits(condition, row.condition); });
  const bool asserts = macro.find("assert") != std::string_view::npos || macro.find("ASSERT") != std::string_view::npos;
  if (at == rows.end() || (asserts && at->macro == "*")) return {asserts ? std::string() : zero(condition)};
  const auto named = [&](std::string_view text) {
    std::string out(text);
    for (auto gap = out.find("{}"); gap != std::string::npos; gap = out.find("{}"))
      out.replace(gap, 2, subject(*at, condition));
    return out;
  };
  return {named(at->words), named(at->step)};
}

}  // namespace unoops::facts
