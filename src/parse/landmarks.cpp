#include "parse/landmarks.hpp"

#include <algorithm>
#include <array>
#include <vector>

#include "base/text.hpp"
#include "grammar/frame_line.hpp"
#include "grammar/scanner.hpp"
#include "grammar/words.hpp"
#include "parse/header_index.hpp"
#include "parse/section_index.hpp"

namespace unoops::parse {
namespace {

// "0000000000000000 ]---"
std::optional<std::size_t> trace_id(std::string_view rest) {
  Scanner s(rest);
  std::string_view id;
  if (!s.run(is_hex, id) || !s.lit(" ]---")) return std::nullopt;
  return rest.size() - s.rest().size();
}

// "1 PID: 42 Comm: cat", "1 UID: 0 PID: 42 Comm: cat"
std::optional<std::size_t> cpu_number(std::string_view rest) {
  Scanner s(rest);
  unsigned cpu = 0;
  const bool fits = s.dec(cpu) && (s.lit(" PID: ") || s.lit(" UID: "));
  return fits ? std::optional(rest.size() - s.rest().size()) : std::nullopt;
}

// "42, comm: cat Not tainted": to v3.8
std::optional<std::size_t> task(std::string_view rest) {
  Scanner s(rest);
  unsigned pid = 0;
  return s.dec(pid) && s.lit(", comm: ") ? std::optional(rest.size() - s.rest().size()) : std::nullopt;
}

// "6.1.0-demo (builder@host) (gcc ..."
std::optional<std::size_t> release(std::string_view rest) {
  Scanner s(rest);
  std::string_view word;
  const bool fits = is_digit(s.peek()) && s.word(word) && s.lit(" (");
  return fits ? std::optional(rest.size() - s.rest().size()) : std::nullopt;
}

std::optional<std::size_t> at_end(std::string_view rest) {
  return rest.size() > 4 && is_word(rest.front()) ? std::nullopt : std::optional<std::size_t>(0);
}

// v6.1 lib/dump_stack.c, kernel/panic.c, arch/*/kernel/{traps,dumpstack,process}.c, init/version.c
constexpr auto rows = std::to_array<Landmark>({
    {"------------[ cut here ]------------", nullptr, true},
    {"====================", nullptr},
    {"Call Trace:", at_end, true},
    {"Call trace:", at_end, true},
    {"---[ end trace ", trace_id, true},
    {"CPU: ", cpu_number},
    {"Pid: ", task},
    {"RIP: 0010:"},
    {"EIP is at "},
    {"PC is at "},
    {"LR is at "},
    {"NIP: "},
    {"epc   : "},
    {"Hardware name: "},
    {"Modules linked in:"},
    {"#PF: "},
    {"Linux version ", release},
    {"Command line: "},
    {"Kernel command line: "},
    {"list_add corruption"},
    {"list_del corruption"},
    {"refcount_t: "},
    {"usercopy: "},
    {"skbuff: skb_"},
});

// "<TASK>", "</IRQ>"
std::size_t mark_length(std::string_view text) {
  Scanner s(text);
  std::string_view name;
  if (!s.lit("<")) return 0;
  s.lit("/");
  if (!s.run(is_upper, name) || name.size() < 3 || !s.lit(">")) return 0;
  return text.size() - s.rest().size();
}

// Behind the last "+0x1/0x2" of a line, and its module.
std::optional<std::size_t> reference_end(std::string_view text) {
  const auto plus = text.rfind("+0x");
  if (plus == std::string_view::npos || plus == 0 || !is_symbol(text[plus - 1])) return std::nullopt;
  Scanner s(text.substr(plus + 1));
  std::uint64_t number = 0;
  std::string_view module;
  if (!s.hex0x(number) || !s.lit("/") || !s.hex0x(number)) return std::nullopt;
  Scanner ahead = s;
  if (ahead.lit(" [") && ahead.run(is_symbol, module) && ahead.lit("]")) s = ahead;
  return text.size() - s.rest().size();
}

// Its needle is where the line begins. Others stand behind a program's or a device's name.
bool opens_line(std::string_view needle) {
  static constexpr auto behind_names = std::to_array<std::string_view>(
      {"PCIe Bus Error: ", "Unhandled context fault: ", "event 0x", "self-detected hard ", "detected hard LOCKUP "});
  return std::string_view(" :-[").find(needle.front()) == std::string_view::npos &&
         std::ranges::none_of(behind_names, [&](std::string_view name) { return needle.starts_with(name); });
}

}  // namespace

std::span<const Landmark> landmarks() { return rows; }

Sight look_at(std::string_view text) {
  Sight sight;
  header_index().find(text, [&](const HeaderHit& hit) {
    sight.trouble |= hit.trouble != nullptr;
    if (hit.trouble) return false;
    sight.header |= hit.header != nullptr;
    const bool inside = hit.at != 0 && is_word(text[hit.at - 1]);  // "DEBUG "
    if (sight.at || inside) return sight.at && sight.header;
    const auto rest = text.substr(hit.at + hit.needle().size());
    if (hit.landmark ? hit.landmark->is && !hit.landmark->is(rest) : !opens_line(hit.needle())) return false;
    sight.at = hit.at;
    sight.body = hit.landmark != nullptr;
    return sight.header;
  });
  return sight;
}

std::size_t without_own_prefix(std::string_view before) {
  for (std::size_t at = 0; at < before.size(); ++at) {
    const auto rest = before.substr(at);
    if ((at != 0 && !is_blank(before[at - 1])) || is_blank(rest.front())) continue;
    // v6.1 drivers/firmware/efi/cper.c: "{1}[Hardware Error]: "
    const bool hardware = (rest.starts_with('{') || rest.starts_with('[')) && rest.ends_with("[Hardware Error]: ");
    if (hardware || (!rest.starts_with("kernel: ") && only_prefixes(rest))) return at;
  }
  return before.size();
}

std::optional<std::size_t> known_end(std::string_view text) {
  const auto blanks = text.size() - trim_left(text).size();
  const auto rest = text.substr(blanks);
  for (const auto& row : rows) {
    if (!row.ends || !rest.starts_with(row.needle)) continue;
    const auto more = row.is ? row.is(rest.substr(row.needle.size())) : std::optional<std::size_t>(0);
    if (more) return blanks + row.needle.size() + *more;
  }
  if (const auto length = mark_length(rest)) return blanks + length;
  return reference_end(text);
}

bool is_body_line(std::string_view text) {
  constexpr std::size_t telling = 4;  // bytes that a section's line begins with
  FrameLine frame;
  if (read_frame(text, frame) && frame.ref.offset) return true;
  static thread_local std::vector<SectionHit> hits;
  hits.clear();
  find_sections(text, hits);
  for (const auto& hit : hits)
    if (hit.section && hit.section->starts.size() >= telling) return true;
  return mark_length(trim_left(text)) != 0;
}

}  // namespace unoops::parse
