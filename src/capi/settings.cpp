#include "capi/settings.hpp"

#include <algorithm>
#include <charconv>
#include <iterator>

namespace unoops::capi {
namespace {

// Each sets its option; false: the value is none that it takes.
using Set = bool (*)(Settings&, std::string_view value);

bool read(bool& flag, std::string_view value) {
  flag = value == "true" || value == "1";
  return flag || value == "false" || value == "0";
}

bool read(int& number, std::string_view value, int least, int most) {
  const auto end = value.data() + value.size();
  const auto [at, error] = std::from_chars(value.data(), end, number);
  return error == std::errc{} && at == end && number >= least && number <= most;
}

bool set_format(Settings& s, std::string_view value) {
  const auto* format = find_format(value);
  s.format = value;
  return format && !format->streams_lines();
}

bool set_kind(Settings& s, std::string_view value) {
  s.kinds.push_back(find_kind(value));
  return s.kinds.back() != nullptr;
}

bool set_severity(Settings& s, std::string_view value) {
  const auto severity = severity_from_id(value);
  s.severity = severity.value_or(s.severity);
  return severity.has_value();
}

struct Row {
  std::string_view name, takes;
  Set set;
};

// clang-format off
constexpr Row rows[] = {
    {"context", "a number from 0 to 1000", [](Settings& s, std::string_view v) { return read(s.render.context, v, 0, 1000); }},
    {"debug-root", "a directory", [](Settings& s, std::string_view v) { s.decode.symbols.debug_root = v; return true; }},
    {"debuginfod", "true or false", [](Settings& s, std::string_view v) { return read(s.decode.symbols.debuginfod, v); }},
    {"force", "true or false", [](Settings& s, std::string_view v) { return read(s.decode.symbols.force, v); }},
    {"format", "json, text, title, summary or html", set_format},
    {"kallsyms", "a file", [](Settings& s, std::string_view v) { s.decode.symbols.kallsyms = v; return true; }},
    {"kind", "a kind of report", set_kind},
    {"modules", "a directory", [](Settings& s, std::string_view v) { s.decode.symbols.modules.emplace_back(v); return true; }},
    {"no-symbols", "true or false", [](Settings& s, std::string_view v) { return read(s.decode.symbols.none, v); }},
    {"redact", "true or false", [](Settings& s, std::string_view v) { return read(s.render.redact, v); }},
    {"release", "a kernel's release", [](Settings& s, std::string_view v) { s.decode.symbols.release = v; return true; }},
    {"severity", "notice, warning, error or fatal", set_severity},
    {"source", "a directory", [](Settings& s, std::string_view v) { s.render.source_dir = v; return true; }},
    {"system-map", "a file", [](Settings& s, std::string_view v) { s.decode.symbols.system_map = v; return true; }},
    {"verbose", "true or false", [](Settings& s, std::string_view v) { return read(s.render.verbose, v); }},
    {"vmlinux", "a file", [](Settings& s, std::string_view v) { s.decode.symbols.vmlinux = v; return true; }},
};
// clang-format on

}  // namespace

bool Settings::wants(const Report& report) const {
  return report.severity >= severity && (kinds.empty() || std::ranges::find(kinds, report.kind) != kinds.end());
}

DecodeOptions Settings::decode_options() const {
  DecodeOptions options = decode;
  options.source_dir = render.source_dir;
  options.fold = !render.verbose;
  options.all_tasks = render.verbose;
  options.explain = find_format(format)->explains || render.redact;
  return options;
}

std::string set(Settings& settings, std::string_view option, std::string_view value) {
  const auto* row = std::ranges::find(rows, option, &Row::name);
  if (row == std::end(rows)) return std::string(option) + " is no option of the library";
  Settings changed = settings;
  if (!row->set(changed, value))
    return std::string(option) + " takes " + std::string(row->takes) + ", not '" + std::string(value) + "'";
  settings = std::move(changed);
  return {};
}

}  // namespace unoops::capi
