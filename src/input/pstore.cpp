#include "input/pstore.hpp"

#include <utility>

#include "input/rows.hpp"

namespace unoops::input {

namespace {

// A dump is what kmsg_bytes lets through (10 KiB by default), at most the kernel's log buffer.
constexpr std::size_t kept_bytes = 4 * 1024 * 1024;
constexpr std::size_t longest_header = 48;

// Where "Panic#1 Part2" is on the line; npos: nowhere. Before v3.5 the log was bytes, and a part began and ended
// anywhere: the next file's header is then glued to the end of the one before.
std::size_t find_header(std::string_view text) {
  std::size_t digits = 0;
  while (digits < text.size() && is_digit(text[text.size() - 1 - digits])) ++digits;
  if (digits == 0 || !text.substr(0, text.size() - digits).ends_with(" Part")) return std::string_view::npos;
  const auto sharp = text.rfind('#');
  if (sharp == std::string_view::npos || sharp + longest_header < text.size()) return std::string_view::npos;
  std::size_t at = sharp;
  while (at > 0 && sharp - at < longest_header && is_word(text[at - 1]) && !is_digit(text[at - 1])) --at;
  PstorePart part;
  for (; at < sharp; ++at)
    if (pstore_header(text.substr(at), part)) return at;
  return std::string_view::npos;
}

}  // namespace

bool PartSorter::take(const RawLine& line) {
  if (passing_) return false;
  std::string_view text = line.bytes;
  while (text.ends_with('\r')) text.remove_suffix(1);
  const auto header = line.continued ? std::string_view::npos : find_header(text);
  if (header == 0 || (header != std::string_view::npos && !parts_.empty())) {
    if (header != 0) {
      keep(line, text.substr(0, header));
      parts_.back().lines.back().cut = true;
    }
    begins_part(text.substr(header));
    keep(line, text.substr(header));
    return true;
  }
  if (parts_.empty()) return false;
  keep(line, line.bytes);
  if (kept_ > kept_bytes) release();
  return true;
}

void PartSorter::keep(const RawLine& line, std::string_view bytes) {
  kept_ += bytes.size() + sizeof(Kept);
  parts_.back().lines.push_back({line, std::string(bytes)});
}

// In rising order parts are kept until they can be turned round; in falling order each goes on when the next one
// begins.
void PartSorter::begins_part(std::string_view header) {
  PstorePart part;
  pstore_header(header, part);
  const std::string event = std::string(part.reason) + "#" + std::to_string(part.count);
  const bool rising = !parts_.empty() && event == event_ && part.part > parts_.back().number;
  if (!rising) release();
  if (event != event_) last_ = 0;
  event_ = event;
  parts_.push_back({part.part, {}});
}

void PartSorter::release() {
  kept_ = 0;
  const auto parts = std::exchange(parts_, {});
  passing_ = true;
  for (auto part = parts.rbegin(); part != parts.rend(); ++part) {
    if (last_ != part->number + 1) hand_out_open();
    if (last_ > part->number + 1) gap_(part->number + 1);
    last_ = part->number;
    for (const auto& kept : part->lines) hand_out(kept);
  }
  passing_ = false;
}

// The line that the part before left open continues behind this part's header.
void PartSorter::hand_out(const Kept& kept) {
  PstorePart ignored;
  const bool goes_on = !open_.empty() && !pstore_header(kept.bytes, ignored);
  std::string bytes = goes_on ? std::exchange(open_, {}) + kept.bytes : kept.bytes;
  RawLine line = kept.line;
  if (kept.cut) {
    open_line_ = line;
    open_ = std::move(bytes);
    return;
  }
  line.bytes = bytes;
  deliver_(line);
}

void PartSorter::hand_out_open() {
  if (open_.empty()) return;
  const std::string bytes = std::exchange(open_, {});
  open_line_.bytes = bytes;
  deliver_(open_line_);
}

void PartSorter::finish() {
  if (parts_.size() > 1 && !parts_.back().lines.back().line.ended) parts_.back().lines.back().cut = true;
  release();
  hand_out_open();
  last_ = 0;
  event_.clear();
}

}  // namespace unoops::input
