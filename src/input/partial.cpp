// Lines that a container runtime logged in parts (kubernetes/cri-api's log format: containerd, CRI-O): "P" is
// continued, "F" is the last part or a whole line. Docker's json-file driver (v20.10, loggerutils) cuts at 16 KiB and
// leaves the \n out: journal_json.cpp.
#include <algorithm>
#include <array>

#include "base/limits.hpp"
#include "input/assembler.hpp"
#include "input/clock.hpp"

namespace unoops::input {

namespace {

struct CriLine {
  std::string_view time, text;
  std::size_t stream = 0;
  bool partial = false;
};

// "2025-01-06T10:11:12.345678901Z stdout P text"; tags may follow the P, as in "P:tag"
bool read_cri(std::string_view line, CriLine& out) {
  static constexpr std::array<std::string_view, 2> streams{" stdout ", " stderr "};
  Scanner s(line);
  if (!is_digit(s.peek()) || !taken(s, out.time, iso_time)) return false;
  for (out.stream = 0; out.stream < streams.size() && !s.lit(streams[out.stream]);) ++out.stream;
  if (out.stream == streams.size()) return false;
  out.partial = s.lit("P");
  if (!out.partial && !s.lit("F")) return false;
  if (!s.lit(" ") && !s.at_end()) return false;
  out.text = s.rest();
  return true;
}

class PartialAssembler final : public Assembler {
 public:
  explicit PartialAssembler(Deliver deliver) : deliver_(std::move(deliver)) {}
  bool active() const override { return !open_[0].text.empty() || !open_[1].text.empty(); }

  bool may_begin(const RawLine& raw) const override {
    CriLine line;
    return !raw.continued && raw.bytes.size() > shortest && raw.bytes.starts_with("2") && raw.bytes[4] == '-' &&
           read_cri(raw.bytes, line) && line.partial;
  }

  bool take(const RawLine& raw) override {
    std::string_view bytes = raw.bytes;
    while (bytes.ends_with('\r')) bytes.remove_suffix(1);
    CriLine line;
    if (raw.continued || !read_cri(bytes, line)) return false;
    Open& open = open_[line.stream];
    if (open.text.empty()) {
      if (!line.partial) return false;
      open.raw = raw;
      open.time.assign(line.time);
    }
    open.text += line.text.substr(0, limits::line_bytes - std::min(limits::line_bytes, open.text.size()));
    if (!line.partial) hand_out(open);
    return true;
  }

  void finish() override {
    for (Open& open : open_)
      if (!open.text.empty()) hand_out(open);
  }

 private:
  struct Open {
    RawLine raw;
    std::string time, text;
  };

  void hand_out(Open& open) {
    Record record;
    record.line.number = open.raw.number;
    record.line.offset = open.raw.offset;
    record.line.raw = record.text = open.text;
    record.line.wall_time = open.time;
    record.raw_line = true;
    deliver_(record);
    open.text.clear();
  }

  static constexpr std::size_t shortest = std::string_view("2025-01-06T10:11:12Z stdout P ").size();
  Deliver deliver_;
  std::array<Open, 2> open_;  // by stream
};

}  // namespace

std::unique_ptr<Assembler> make_partial_assembler(Assembler::Deliver deliver) {
  return std::make_unique<PartialAssembler>(std::move(deliver));
}

}  // namespace unoops::input
