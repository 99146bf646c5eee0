#include "decode/report_lines.hpp"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <utility>

namespace unoops::decode {
namespace {

using Json = nlohmann::json;

constexpr std::string_view beginning = R"({"schema":"unoops.report/)";
constexpr std::string_view schema = "unoops.report/1";
// A report with a thousand frames takes some 500 KB.
constexpr std::size_t longest_line = std::size_t{16} << 20;

// Members of an object, each only if it is what it should be: another program may have written the file.
class Object {
 public:
  explicit Object(const Json& json) : json_(json) {}

  void read(const char* name, std::string& to) const {
    if (const auto* at = member(name, &Json::is_string)) to = at->get_ref<const std::string&>();
  }
  void read(const char* name, bool& to) const {
    if (const auto* at = member(name, &Json::is_boolean)) to = at->get<bool>();
  }
  template <std::integral Int>
  void read(const char* name, Int& to) const {
    const auto* at = member(name, &Json::is_number_integer);
    if (!at) return;
    if (at->is_number_unsigned() ? std::in_range<Int>(at->get<std::uint64_t>())
                                 : std::in_range<Int>(at->get<std::int64_t>()))
      to = at->get<Int>();
  }
  template <std::integral Int>
  void read(const char* name, std::optional<Int>& to) const {
    if (!member(name, &Json::is_number_integer)) return;
    Int value{};
    read(name, value);
    to = value;
  }
  // Seconds → microseconds, the very ones that were printed.
  void read_seconds(const char* name, std::optional<std::int64_t>& to) const {
    constexpr double most = 1e12;
    const auto* at = member(name, &Json::is_number);
    const double seconds = at ? at->get<double>() : most;
    if (std::abs(seconds) < most) to = std::llround(seconds * 1e6);
  }
  std::string string(const char* name) const {
    std::string out;
    read(name, out);
    return out;
  }
  const Json* object(const char* name) const { return member(name, &Json::is_object); }
  const Json* list(const char* name) const { return member(name, &Json::is_array); }

 private:
  const Json* member(const char* name, bool (Json::*is)() const noexcept) const {
    const auto at = json_.find(name);
    return at != json_.end() && ((*at).*is)() ? &*at : nullptr;
  }
  const Json& json_;
};

const Json* element(const Json* list, std::size_t index) {
  return list && index < list->size() && (*list)[index].is_object() ? &(*list)[index] : nullptr;
}

void read_culprit(const Object& json, Report& r) {
  const auto* culprit = json.object("culprit");
  std::optional<std::size_t> stack, frame;
  if (culprit) Object(*culprit).read("stack", stack);
  if (culprit) Object(*culprit).read("frame", frame);
  const auto* in_stack = stack ? element(json.list("stacks"), *stack) : nullptr;
  const auto* found = in_stack && frame ? element(Object(*in_stack).list("frames"), *frame) : nullptr;
  if (!found) return;
  Frame one;
  Object(*found).read("symbol", one.ref.symbol);
  Object(*found).read("module", one.ref.module);
  r.stacks.emplace_back().frames.push_back(std::move(one));
  r.culprit_stack = r.culprit_frame = 0;
}

void read_follow_ups(const Object& json, Report& r) {
  const auto* all = json.list("followed_by");
  for (std::size_t i = 0; const auto* one = element(all, i); ++i) {
    const Object from(*one);
    FollowUp f;
    f.kind = find_kind(from.string("kind"));
    from.read("title", f.title);
    from.read("signature", f.signature);
    from.read("comm", f.comm);
    from.read("cpu", f.cpu);
    from.read("pid", f.pid);
    from.read_seconds("time", f.time_us);
    from.read("line_first", f.line_first);
    from.read("line_last", f.line_last);
    r.followed_by.push_back(std::move(f));
  }
}

void read_known(const Object& json, Report& r) {
  const auto* known = json.object("known");
  if (!known) return;
  const Object from(*known);
  Known& to = r.known.emplace();
  from.read("bug", to.bug);
  from.read("link", to.link);
  from.read("fixed_in", to.fixed_in);
  from.read("regressed", to.regressed);
  from.read("ignored", to.ignored);
  from.read("rule", to.rule);
  to.severity = severity_from_id(from.string("severity"));
}

// A kind of a later version is kept as its word says: filters by kind do not know it, the rest goes on.
const KindInfo* kind_of(const std::string& id) {
  static constexpr KindInfo unknown{"unknown", "report of another version"};
  const auto* found = find_kind(id);
  return found ? found : &unknown;
}

}  // namespace

std::optional<Report> read_report(std::string_view text) {
  const Json parsed = Json::parse(text, nullptr, false);
  if (!parsed.is_object()) return std::nullopt;
  const Object json(parsed);
  Report r;
  const auto severity = severity_from_id(json.string("severity"));
  if (json.string("schema") != schema || !severity) return std::nullopt;
  r.kind = kind_of(json.string("kind"));
  r.severity = *severity;
  json.read("number", r.number);
  json.read("title", r.title);
  json.read("signature", r.signature);
  json.read("corrupted", r.corrupted);
  json.read("file", r.file);
  json.read("boot", r.boot);
  json.read("line_first", r.line_first);
  json.read("line_last", r.line_last);
  json.read_seconds("time", r.time_us);
  json.read("wall_time", r.wall_time);
  json.read("host", r.host);
  json.read("follows", r.follows);
  json.read("cpu", r.cpu);
  json.read("pid", r.pid);
  json.read("comm", r.comm);
  if (const auto* kernel = json.object("kernel")) Object(*kernel).read("release", r.kernel.release);
  read_follow_ups(json, r);
  read_known(json, r);
  read_culprit(json, r);
  return r;
}

std::optional<bool> begins_reports(std::string_view bytes) {
  if (bytes.size() >= beginning.size()) return bytes.starts_with(beginning);
  return beginning.starts_with(bytes) ? std::nullopt : std::optional(false);
}

void ReportLines::feed(std::string_view bytes) {
  for (auto end = bytes.find('\n'); end != std::string_view::npos; end = bytes.find('\n')) {
    if (begun_.empty() && !overlong_) {
      line(bytes.substr(0, end));
    } else {
      begun_ += overlong_ ? std::string_view() : bytes.substr(0, end);
      finish();
    }
    bytes.remove_prefix(end + 1);
  }
  overlong_ |= begun_.size() + bytes.size() > longest_line;
  if (overlong_)
    begun_.clear();
  else
    begun_ += bytes;
}

void ReportLines::finish() {
  if (std::exchange(overlong_, false)) ++lines_, ++bad_lines_;
  if (!begun_.empty()) line(std::exchange(begun_, {}));
}

void ReportLines::line(std::string_view text) {
  if (text.empty()) return;
  ++lines_;
  auto report = read_report(text);
  if (!report) return static_cast<void>(++bad_lines_);
  if (report->number <= number_) runs_.end_source(boots_ - std::exchange(boots_before_, boots_));
  number_ = report->number;
  if (!runs_.take(*report)) return;
  boots_ = std::max(boots_, report->boot);
  sink_(std::move(*report));
}

}  // namespace unoops::decode
