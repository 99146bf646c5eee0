#include "input/kmsg.hpp"

#include <algorithm>

#include "base/limits.hpp"
#include "input/rows.hpp"

namespace unoops::input {

namespace {

constexpr std::size_t window = 8;  // records that wait for a lost one: UDP swaps neighbours, not more
constexpr std::uint64_t far = 64;  // numbers apart: not the same stretch of the log

// One field behind the fourth: "caller=T1", "ncfrag=0/1200", or one that we do not know.
bool kmsg_field(Scanner& s, LogLine& line, KmsgHeader& header) {
  const char* begin = s.rest().data();
  std::string_view value;
  const auto more = [](char c) { return c != ',' && c != ';'; };
  if (s.lit("caller=")) {
    s.run(more, value);
    line.caller = value;
    return true;
  }
  if (s.lit("ncfrag=")) {
    std::size_t offset = 0;
    std::size_t total = 0;
    if (!s.dec(offset) || !s.lit("/") || !s.dec(total)) return false;
    header.offset = offset;
    header.total = total;
    header.text = header.text.substr(0, static_cast<std::size_t>(begin - header.text.data()));
    return true;
  }
  return s.run(more, value);
}

// "6.6.8," of netconsole's `release` option (v6.6).
void release_field(Scanner& s) {
  Scanner ahead = s;
  std::string_view release;
  const auto part = [](char c) { return is_word(c) || c == '.' || c == '-' || c == '+' || c == '~'; };
  if (!ahead.run(part, release) || release.find('.') == std::string_view::npos || !ahead.lit(",")) return;
  s = ahead;
}

}  // namespace

// "4,812,93120044,-,caller=T771;text" (kernel/printk/printk.c, info_print_ext_header, v6.1)
bool kmsg_record(Peel& peel) {
  Scanner s = peel.rest;
  LogLine line = peel.line;
  KmsgHeader header;
  header.text = s.rest();
  unsigned priority = 0;
  std::int64_t us = 0;
  release_field(s);
  if (!s.dec(priority) || !s.lit(",") || !s.dec(header.sequence) || !s.lit(",") || !s.dec(us) || us < 0 || !s.lit(","))
    return false;
  header.flag = s.peek();
  if (!s.lit("-") && !s.lit("c") && !s.lit("+")) return false;
  while (s.lit(","))
    if (!kmsg_field(s, line, header)) return false;
  if (!s.lit(";")) return false;
  line.level = static_cast<int>(priority & 7);
  line.kernel = priority < 8;
  line.time_us = us;
  peel.line = line;
  peel.kmsg = header;
  peel.rest = s;
  return true;
}

// " SUBSYSTEM=pci", " my.key=user's data": the dictionary behind a record. The kernel's own have two keys (drivers/base/core.c,
// set_dev_info).
bool is_kmsg_dictionary(std::string_view text) {
  if (text.starts_with(" SUBSYSTEM=") || text.starts_with(" DEVICE=")) return true;
  Scanner s(text);
  std::string_view key;
  return s.lit(" ") && s.run([](char c) { return !is_blank(c) && c != '='; }, key) && s.lit("=");
}

KeptLine::KeptLine(const LogLine& line)
    : text(line.text),
      line_(line),
      raw_(line.raw),
      caller_(line.caller),
      wall_time_(line.wall_time),
      host_(line.host),
      cut_(line.cut) {}

LogLine KeptLine::line() const {
  LogLine out = line_;
  out.text = text;
  out.raw = raw_;
  out.caller = caller_;
  out.wall_time = wall_time_;
  out.host = host_;
  out.cut = cut_;
  return out;
}

void Resequencer::record(const KmsgHeader& header, const LogLine& line) {
  if (header.total) return part(header, line);
  const std::uint64_t sequence = header.sequence;
  if (!expected_) expected_ = sequence - std::min<std::uint64_t>(sequence, 1);  // the first may be the second
  const bool elsewhere = (sequence > *expected_ + far || sequence + far < *expected_);
  if (elsewhere) flush();                     // a new boot, or records were dropped
  if (elsewhere || sequence <= *expected_) {  // in its place, or too late for it
    in_order(sequence, header.flag, line);
    expected_ = elsewhere ? sequence + 1 : std::max(*expected_, sequence + 1);
    return release();
  }
  hold(header, line);
  if (held_.size() <= window) return;
  expected_ = held_.front().sequence;  // the missing one is lost
  release();
}

void Resequencer::hold(const KmsgHeader& header, const LogLine& line) {
  const auto behind = std::upper_bound(held_.begin(), held_.end(), header.sequence,
                                       [](std::uint64_t sequence, const Held& h) { return sequence < h.sequence; });
  if (behind != held_.begin() && std::prev(behind)->sequence == header.sequence) return;  // the packet came twice
  held_.insert(behind, Held{header.sequence, header.flag, KeptLine(line)});
}

void Resequencer::release() {
  while (!held_.empty() && held_.front().sequence <= *expected_) {
    const Held next = std::move(held_.front());
    held_.pop_front();
    in_order(next.sequence, next.flag, next.line.line());
    expected_ = next.sequence + 1;
  }
}

void Resequencer::in_order(std::uint64_t, char flag, const LogLine& line) {
  if (flag == '+' && open_ && open_->text.size() + line.text.size() <= limits::line_bytes) {
    open_->text += line.text;
    return;
  }
  close();
  if (flag == 'c')
    open_.emplace(line);
  else
    deliver_(line);
}

void Resequencer::close() {
  if (open_) deliver_(open_->line());
  open_.reset();
}

void Resequencer::part(const KmsgHeader& header, const LogLine& line) {
  if (*header.total > limits::line_bytes || *header.offset >= *header.total) return;
  auto whole =
      std::find_if(parts_.begin(), parts_.end(), [&](const Parts& p) { return p.header.sequence == header.sequence; });
  if (whole == parts_.end()) {
    if (parts_.size() >= window) complete(0);
    parts_.push_back(Parts{header, KeptLine(line), {}, 0});
    whole = std::prev(parts_.end());
    whole->header.text = {};
  }
  const bool added = whole->pieces.try_emplace(*header.offset, line.text).second;  // not a packet that came twice
  if (added) whole->received += line.text.size();
  // The record's own \n counts in the total, but ends the line that it came in.
  if (whole->received + 1 >= *whole->header.total) complete(static_cast<std::size_t>(whole - parts_.begin()));
}

// The pieces that came are joined without padding, so lost ones are simply missing in the text.
void Resequencer::complete(std::size_t index) {
  Parts whole = std::move(parts_[index]);
  parts_.erase(parts_.begin() + static_cast<std::ptrdiff_t>(index));
  whole.line.text.clear();
  for (const auto& [offset, piece] : whole.pieces) whole.line.text += piece;
  while (whole.line.text.ends_with('\n')) whole.line.text.pop_back();
  whole.header.offset = whole.header.total = {};
  record(whole.header, whole.line.line());
}

void Resequencer::flush() {
  while (!parts_.empty()) complete(0);
  while (!held_.empty()) {
    expected_ = held_.front().sequence;
    release();
  }
  close();
}

}  // namespace unoops::input
