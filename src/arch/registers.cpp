#include "arch/registers.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "arch/arch.hpp"
#include "base/text.hpp"
#include "facts/taint.hpp"
#include "grammar/code_line.hpp"
#include "grammar/cpu_line.hpp"
#include "grammar/frame_line.hpp"
#include "grammar/pc_kind.hpp"

namespace unoops::arch {
namespace {

bool is_name(char c) { return is_word(c); }

struct Value {
  std::uint64_t number = 0;
  std::string_view digits;
  int bits = 64;
};

// Printed narrower than the machine's word, whatever that is: segments, flags, states.
bool is_narrow(std::string_view name) {
  static constexpr std::array<std::string_view, 27> narrow{
      "CS",     "DS",   "ES",   "FS",   "GS",   "SS",    "EFLAGS", "RFLAGS", "PKRU",
      "pstate", "psr",  "CR",   "XER",  "CCR",  "DSISR", "ESR",    "Status", "Cause",
      "PrId",   "PRID", "CRMD", "PRMD", "EUEN", "ECFG",  "ESTAT",  "Y",      "SR"};
  return std::ranges::find(narrow, name) != narrow.end();
}

bool has_wide_value(const std::vector<Register>& file) {
  return std::ranges::any_of(file, [](const Register& r) { return r.bits == 64; });
}

// The last value of a line that was cut: the kernel pads its registers with zeros to the machine's word.
bool is_half(std::string_view name, const Value& value, std::string_view behind, const ReportBuilder& d) {
  constexpr std::size_t half_word = 4, word = 8, long_word = 16;
  const auto digits = value.digits.size();
  if (!trim(behind).empty() || digits == long_word) return false;
  if (digits != half_word && digits != word) return true;
  if (is_narrow(name)) return false;
  return digits == half_word || has_wide_value(d.report.registers) || has_wide_value(d.report.user_registers);
}

// `behind`: the rest of its line.
void keep(ReportBuilder& d, std::string_view name, const Value& value, std::string_view behind) {
  if (!is_half(name, value, behind, d)) return d.add_register(name, value.number, value.bits);
  if (d.is_own() && !d.block.skip) d.add_cut(std::string(name) + " " + std::string(value.digits));
}

std::optional<Value> read_value(Scanner& s) {
  Scanner ahead = s;
  std::string_view digits;
  ahead.blanks().lit("0x");
  if (!ahead.run(is_hex, digits) || digits.size() < 4 || digits.size() > 16 ||
      (!ahead.at_end() && is_word(ahead.peek())))
    return std::nullopt;
  Value value{.digits = digits};
  Scanner(digits).hex(value.number);
  value.bits = digits.size() > 8 ? 64 : digits.size() > 4 ? 32 : 16;
  s = ahead;
  return value;
}

// One "NAME: VALUE"; moves past it.
bool read_pair(Scanner& s, std::string_view& name, Value& value) {
  Scanner ahead = s;
  ahead.lit(",");
  if (!ahead.blanks().run(is_name, name)) return false;
  if (!ahead.blanks().lit(":") && !ahead.lit("=")) return false;
  ahead.blanks();
  Scanner segment = ahead;
  if (unsigned selector = 0; segment.hex_n(4, selector) && segment.lit(":")) ahead = segment;
  const auto read = read_value(ahead);
  if (!read) return false;
  value = *read;
  if (ahead.lit("(")) ahead.skip_to(")");  // FS:  0000000000000000(0000)
  s = ahead;
  return true;
}

bool is_dump_row(std::string_view text) {
  Scanner s(text);
  std::string_view word;
  int words = 0;
  for (; s.blanks().word(word); ++words) {
    if (word.starts_with('<') && word.ends_with('>')) word = word.substr(1, word.size() - 2);
    if (word.size() != 8 || !(word == "XXXXXXXX" || std::ranges::all_of(word, is_hex))) return false;
  }
  return words > 0;
}

}  // namespace

bool read_register_pairs(std::string_view text, ReportBuilder& d) {
  Scanner s(text);
  std::string_view name;
  Value value;
  int pairs = 0;
  for (; read_pair(s, name, value); ++pairs) keep(d, name, value, s.rest());
  return pairs > 0;
}

bool read_register_words(std::string_view text, ReportBuilder& d) {
  Scanner s(text);
  std::string_view name;
  int pairs = 0;
  while (s.blanks().word(name)) {
    const auto value = read_value(s);
    if (!value) break;
    keep(d, name, *value, s.rest());
    ++pairs;
  }
  return pairs > 0;
}

bool read_register_row(std::string_view values, ReportBuilder& d, std::string_view prefix, int first) {
  Scanner s(values);
  int n = 0;
  while (const auto value = read_value(s)) {
    const auto number = std::to_string(first + n);
    keep(d, std::string(prefix) + (number.size() < 2 ? "0" : "") + number, *value, s.rest());
    ++n;
  }
  d.block.registers = true;
  return n > 0;
}

void take_state(std::string_view text, ReportBuilder& d) {
  if (!d.is_own()) return;
  auto& r = d.report;
  int cpu = 0;
  if (Scanner s(text); !r.cpu && s.skip_to("CPU: ") && s.blanks().dec(cpu)) r.cpu = cpu;
  CpuLine line;
  text = text.substr(0, text.find(" VLI"));  // i386 to 2.6.24: instructions of varying length
  const auto taint = std::min(text.find("Tainted: "), text.find("Not tainted"));
  if (taint != std::string_view::npos && r.taint.raw.empty() && read_taint_and_release(text.substr(taint), line))
    r.taint = read_taint(line.taint);
  const auto bracket = text.rfind('(');
  if (bracket == std::string_view::npos || !r.kernel.release.empty()) return;
  if (Scanner s(text.substr(bracket)); read_release_in_brackets(s, line)) {
    r.kernel.release = line.release;
    r.kernel.version = line.version;
  }
}

bool state_line(Scanner, ReportBuilder& d) {
  take_state(d.line->text, d);
  return true;
}

bool dump_start(Scanner rest, ReportBuilder& d) {
  d.block.code = true;
  if (d.is_own() && is_dump_row(rest.rest())) read_code(trim(rest.rest()), d.report.arch, d.report.code);
  return true;
}

bool dump_row(Scanner, ReportBuilder& d) {
  if (d.last != SectionId::code || !is_dump_row(d.line->text)) return false;
  const bool readable = d.line->text.find_first_not_of("X ") != std::string_view::npos;
  if (readable && d.is_own()) read_code(trim(d.line->text), d.report.arch, d.report.code);
  return true;
}

bool passed_line(Scanner, ReportBuilder&) { return true; }

bool register_line(Scanner, ReportBuilder& d) {
  d.block.registers = true;
  return read_register_pairs(d.line->text, d);
}

bool register_words_line(Scanner, ReportBuilder& d) {
  d.block.registers = true;
  return read_register_words(d.line->text, d);
}

bool pc_line(Scanner rest, ReportBuilder& d) {
  d.block.pc = true;
  if (d.last != SectionId::pc) d.block.register_order = -1;
  return read_pc(rest.rest(), d, "pc") || read_register_pairs(d.line->text, d);
}

bool link_line(Scanner rest, ReportBuilder& d) {
  return read_pc(rest.rest(), d, "lr") || read_register_pairs(d.line->text, d);
}

bool fault_address_line(Scanner rest, ReportBuilder& d) {
  std::uint64_t address = 0;
  if (d.is_own() && rest.blanks().hex(address)) d.set_fault_address(address);
  return detail_line(rest, d);
}

bool detail_line(Scanner, ReportBuilder& d) {
  d.add_message(trim(d.line->text));
  return true;
}

std::optional<std::uint64_t> value_behind(std::string_view text, std::string_view name) {
  const auto at = text.find(name);
  if (at == std::string_view::npos) return std::nullopt;
  Scanner s(text.substr(at + name.size()));
  s.blanks();
  if (s.lit("=") || s.lit(":")) s.blanks();
  s.lit("0x");
  std::uint64_t value = 0;
  if (!s.hex(value)) return std::nullopt;
  return value;
}

bool read_pc(std::string_view text, ReportBuilder& d, std::string_view label) {
  if (auto found = first_frame(d.line->text, text)) {
    d.add_pc(*std::move(found), label);
    return true;
  }
  // "RIP: 0010:[<ffffffff8011d1f8>] <ffffffff8011d1f8>{__wake_up+52}": x86-64 to 2.6.18
  if (const auto last = text.rfind('<'); last != std::string_view::npos && text.ends_with('}'))
    if (FrameLine frame; read_frame(text.substr(last), frame)) {
      frame.ref.pc = classify_address(d.line->text, text);
      d.add_pc(frame_of(std::move(frame.ref)), label);
      return true;
    }
  Scanner s(text);
  std::uint64_t address = 0;
  if (!s.hex0x(address) && !(s.lit("[<") && s.hex(address))) return false;
  SymbolRef ref;
  ref.address = address;
  ref.pc = classify_address(d.line->text, text);
  d.add_pc(frame_of(std::move(ref)), label);
  return true;
}

bool bracketed_pc_line(ReportBuilder& d, std::string_view status, int bits) {
  const std::string last = std::string(status) + ": ";
  const std::string_view text = d.line->text;
  if (text.find("pc : [") == std::string_view::npos || text.find(last) == std::string_view::npos) return false;
  for (const std::string_view name : {std::string_view("pc"), std::string_view("lr"), status}) {
    std::uint64_t value = 0;
    Scanner at(text);
    if (!at.skip_to(name == status ? last : std::string(name) + " : ")) continue;
    at.lit("[<");
    if (at.hex(value)) d.add_register(name, value, bits);
  }
  return true;
}

}  // namespace unoops::arch
