#include "decode/sequence.hpp"

#include <algorithm>
#include <functional>
#include <optional>
#include <string_view>

#include "base/limits.hpp"

namespace unoops::decode {
namespace {

void mix(std::size_t& hash, std::size_t more) { hash ^= more + 0x9e3779b97f4a7c15 + (hash << 6) + (hash >> 2); }

std::size_t key_of(std::int64_t time_us, std::optional<std::int64_t> pid, std::string_view signature,
                   std::string_view comm, std::string_view title) {
  auto hash = std::hash<std::int64_t>{}(time_us);
  mix(hash, std::hash<std::int64_t>{}(pid.value_or(-1)));
  for (const auto text : {signature, comm, title}) mix(hash, std::hash<std::string_view>{}(text));
  return hash;
}

// An event is known again by its time, task and words. Every boot has a time 0, and some logs have no times: those tell
// nothing.
std::optional<std::size_t> key_of(const Report& r) {
  if (r.time_us.value_or(0) <= 0) return std::nullopt;
  return key_of(*r.time_us, r.pid, r.signature, r.comm, r.title);
}

std::optional<std::size_t> key_of(const FollowUp& f) {
  if (f.time_us.value_or(0) <= 0) return std::nullopt;
  return key_of(*f.time_us, f.pid, f.signature, f.comm, f.title);
}

}  // namespace

const Sequence::Told* Sequence::told_before(const Report& r) const {
  const auto find = [&](const std::optional<std::size_t>& key) -> const Told* {
    const auto at = key ? earlier_.find(*key) : earlier_.end();
    if (at == earlier_.end()) return nullptr;
    const auto& host = at->second.host;
    if (r.machine && !at->second.of_dump) return nullptr;
    return host.empty() || r.host.empty() || host == r.host ? &at->second : nullptr;
  };
  if (!std::ranges::all_of(r.followed_by, [&](const FollowUp& f) { return find(key_of(f)) != nullptr; }))
    return nullptr;
  return find(key_of(r));
}

void Sequence::remember(const Report& r) {
  const auto keep = [&](const std::optional<std::size_t>& key) {
    if (key && current_.size() + earlier_.size() < base::limits::told_events)
      current_.try_emplace(*key, Told{r.number, r.host, r.machine.has_value()});
  };
  keep(key_of(r));
  for (const auto& f : r.followed_by) keep(key_of(f));
}

std::uint64_t Sequence::number_of(std::uint64_t in_source) const {
  auto later = dropped_count_;  // those that were dropped before it
  for (auto d = dropped_.rbegin(); d != dropped_.rend() && d->in_source >= in_source; ++d, --later)
    if (d->in_source == in_source) return d->number;
  return before_ + in_source - later;
}

bool Sequence::take(Report& r) {
  r.boot += boots_;
  if (const Told* told = told_before(r)) {
    dropped_.push_back({r.number, told->number});
    if (dropped_.size() > 2 * base::limits::open_reports) dropped_.pop_front();
    ++dropped_count_;
    return false;
  }
  r.number = number_of(r.number);
  if (r.follows) r.follows = number_of(*r.follows);
  if (r.left_behind) r.left_behind->report = number_of(r.left_behind->report);
  ++count_;
  remember(r);
  return true;
}

void Sequence::end_source(int boots) {
  boots_ += boots;
  before_ = count_;
  earlier_.merge(current_);
  current_.clear();
  dropped_.clear();
  dropped_count_ = 0;
}

}  // namespace unoops::decode
