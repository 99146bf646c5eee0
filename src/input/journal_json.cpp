// JSON in any layout: journalctl -o json, json-pretty, json-sse, json-seq; dmesg -J; container and CI logs (one object
// a line). A scanner of bytes finds the innermost objects; each is parsed when its brace closes, so that memory holds
// one object.
#include <cmath>
#include <nlohmann/json.hpp>
#include <utility>

#include "base/limits.hpp"
#include "grammar/scanner.hpp"
#include "input/assembler.hpp"

namespace unoops::input {

namespace {

using Json = nlohmann::json;

constexpr int deepest = 16;                                   // of brackets; no log nests more than three
constexpr std::size_t object_bytes = 4 * limits::line_bytes;  // a MESSAGE as an array of numbers takes four bytes each

std::string text_of(const Json& value) {
  if (value.is_string()) return value.get<std::string>();
  if (value.is_number_integer()) return std::to_string(value.get<std::int64_t>());
  std::string bytes;  // a MESSAGE that is not UTF-8
  if (value.is_array())
    for (const auto& byte : value) {
      if (!byte.is_number_integer()) continue;
      bytes += static_cast<char>(static_cast<unsigned char>(byte.get<int>()));
    }
  return bytes;
}

// Not every writer of JSON knows what to do with a byte that is no UTF-8, or with a control character.
std::string printable(std::string bytes) {
  for (char& c : bytes)
    if (static_cast<unsigned char>(c) < 0x20 || static_cast<unsigned char>(c) >= 0x80) c = c == '\t' ? ' ' : '?';
  return bytes;
}

std::string member(const Json& object, const char* name) {
  const auto found = object.find(name);
  return found == object.end() ? std::string() : text_of(*found);
}

class JsonAssembler final : public Assembler {
 public:
  explicit JsonAssembler(Deliver deliver) : deliver_(std::move(deliver)) {}
  bool active() const override { return depth_ > 0 || doubtful_; }
  void flush() override {
    if (partial_.empty()) return;
    Record record;
    const std::string line = std::exchange(partial_, {});
    record.text = line;
    record.raw_line = true;
    deliver_(record);
  }

  // "{", "{\"", and what json-seq (RS) and json-sse ("data: ") put in front
  bool may_begin(const RawLine& raw) const override {
    Scanner s = start_of(raw.bytes);
    if (raw.continued || !s.lit("{")) return false;
    const char next = s.blanks().peek();
    return next == '"' || next == '\r' || s.at_end();
  }

  bool take(const RawLine& raw) override {
    if (depth_ == 0 && !doubtful_) return begin(raw);
    if (doubtful_ && !raw.continued) {
      doubtful_ = false;
      Scanner s(raw.bytes);
      if (s.blanks().peek() != '"') return reset();
      depth_ = 1;
      object_.assign(1, '{');
    }
    return scan(raw, raw.bytes);
  }

 private:
  static Scanner start_of(std::string_view bytes) {
    Scanner s(bytes);
    s.lit("\x1e");
    s.lit("data: ");
    return s.blanks();
  }

  // A line that is a brace and nothing else may be C. If the next line is a member, this was an object.
  bool begin(const RawLine& raw) {
    Scanner s = start_of(raw.bytes);
    const Scanner object = s;
    if (!s.lit("{")) return false;
    s.blanks();
    while (s.lit("\r")) {
    }
    if (s.at_end()) return doubtful_ = true;
    return s.peek() == '"' && scan(raw, object.rest());
  }

  bool reset() {
    depth_ = 0;
    in_string_ = escaped_ = doubtful_ = false;
    object_.clear();
    return false;
  }

  // False: this is no JSON (any more).
  bool scan(const RawLine& raw, std::string_view bytes) {
    for (std::size_t i = 0; i < bytes.size(); ++i) {
      if (in_string_) {
        i = string_part(bytes, i);
        continue;
      }
      const char c = bytes[i];
      if (!structural(c)) return reset();
      if (c == '{') object_.clear();
      keep(std::string_view(&c, 1));
      if (c == '"') in_string_ = true;
      if (c == '{' || c == '[') ++depth_;
      if (c == '}') finish_object(raw);
      if (c == '}' || c == ']') --depth_;
      if (depth_ > deepest) return reset();
      if (depth_ <= 0) break;  // text behind it, if any, is nobody's
    }
    if (depth_ <= 0)
      reset();
    else if (in_string_ && raw.ended)
      return reset();  // strings hold no line breaks
    return true;
  }

  // Takes the string's bytes up to its end or the line's. Gives the index of the last one taken.
  std::size_t string_part(std::string_view bytes, std::size_t from) {
    std::size_t i = from;
    for (; i < bytes.size(); ++i) {
      if (escaped_)
        escaped_ = false;
      else if (bytes[i] == '\\')
        escaped_ = true;
      else if (bytes[i] == '"')
        break;
    }
    if (i < bytes.size()) in_string_ = false;
    const std::size_t end = i < bytes.size() ? i + 1 : i;
    keep(bytes.substr(from, end - from));
    return end - 1;
  }

  // May the character stand outside of strings: in brackets, numbers, true, false, null? Kernel text soon has one that
  // may not.
  static bool structural(char c) {
    static constexpr std::string_view known = "{}[]:,\"+-.0123456789 \t\rtruefalsnE";
    return known.find(c) != std::string_view::npos;
  }

  void keep(std::string_view bytes) {
    if (object_.size() + bytes.size() <= object_bytes)
      object_ += bytes;
    else if (object_.size() <= object_bytes)
      object_.assign(object_bytes + 1, ' ');  // too long: will not parse, whatever follows
  }

  void finish_object(const RawLine& raw) {
    Json object = Json::parse(object_, nullptr, false);
    if (object.is_discarded()) object = Json::parse(printable(object_), nullptr, false);
    object_.clear();
    if (!object.is_object()) return;
    if (object.contains("MESSAGE") || object.contains("__CURSOR")) return journal(object, raw);
    if (object.contains("pri") || object.contains("time") || object.contains("prio")) return dmesg(object, raw);
    container(object, raw);
  }

  void journal(const Json& object, const RawLine& raw) {
    JournalEntry entry;
    for (const auto& [name, value] : object.items())
      if (JournalEntry::wants(name) && !value.is_null()) entry.set(name, text_of(value));
    entry.deliver(raw, deliver_);
  }

  // util-linux: {"pri": 4, "time": 1.234567, "caller": "T42", "msg": "text"}; Docker's json-file driver has "time" and
  // "log"
  void dmesg(const Json& object, const RawLine& raw) {
    const auto text = object.find("msg");
    if (text == object.end() || object.contains("lvl")) return container(object, raw);
    Record record = record_of(raw);
    const std::string message = text_of(*text);
    const std::string caller = member(object, "caller");
    record.text = message;
    record.line.caller = caller;
    if (const auto pri = object.find("pri"); pri != object.end() && pri->is_number_unsigned()) {
      record.line.level = static_cast<int>(pri->get<unsigned>() & 7);
      record.line.kernel = pri->get<unsigned>() < 8;
    }
    std::string wall;
    if (const auto time = object.find("time"); time != object.end() && time->is_number()) {
      const double seconds = time->get<double>();
      if (seconds >= 0 && seconds < 1e11) record.line.time_us = std::llround(seconds * 1e6);
    } else if (time != object.end()) {
      record.line.wall_time = wall = text_of(*time);
    }
    deliver_(record);
  }

  // {"log": "[    1.234567] text\n", "stream": "stdout", "time": "..."}, {"dt": "...", "lvl": "target", "msg": "..."}
  void container(const Json& object, const RawLine& raw) {
    for (const char* name : {"log", "msg", "message"}) {
      const auto found = object.find(name);
      if (found == object.end() || !found->is_string()) continue;
      std::string line = std::exchange(partial_, {}) + text_of(*found);
      // Docker's json-file driver cuts lines at 16 KiB: the last part has the line's end.
      if (name == std::string_view("log") && !line.ends_with('\n') && line.size() < limits::line_bytes) {
        partial_ = std::move(line);
        return;
      }
      while (line.ends_with('\n') || line.ends_with('\r')) line.pop_back();
      const std::string wall = member(object, object.contains("time") ? "time" : "dt");
      const std::string level = member(object, "lvl");
      Record record = record_of(raw);
      record.line.wall_time = wall;
      record.line.kernel = level.empty() || level == "target" || level == "feedback";
      record.text = line;
      record.raw_line = true;
      return deliver_(record);
    }
  }

  static Record record_of(const RawLine& raw) {
    Record record;
    record.line.number = raw.number;
    record.line.offset = raw.offset;
    record.line.raw = raw.bytes;
    return record;
  }

  Deliver deliver_;
  std::string object_;
  int depth_ = 0;
  bool in_string_ = false, escaped_ = false;
  bool doubtful_ = false;
  std::string partial_;
};

}  // namespace

std::unique_ptr<Assembler> make_json_assembler(Assembler::Deliver deliver) {
  return std::make_unique<JsonAssembler>(std::move(deliver));
}

}  // namespace unoops::input
