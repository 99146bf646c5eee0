// An entry of journalctl -o json at a glance: one object on a line, whose values are strings.
#include <array>
#include <cstring>

#include "base/text.hpp"
#include "input/assembler.hpp"
#include "input/plain_line.hpp"

namespace unoops::input {
namespace {

constexpr std::size_t longest_entry = 16 * 1024;

// The fields that say something of a kernel's line, as JournalEntry has them.
struct Fields {
  std::string_view message, transport, identifier, source_time, time;
  std::string_view* named(std::string_view name) {
    return name == "MESSAGE"                       ? &message
           : name == "_TRANSPORT"                  ? &transport
           : name == "SYSLOG_IDENTIFIER"           ? &identifier
           : name == "_SOURCE_MONOTONIC_TIMESTAMP" ? &source_time
           : name == "__MONOTONIC_TIMESTAMP"       ? &time
                                                   : nullptr;
  }
};

// The string whose opening quote was taken, up to its closing one. False: it has an escape that says more than one
// byte, or no end.
bool take_string(Scanner& s, bool escapes, std::string_view& out) {
  const auto rest = s.rest();
  auto end = rest.find('"');
  if (escapes) {
    for (end = 0; end < rest.size() && rest[end] != '"'; ++end)
      if (rest[end] == '\\' &&
          std::string_view("\"\\/bfnrt").find(end + 1 < rest.size() ? rest[++end] : '\0') == std::string_view::npos)
        return false;
  }
  if (end >= rest.size()) return false;
  out = rest.substr(0, end);
  s = Scanner(rest.substr(end + 1));
  return true;
}

// A message's quotes and tabs without their escapes. False: it has others, of which the reader may make more than one
// line, or look for escapes of its own.
bool decode(std::string_view text, std::string& out) {
  out.clear();
  for (std::size_t i = 0; i < text.size(); ++i) {
    char c = text[i];
    if (c == '\\') {
      c = text[++i];
      if (c != '"' && c != '/' && c != 't') return false;
      if (c == 't') c = '\t';
    }
    out += c;
  }
  return true;
}

bool take_fields(Scanner s, bool escapes, Fields& out) {
  if (!s.lit("{\"")) return false;
  for (;;) {
    std::string_view name, value;
    if (!take_string(s, escapes, name) || !s.lit(":")) return false;
    s.lit(" ");
    if (!s.lit("\"") || !take_string(s, escapes, value)) return false;
    const bool escaped = escapes && value.find('\\') != std::string_view::npos;
    auto* const field = out.named(name);
    if (escaped && field != &out.message && JournalEntry::wants(name)) return false;
    if (field) {
      if (field->data()) return false;  // it stands there twice
      *field = value;
    }
    if (s.lit("}")) return s.at_end();
    if (!s.lit(",")) return false;
    s.lit(" ");
    if (!s.lit("\"")) return false;
  }
}

std::optional<std::int64_t> number(std::string_view value) {
  std::int64_t out = 0;
  Scanner s(value);
  return s.dec(out) && out >= 0 ? std::optional(out) : std::nullopt;
}

}  // namespace

bool read_plain_json(const MarkedLine& marked, std::string& room, PlainLine& out) {
  const auto line = marked.bytes;
  if (line.size() > longest_entry || !line.starts_with("{\"") || has_control_byte(marked)) return false;
  Fields fields;
  if (!take_fields(Scanner(line), line.find('\\') != std::string_view::npos, fields)) return false;
  out = {};
  out.form = PlainLine::Form::json;
  const bool untagged = fields.identifier.empty() || fields.identifier == "kernel";
  out.kernel = untagged && (fields.transport.empty() || fields.transport == "kernel");
  out.time_us = number(fields.source_time);
  if (!out.time_us) out.time_us = number(fields.time);
  out.decoded = fields.message.find('\\') != std::string_view::npos;
  if (out.decoded && !decode(fields.message, room)) return false;
  return take_plain_message(out.decoded ? MarkedLine{room} : MarkedLine{fields.message, marked.odd}, out);
}

}  // namespace unoops::input
