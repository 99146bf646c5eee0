// The journal's export format (systemd's JOURNAL_EXPORT_FORMATS): FIELD=value lines, or FIELD, a 64-bit length and
// bytes; an empty line ends an entry. And journalctl -o verbose: a heading, then fields indented by four blanks.
#include <algorithm>
#include <charconv>

#include "base/limits.hpp"
#include "grammar/scanner.hpp"
#include "input/assembler.hpp"
#include "input/clock.hpp"

namespace unoops::input {

namespace {

bool is_field(char c) { return is_digit(c) || (c >= 'A' && c <= 'Z') || c == '_'; }

bool is_field_name(std::string_view s) {
  return !s.empty() && s.size() <= 64 && std::all_of(s.begin(), s.end(), is_field);
}

std::string_view without_return(std::string_view s) {
  while (s.ends_with('\r')) s.remove_suffix(1);
  return s;
}

class ExportAssembler final : public Assembler {
 public:
  explicit ExportAssembler(Deliver deliver) : deliver_(std::move(deliver)) {}
  bool active() const override { return active_; }
  bool may_begin(const RawLine& raw) const override { return raw.bytes.starts_with("__CURSOR=") && !raw.continued; }

  bool take(const RawLine& raw) override {
    if (binary_) return take_binary(raw);
    if (raw.continued) return active_;  // a text field longer than the bound: its head was kept
    const std::string_view line = without_return(raw.bytes);
    const auto equals = line.find('=');
    if (!active_ && !may_begin(raw)) return false;
    if (line.empty()) {
      finish_entry(raw);
      return true;
    }
    if (equals != std::string_view::npos && is_field_name(line.substr(0, equals))) {
      set(line.substr(0, equals), line.substr(equals + 1), raw);
    } else if (is_field_name(raw.bytes) && raw.ended) {
      field_.assign(raw.bytes);
      if (field_ == "MESSAGE") remember(raw);
      binary_ = true;
      length_.clear();
      value_.clear();
    } else {
      finish_entry(raw);
      return false;
    }
    active_ = true;
    return true;
  }

  void finish() override {
    if (active_) finish_entry({});
  }

 private:
  // Binary values hold line breaks; the splitter took them out, so they are put back in.
  bool take_binary(const RawLine& raw) {
    take_bytes(raw.bytes);
    if (raw.ended && binary_) take_bytes("\n");
    return true;
  }

  void take_bytes(std::string_view bytes) {
    const std::size_t header = std::min<std::size_t>(8 - length_.size(), bytes.size());
    length_ += bytes.substr(0, header);
    bytes.remove_prefix(header);
    if (length_.size() < 8) return;
    if (header != 0) {
      left_ = 0;
      for (std::size_t i = 8; i-- > 0;) left_ = left_ << 8 | static_cast<unsigned char>(length_[i]);
      if (left_ > longest) return give_up();
    }
    const std::size_t n = std::min<std::uint64_t>(left_, bytes.size());
    left_ -= n;
    const std::size_t room = limits::line_bytes - std::min(limits::line_bytes, value_.size());
    value_ += bytes.substr(0, std::min(n, room));
    bytes.remove_prefix(n);
    if (left_ != 0 || bytes.empty()) return;  // the \n behind the value has yet to come
    entry_.set(field_, value_);
    binary_ = false;
  }

  void give_up() {
    binary_ = active_ = false;
    entry_ = {};
  }

  void set(std::string_view field, std::string_view value, const RawLine& raw) {
    if (!JournalEntry::wants(field)) return;
    if (field == "MESSAGE") remember(raw);
    entry_.set(field, value);
  }

  void remember(const RawLine& raw) {
    number_ = raw.number;
    offset_ = raw.offset;
  }

  // The entry's line is the one with its MESSAGE.
  void finish_entry(RawLine raw) {
    raw.number = number_;
    raw.offset = offset_;
    entry_.deliver(raw, deliver_);
    give_up();
  }

  static constexpr std::uint64_t longest = std::uint64_t{1} << 30;
  Deliver deliver_;
  JournalEntry entry_;
  std::string field_, length_, value_;
  std::uint64_t left_ = 0, number_ = 0, offset_ = 0;
  bool active_ = false, binary_ = false;
};

// "Mon 2025-01-06 10:11:12.345678 CET [s=…;i=…;b=…;m=…;t=…;x=…]", then "    FIELD=value"
class VerboseAssembler final : public Assembler {
 public:
  explicit VerboseAssembler(Deliver deliver) : deliver_(std::move(deliver)) {}
  bool active() const override { return active_; }

  bool may_begin(const RawLine& raw) const override {
    if (raw.continued || raw.bytes.empty() || raw.bytes.front() < 'F' || raw.bytes.front() > 'W') return false;
    JournalEntry entry;
    return heading(without_return(raw.bytes), entry);
  }

  bool take(const RawLine& raw) override {
    if (raw.continued) return active_;
    const std::string_view line = without_return(raw.bytes);
    JournalEntry next;
    if (heading(line, next)) {
      flush();
      entry_ = std::move(next);
      active_ = true;
      return true;
    }
    if (!active_ || !field(line, raw)) {
      flush();
      return false;
    }
    return true;
  }

  void flush() override {
    if (!active_) return;
    active_ = false;
    RawLine raw;
    raw.number = number_;
    raw.offset = offset_;
    entry_.deliver(raw, deliver_);
    entry_ = {};
  }

 private:
  static bool heading(std::string_view line, JournalEntry& entry) {
    Scanner s(line);
    std::string_view zone_name;
    std::string_view wall;
    const auto clock = [&](Scanner& t) {
      return day_name(t) && t.lit(" ") && date(t) && t.lit(" ") && hms(t) && t.lit(" ") && t.word(zone_name);
    };
    std::string_view before_m;
    if (!taken(s, wall, clock) || !s.lit(" [s=") || !s.until(";m=", before_m)) return false;
    std::uint64_t monotonic = 0;
    if (!s.hex(monotonic) || !line.ends_with(']')) return false;
    entry.realtime.assign(wall);
    entry.monotonic_us = static_cast<std::int64_t>(monotonic);
    return true;
  }

  // "    FIELD=value"; a value of several lines goes on with blanks up to the value's column.
  bool field(std::string_view line, const RawLine& raw) {
    constexpr std::size_t indent = 4;
    if (!line.starts_with("    ")) return line.empty();
    const std::string_view rest = line.substr(indent);
    const auto equals = rest.find('=');
    if (equals != std::string_view::npos && is_field_name(rest.substr(0, equals))) {
      column_ = indent + equals + 1;
      in_message_ = rest.starts_with("MESSAGE=");
      if (in_message_) {
        number_ = raw.number;
        offset_ = raw.offset;
      }
      if (JournalEntry::wants(rest.substr(0, equals))) entry_.set(rest.substr(0, equals), rest.substr(equals + 1));
      return true;
    }
    if (!in_message_ || line.size() < column_ || line.find_first_not_of(' ') < column_ || !entry_.message)
      return in_message_;
    if (entry_.message->size() + line.size() < limits::line_bytes)
      *entry_.message += "\n" + std::string(line.substr(column_));
    return true;
  }

  Deliver deliver_;
  JournalEntry entry_;
  std::uint64_t number_ = 0, offset_ = 0;
  std::size_t column_ = 0;
  bool active_ = false, in_message_ = false;
};

}  // namespace

std::unique_ptr<Assembler> make_export_assembler(Assembler::Deliver deliver) {
  return std::make_unique<ExportAssembler>(std::move(deliver));
}

std::unique_ptr<Assembler> make_verbose_assembler(Assembler::Deliver deliver) {
  return std::make_unique<VerboseAssembler>(std::move(deliver));
}

}  // namespace unoops::input
