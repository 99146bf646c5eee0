#include "input/pstore.hpp"

#include <utility>

#include "input/rows.hpp"

namespace unoops::input {

namespace {

// A dump is what kmsg_bytes lets through (10 KiB by default), at most the kernel's log buffer.
constexpr std::size_t kept_bytes = 4 * 1024 * 1024;

}  // namespace

bool PartSorter::take(const RawLine& line) {
  if (passing_) return false;
  std::string_view text = line.bytes;
  while (text.ends_with('\r')) text.remove_suffix(1);
  if (!line.continued && begins_part(text)) {
    parts_.back().lines.push_back({line, std::string(line.bytes)});
    return true;
  }
  if (parts_.empty()) return false;
  kept_ += line.bytes.size() + sizeof(Kept);
  if (kept_ > kept_bytes) {
    release();
    return false;
  }
  parts_.back().lines.push_back({line, std::string(line.bytes)});
  return true;
}

// In rising order parts are kept until they can be turned round; in falling order each goes on when the next one
// begins.
bool PartSorter::begins_part(std::string_view text) {
  constexpr std::size_t longest = 48;
  PstorePart part;
  if (text.size() > longest || text.empty() || !is_digit(text.back()) || !pstore_header(text, part)) return false;
  const std::string event = std::string(part.reason) + "#" + std::to_string(part.count);
  const bool rising = !parts_.empty() && event == event_ && part.part > parts_.back().number;
  if (!rising) release();
  if (event != event_) last_ = 0;
  event_ = event;
  parts_.push_back({part.part, {}});
  return true;
}

void PartSorter::release() {
  kept_ = 0;
  const auto parts = std::exchange(parts_, {});
  passing_ = true;
  for (auto part = parts.rbegin(); part != parts.rend(); ++part) {
    if (last_ > part->number + 1) gap_(part->number + 1);
    last_ = part->number;
    for (const auto& kept : part->lines) {
      RawLine line = kept.line;
      line.bytes = kept.bytes;
      deliver_(line);
    }
  }
  passing_ = false;
}

void PartSorter::finish() {
  release();
  last_ = 0;
  event_.clear();
}

}  // namespace unoops::input
