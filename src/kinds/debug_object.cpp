// A timer, work item or other object used against its state: the WARN() of v6.1 lib/debugobjects.c debug_print_object.
#include <algorithm>
#include <array>
#include <string>

#include "kinds/incident.hpp"
#include "kinds/kind.hpp"
#include "kinds/place.hpp"

namespace unoops::kinds {

extern constinit const Kind warning;

namespace {

bool is_debug_object(const Report& r) { return is_in_file(r, "lib/debugobjects.c"); }

constexpr std::string_view odebug_words = "debug_ rcu hrtimer_ timer_ work_ percpu_ vunmap vfree __free_ kobj";

struct Verb {
  std::string_view call, words;
};
// v6.1 lib/debugobjects.c: "ODEBUG: free active (active state 0) object type: timer_list hint: foo+0x0/0x30"
std::string misuse(const Report& r) {
  static constexpr auto verbs = std::to_array<Verb>({{"init ", "initialised"},
                                                     {"activate ", "started"},
                                                     {"deactivate ", "stopped"},
                                                     {"destroy ", "destroyed"},
                                                     {"free ", "freed"},
                                                     {"assert_init ", "used"}});
  const std::string_view message = first_message(r);
  const auto type_at = message.find("object type: "), state_at = message.find(" (active state");
  auto words = message.substr(0, state_at);
  const auto call = words.starts_with("ODEBUG: ") ? words.substr(8) : std::string_view{};
  const auto verb = std::ranges::find_if(verbs, [&](const Verb& v) { return call.starts_with(v.call); });
  if (verb == verbs.end() || type_at == std::string_view::npos || state_at == std::string_view::npos) return {};
  const auto state = call.substr(verb->call.size());
  const auto type = message.substr(type_at + 13);
  std::string text = "a " + std::string(type.substr(0, type.find(' '))) + " was " + std::string(verb->words);
  text += state == "active"          ? " while it is still active"
          : state == "not available" ? " that was never initialised"
                                     : " while it is " + std::string(state);
  if (const auto hint = type.find("hint: "); hint != std::string_view::npos)
    text += " (" + std::string(type.substr(hint + 6, type.find('+', hint) - hint - 6)) + ")";
  return text;
}

struct Step {
  std::string_view call, type, words;
};
// The first that fits; v6.1 kernel/time/timer.c, hrtimer.c, kernel/workqueue.c, kernel/rcu/rcu.h, lib/percpu_counter.c
constexpr auto steps = std::to_array<Step>({
    {"free active", "timer_list",
     "stop the timer before its memory is freed: timer_shutdown_sync(), timer_delete_sync()"},
    {"free active", "hrtimer", "stop the timer before its memory is freed: hrtimer_cancel()"},
    {"free active", "work_struct",
     "stop the work item before its memory is freed: cancel_work_sync(), cancel_delayed_work_sync()"},
    {"free active", "rcu_head",
     "wait for the callback before the memory is freed: rcu_barrier(), or let the callback free it"},
    {"free active", "percpu_counter", "call percpu_counter_destroy() before the memory is freed"},
    {"free active", "", "end the object's use before its memory is freed"},
    {"activate active", "rcu_head",
     "call_rcu() was called twice for one object: let only the last reference free it, once"},
    {"init active", "timer_list", "set the timer up once; to start it anew use mod_timer(), not timer_setup()"},
    {"init active", "work_struct", "call INIT_WORK() once, where the object is made, and not before each use"},
    {"activate not available", "",
     "set the object up (timer_setup(), INIT_WORK(), hrtimer_init()) before it is started"},
    {"assert_init not available", "",
     "set the object up (timer_setup(), INIT_WORK()) before it is stopped or tested, errors "
     "on the way of its set-up included"},
});

void next_step(const Report& r, Explanation& e, std::string_view) {
  const std::string_view message = first_message(r);
  const auto at = std::ranges::find_if(steps, [&](const Step& s) {
    return message.starts_with("ODEBUG: " + std::string(s.call)) &&
           message.find("object type: " + std::string(s.type)) != std::string_view::npos;
  });
  if (at != steps.end()) add_step(e, std::string(at->words));
}

constexpr auto rules = std::to_array<Rule>({{"next-step", next_step}});
constexpr auto gaps = std::to_array<Gap>({{"misuse", misuse}});
constexpr auto wordings = std::to_array<Wording>({{"misuse", "", "{misuse}"}});

}  // namespace

extern constinit const Kind debug_object{
    .info = {"debug-object", "timer, work or other object misused", Severity::warning},
    .title = "WARNING: ODEBUG bug",
    .sentence = "an object (timer, work, rcu_head) was used against its state[: {message}]",
    .wordings = wordings,
    .gaps = gaps,
    .culprit = {.from = Culprit::From::headline, .words = odebug_words},
    .rules = rules,
    .next = "set the object up once before it is used, and never again while it is in use",
    .goes_on = same_place,
    .refines = &warning,
    .claims = is_debug_object,
};

}  // namespace unoops::kinds
