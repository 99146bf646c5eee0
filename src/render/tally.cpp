#include "render/tally.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/with_commas.hpp"
#include "unoops/known.hpp"

namespace unoops::render {
namespace {

// FNV-1a, and the last mixer of MurmurHash3, so that the smallest are as good as drawn by lot. The same on every machine.
std::uint64_t hash_of(std::string_view text) {
  std::uint64_t hash = 0xcbf29ce484222325;
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3;
  hash = (hash ^ hash >> 33) * 0xff51afd7ed558ccd;
  hash = (hash ^ hash >> 33) * 0xc4ceb9fe1a85ec53;
  return hash ^ hash >> 33;
}

std::string plural_of(std::uint64_t n, std::string_view one, std::string_view many) {
  return fmt::format("{} {}", with_commas(n), n == 1 ? one : many);
}

}  // namespace

void Distinct::add(std::string_view text) {
  smallest_.insert(hash_of(text));
  if (smallest_.size() > most_) smallest_.erase(std::prev(smallest_.end()));
}

std::uint64_t Distinct::count() const {
  if (exact()) return smallest_.size();
  const auto largest = static_cast<double>(*smallest_.rbegin()) + 1;
  return static_cast<std::uint64_t>(static_cast<double>(most_ - 1) / largest * 0x1p64);
}

std::string count_words(const Distinct& of, std::string_view one, std::string_view many) {
  return (of.exact() ? "" : "about ") + plural_of(of.count(), one, many);
}

void Tally::add(const Report& r) {
  // Most reports stand in the same boot as the one before.
  if (reports_++ == 0 || r.boot != last_.boot || r.file != last_.file || r.host != last_.host) {
    boots_.add(fmt::format("{}\n{}\n{}", r.host, r.file, r.boot));
    files_.add(r.file);
    if (!r.host.empty()) hosts_.add(r.host);
    last_ = {r.host, r.file, r.boot};
  }
  if (recent_.size() > most_recent) recent_.erase(recent_.begin());
  if (r.follows) return make_worse(r);
  recent_[r.number] = {r.number, severity_of(r)};
  ++incidents_;
  ++of_severity_[static_cast<std::size_t>(severity_of(r))];
  known_ += r.known.has_value();
}

void Tally::make_worse(const Report& follower) {
  const auto before = recent_.find(*follower.follows);
  if (before == recent_.end()) return;  // it was left out
  const auto number = before->second.incident;
  recent_[follower.number].incident = number;
  const auto incident = recent_.find(number);
  if (incident == recent_.end() || severity_of(follower) <= incident->second.worst) return;
  --of_severity_[static_cast<std::size_t>(incident->second.worst)];
  incident->second.worst = severity_of(follower);
  ++of_severity_[static_cast<std::size_t>(incident->second.worst)];
}

// "an error", "all errors", "1 fatal, 2 errors".
std::string Tally::severities() const {
  std::string out;
  for (auto s = of_severity_.size(); s-- > 0;) {
    if (of_severity_[s] == 0) continue;
    const auto severity = static_cast<Severity>(s);
    const std::string one(severity_id(severity));
    const std::string many = severity == Severity::fatal ? one : one + "s";
    if (incidents_ == 1) return severity == Severity::fatal ? one : (severity == Severity::error ? "an " : "a ") + one;
    if (of_severity_[s] == incidents_) return "all " + many;
    out += (out.empty() ? "" : ", ") + plural_of(of_severity_[s], one, many);
  }
  return out;
}

std::string Tally::known() const {
  if (known_ == 0) return {};
  if (known_ == incidents_) return known_ == 1 ? "; known" : "; all known";
  return fmt::format("; {} of them known", with_commas(known_));
}

std::string Tally::words() const {
  std::string out = plural_of(incidents_, "incident", "incidents");
  if (reports_ != incidents_) out += fmt::format(" ({})", plural_of(reports_, "report", "reports"));
  if (boots_.count() > 1) out += " in " + count_words(boots_, "boot", "boots");
  if (several_hosts()) out += " on " + count_words(hosts_, "host", "hosts");
  if (incidents_ == 0) return out;  // what they follow was left out
  const bool alike = std::ranges::find(of_severity_, incidents_) != of_severity_.end();
  return out + (alike ? ", " : ": ") + severities() + known();
}

std::string Tally::heading() const {
  if (reports_ == 0) return "No kernel report";
  if (reports_ == 1 && incidents_ == 1) return "Kernel report: " + severities() + known();
  return "Kernel reports: " + words();
}

}  // namespace unoops::render
