#include "kinds/held_locks.hpp"

#include <charconv>
#include <string_view>

#include "base/text.hpp"
#include "facts/frames.hpp"
#include "kinds/locks.hpp"

namespace unoops::kinds {
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
bool read_row(std::string_view text, HeldLock& lock) {
  const auto colon = text.find(": ");
  if (!text.starts_with('#') || colon == std::string_view::npos) return false;
  const auto row = read_lock(text.substr(colon + 2));
  if (!row || row->address.empty() || !row->at) return false;
  lock.address = row->address;
  lock.name = row->name;
  lock.spins = row->wait.starts_with('1') || row->wait.starts_with('2');
  lock.at = source_name(row->at->ref.symbol);
  lock.module = row->at->ref.module;
  return true;
}

}  // namespace

std::vector<HeldLock> held_locks(const Report& r) {
  std::vector<HeldLock> out;
  HeldLock owner;
  for (const auto& message : r.messages) {
    const auto text = trim(message);
    if (read_owner(text, owner)) continue;
    HeldLock lock = owner;
    if (owner.comm.empty() || !read_row(text, lock)) continue;
    lock.last = true;
    if (!out.empty() && out.back().pid == lock.pid && out.back().comm == lock.comm) out.back().last = false;
    out.push_back(std::move(lock));
  }
  return out;
}

std::string taken_in(const HeldLock& lock) { return lock.at + (lock.module.empty() ? "" : " [" + lock.module + "]"); }

}  // namespace unoops::kinds
