// lockdep: the cycle of locks drawn once, with where each is taken; what sleeping functions were called under.
#include <algorithm>
#include <array>
#include <vector>

#include "base/text.hpp"
#include "explain/rule.hpp"
#include "facts/frames.hpp"

namespace unoops {
namespace {

struct Link {
  std::string lock;
  const Frame* taken = nullptr;
};

const Frame* taker(const Stack& stack) {
  const auto noise = FrameRole::lock | FrameRole::report | FrameRole::atomic;
  const auto at = std::ranges::find_if(stack.frames, [&](const Frame& f) {
    return f.reliable && !f.ref.symbol.empty() && !frame_roles(f.ref.symbol).has(noise);
  });
  return at == stack.frames.end() ? nullptr : &*at;
}

// "-> #1 (&dev->lock2){+.+.}-{2:2}", in the log in reverse order: the last is taken last of all.
std::vector<Link> chain_of(const Report& r) {
  std::vector<Link> chain;
  for (const auto& stack : r.stacks) {
    if (!stack.label.starts_with("-> #")) continue;
    const auto open = stack.label.find('('), close = stack.label.rfind("){");
    if (open == std::string::npos || close == std::string::npos || close < open) continue;
    chain.push_back({stack.label.substr(open + 1, close - open - 1), taker(stack)});
  }
  return chain;
}

// "#1: is held, #0 is wanted": A → B means that B is taken while A is held.
void cycle(const Report& r, Explanation& e, std::string_view id) {
  const auto problem = r.fact("problem");
  if (problem == "recursive locking") {
    if (const auto lock = r.fact("wanted-lock"); !lock.empty())
      add_finding(e, id,
                  std::string(lock) + " → " + std::string(lock) +
                      ": a lock of this class is held already; the same lock waits for itself for ever, two of a class "
                      "need a nesting annotation");
    return;
  }
  const auto chain = chain_of(r);
  if (chain.size() < 2 || chain.size() > 8) return;
  std::string text;
  for (auto link = chain.rbegin(); link != chain.rend(); ++link) text += link->lock + " → ";
  add_finding(e, id, text + chain.back().lock + " (each is taken while the one before it is held)");
  for (auto link = chain.rbegin(); link != chain.rend(); ++link) {
    const auto& before = link == chain.rbegin() ? chain.front() : *(link - 1);
    if (link->taken)
      add_finding(e, id,
                  link->lock + " is taken in " + place_of(*link->taken) +
                      (chain.size() > 1 ? " while " + before.lock + " is held" : ""));
  }
  add_step(e,
           "choose one order for these locks and keep it in both places, or drop the outer lock before the inner one "
           "is taken");
}

void sleeping(const Report& r, Explanation& e, std::string_view id) {
  if (r.kind->id != "scheduling-while-atomic" && r.kind->id != "sleeping-in-atomic") return;
  // v6.1 include/linux/preempt.h: bits 0-7 preempt_disable and spinlocks, 8-15 softirq, 16-19 hardirq, 20-23 NMI
  unsigned long count = 0;
  for (const char c : r.fact("preempt-count")) {
    const char low = static_cast<char>(c | 0x20);
    if (c >= '0' && c <= '9')
      count = count * 16 + static_cast<unsigned>(c - '0');
    else if (low >= 'a' && low <= 'f')
      count = count * 16 + static_cast<unsigned>(low - 'a' + 10);
  }
  if (count == 0 || count > 0xffffff) return;
  std::string text;
  const auto say = [&](std::string words) { text += (text.empty() ? "" : ", ") + std::move(words); };
  if (count >> 20 & 0xf) say("an NMI");
  if (count >> 16 & 0xf) say("a hardware interrupt");
  if (count >> 8 & 0xff) say(count >> 8 & 1 ? "a soft interrupt" : "soft interrupts off");
  if (count & 0xff)
    say(std::to_string(count & 0xff) + " spinlock" + ((count & 0xff) > 1 ? "s" : "") + " or preempt_disable()");
  add_finding(e, id, "preempt count " + hex(count) + ": " + text);
}

constexpr auto rows = std::to_array<Rule>({
    {"lock-cycle", cycle},
    {"atomic-context", sleeping},
});

}  // namespace

std::span<const Rule> lock_rules() { return rows; }

}  // namespace unoops
