#include "kinds/lock_chains.hpp"

#include <string>

namespace unoops::kinds {
namespace {

constexpr auto dumped_owners = "the locks' owners in the dump";

void tell_deadlock(const Report& r, const WaitChain& chain, Explanation& e, std::string_view id,
                   const std::string& words) {
  const auto begin = *chain.closes, in_ring = chain.links.size() - begin;
  const auto holder = task_words(r, *chain.holder);
  if (begin != 0)
    add_certain(
        e, id,
        "the lock is held by " + task_words(r, chain.links[1].waiter) + ", which is in a deadlock or waits behind one",
        dumped_owners);
  if (in_ring == 1)
    add_certain(e, id, "a deadlock: " + holder + " waits for a lock that it holds itself", dumped_owners);
  else
    add_certain(e, id, "a deadlock" + std::string(in_ring == 2 ? " (ABBA): " : ": ") + words, dumped_owners);
  add_step(e, in_ring == 1
                  ? "find where " + holder + " has taken it already: further out on its stack, or without letting go"
                  : "take these locks in one order on all paths: the stacks of these tasks show where each asks");
}

}  // namespace

bool tell_chain(const Report& r, const WaitChain& chain, Explanation& e, std::string_view id,
                std::string_view held_by) {
  if (!chain.holder) return false;
  const auto task = [&](std::size_t i) { return task_words(r, chain.links[i].waiter); };
  const auto holder = task_words(r, *chain.holder);
  std::string words;
  const auto begin = chain.closes.value_or(0);
  for (auto i = begin; i < chain.links.size(); ++i)
    words += task(i) + (i == begin ? " waits for " : " for ") + (i + 1 < chain.links.size() ? task(i + 1) + ", " : "");
  words += holder;
  if (chain.closes) {
    tell_deadlock(r, chain, e, id, words);
    return true;
  }
  if (chain.links.size() == 1)
    add_certain(e, id, std::string(held_by) + holder, "the lock's owner in the dump");
  else
    add_certain(e, id, (r.pid ? "it is the end of a chain: " : holder + " is at the end of a chain: ") + words,
                dumped_owners);
  add_step(e, "see in the stack of " + holder + " why it does not let go");
  return true;
}

}  // namespace unoops::kinds
