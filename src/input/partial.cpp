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

struct Part {
  std::string_view time, text;
  std::size_t stream = 0;
  bool more = false;       // the next part of the stream continues it
  bool continues = false;  // it continues the part before
  bool gitlab = false;
};

// "2025-01-06T10:11:12.345678901Z stdout P text"
bool cri_part(Scanner s, Part& out) {
  static constexpr std::array<std::string_view, 2> streams{"stdout ", "stderr "};
  for (out.stream = 0; out.stream < streams.size() && !s.lit(streams[out.stream]);) ++out.stream;
  if (out.stream == streams.size()) return false;
  out.more = s.lit("P");
  if (!out.more && !s.lit("F")) return false;
  if (!s.lit(" ") && !s.at_end()) return false;
  out.text = s.rest();
  return true;
}

// "2025-01-06T10:11:12.345678Z 01O text", and what continues it: "2025-01-06T10:11:12.345678Z 01O+text" (GitLab
// Runner's FF_TIMESTAMPS)
bool gitlab_part(Scanner s, Part& out) {
  out.stream = 0;
  if (!digits(s, 2) || !(s.lit("O") || s.lit("E"))) return false;
  out.gitlab = true;
  out.continues = s.lit("+");
  if (!out.continues && !s.lit(" ")) return false;
  out.text = s.rest();
  return true;
}

bool read_part(std::string_view line, Part& out) {
  Scanner s(line);
  return s.peek() == '2' && taken(s, out.time, iso_time) && s.lit(" ") && (cri_part(s, out) || gitlab_part(s, out));
}

class PartialAssembler final : public Assembler {
 public:
  explicit PartialAssembler(Deliver deliver) : deliver_(std::move(deliver)) {}
  bool active() const override { return open_[0].used || open_[1].used; }

  bool may_begin(const RawLine& raw) const override {
    if (raw.continued || raw.bytes.size() < shortest || raw.bytes[0] != '2' || raw.bytes[4] != '-') return false;
    Part part;
    return read_part(raw.bytes, part) && (part.more || part.gitlab);
  }

  bool take(const RawLine& raw) override {
    std::string_view bytes = raw.bytes;
    while (bytes.ends_with('\r')) bytes.remove_suffix(1);
    Part part;
    const bool is_part = !raw.continued && bytes.size() < limits::line_bytes && read_part(bytes, part);
    if (!is_part || !part.gitlab) flush();
    if (!is_part) return false;
    Open& open = open_[part.stream];
    if (part.gitlab && open.used && !part.continues) hand_out(open);
    if (!open.used && !part.more && !part.gitlab) return false;
    add(open, raw, part);
    if (!part.more && !part.gitlab) hand_out(open);
    return true;
  }

  // GitLab says only afterwards that a line was continued.
  void flush() override {
    if (open_[0].used && open_[0].gitlab) hand_out(open_[0]);
  }
  void finish() override {
    for (Open& open : open_)
      if (open.used) hand_out(open);
  }

 private:
  struct Open {
    RawLine raw;
    std::string time, text;
    bool used = false, gitlab = false;
  };

  static void add(Open& open, const RawLine& raw, const Part& part) {
    if (!open.used) {
      open.raw = raw;
      open.time.assign(part.time);
      open.text.clear();
      open.used = true;
      open.gitlab = part.gitlab;
    }
    open.text += part.text.substr(0, limits::line_bytes - std::min(limits::line_bytes, open.text.size()));
  }

  void hand_out(Open& open) {
    Record record;
    record.line.number = open.raw.number;
    record.line.offset = open.raw.offset;
    record.line.raw = record.text = open.text;
    record.line.wall_time = open.time;
    record.raw_line = true;
    open.used = false;
    deliver_(record);
  }

  static constexpr std::size_t shortest = std::string_view("2025-01-06T10:11:12Z 01O ").size();
  Deliver deliver_;
  std::array<Open, 2> open_;  // by stream
};

}  // namespace

std::unique_ptr<Assembler> make_partial_assembler(Assembler::Deliver deliver) {
  return std::make_unique<PartialAssembler>(std::move(deliver));
}

}  // namespace unoops::input
