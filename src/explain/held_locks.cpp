#include "explain/held_locks.hpp"

#include <charconv>
#include <string_view>

#include "base/text.hpp"
#include "facts/frames.hpp"

namespace unoops::explain {
namespace {

// "1 lock held by kworker/1:2/412:": the pid stands behind the last slash
bool read_owner(std::string_view text, HeldLock& owner) {
  const auto at = text.find(" held by "), slash = text.rfind('/');
  if (at == std::string_view::npos || slash == std::string_view::npos || slash < at + 9 || !text.ends_with(':'))
    return false;
  owner.comm = text.substr(at + 9, slash - at - 9);
  const auto* end = text.data() + text.size() - 1;
  return std::from_chars(text.data() + slash + 1, end, owner.pid).ptr == end;
}

// "#0: ffff888001ee4100 (&dev->mutex#3){+.+.}-{3:3}, at: kfault_owner+0x1d/0x40 [kfault]"
// (v6.1 kernel/locking/lockdep.c print_lock)
bool read_lock(std::string_view text, HeldLock& lock) {
  const auto open = text.find(" ("), usage = text.find("){"), at = text.find(", at: ");
  if (!text.starts_with('#') || open == std::string_view::npos || usage == std::string_view::npos ||
      at == std::string_view::npos || usage < open || at < usage)
    return false;
  const auto address = trim(text.substr(0, open));
  lock.address = address.substr(address.rfind(' ') + 1);
  lock.name = text.substr(open + 2, usage - open - 2);
  const auto types = text.find("}-{", usage);
  lock.spins = types != std::string_view::npos && types < at && (text[types + 3] == '1' || text[types + 3] == '2');
  const auto place = text.substr(at + 6);
  lock.at = source_name(place.substr(0, place.find_first_of("+ ")));
  if (const auto module = place.find(" ["); module != std::string_view::npos)
    lock.module = place.substr(module + 2, place.find(']', module) - module - 2);
  return !lock.address.empty();
}

}  // namespace

std::vector<HeldLock> held_locks(const Report& r) {
  std::vector<HeldLock> out;
  HeldLock owner;
  for (const auto& message : r.messages) {
    const auto text = trim(message);
    if (read_owner(text, owner)) continue;
    HeldLock lock = owner;
    if (owner.comm.empty() || !read_lock(text, lock)) continue;
    lock.last = true;
    if (!out.empty() && out.back().pid == lock.pid && out.back().comm == lock.comm) out.back().last = false;
    out.push_back(std::move(lock));
  }
  return out;
}

std::string taken_in(const HeldLock& lock) { return lock.at + (lock.module.empty() ? "" : " [" + lock.module + "]"); }

}  // namespace unoops::explain
