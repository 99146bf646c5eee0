// Who waits for whom, as the locks of a memory dump tell.
#pragma once

#include <string_view>

#include "base/rooms.hpp"
#include "kinds/rule.hpp"
#include "report/dumped_locks.hpp"

namespace unoops::kinds {

// From the chain's first waiter to who lets all wait, or to the deadlock, and what to look at. `held_by`: the words before
// the holder of the only lock. False: nobody is named, because the last lock does not tell.
bool tell_chain(const Report&, const WaitChain&, Explanation&, std::string_view id, std::string_view held_by);

}  // namespace unoops::kinds
