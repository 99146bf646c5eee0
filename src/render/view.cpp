#include "render/view.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/printable.hpp"
#include "base/text.hpp"
#include "report/fact_names.hpp"
#include "report/questions.hpp"
#include "unoops/known.hpp"

namespace unoops::render {

namespace {

std::string_view outcome_words(const Report& r) {
  switch (outcome_of(r)) {
    case Outcome::panicked:
      return "machine panicked";
    case Outcome::stopped:
      return "machine stopped";
    case Outcome::not_stopped:
      return "nobody had stopped the machine";
    case Outcome::not_told:
      return "the log ends within it";
    case Outcome::went_on:
      return "kernel went on";
    case Outcome::no_fault:
      return "no fault of the kernel";
  }
  return "";
}

bool named_in(std::span<const Instruction> code, const std::string& reg) {
  return std::ranges::any_of(
      code, [&](const Instruction& i) { return std::ranges::find(i.registers, reg) != i.registers.end(); });
}

const std::string* name_of(const Report& r, const Register& reg) {
  const auto at = std::ranges::find(r.site.register_names, reg.name, [](const auto& pair) { return pair.first; });
  return at == r.site.register_names.end() ? nullptr : &at->second;
}

// What a line of code did with a register is only worth its place where the line is shown.
bool matters(const Report& r, const Register& reg) {
  if (reg.name == r.site.base_register || reg.name == r.site.bad_pointer.held_in || name_of(r, reg)) return true;
  if (r.arch && reg.name == r.arch->sp) return true;
  if (r.arch && reg.name == r.arch->fault_address) return r.fault.address == reg.value;
  return named_in(shown_code(r, false), reg.name);
}

Named register_view(const Report& r, const Register& reg) {
  Named out{clean(reg.name), fmt::format("{:x}", reg.value), ""};
  if (const auto* name = name_of(r, reg)) {
    out.note = clean(*name);
  } else if (reg.name == r.site.base_register && r.site.cause && !r.site.cause->expression.empty() &&
             r.site.cause->value == reg.value) {
    out.note = clean(r.site.cause->expression);
  }
  return out;
}

std::string module_text(const Module& m) { return clean(m.name) + (m.flags.empty() ? "" : "(" + clean(m.flags) + ")"); }

bool in_a_trace(const Report& r, const Module& m) {
  return std::ranges::any_of(r.stacks, [&](const Stack& s) {
    return std::ranges::any_of(s.frames, [&](const Frame& f) { return f.ref.module == m.name; });
  });
}

}  // namespace

std::span<const Instruction> shown_code(const Report& r, bool unfold) {
  const std::span<const Instruction> all(r.site.instructions);
  const auto fault = std::ranges::find(all, true, &Instruction::faulting);
  if (unfold || fault == all.end()) return all;
  const auto at = static_cast<std::size_t>(fault - all.begin()), first = at < 5 ? 0 : at - 5;
  return all.subspan(first, std::min(at + 3, all.size()) - first);
}

std::string title_text(const Report& r) {
  constexpr std::string_view nowhere = " in corrupted";  // syzbot's word where no frame is left
  std::string_view title = r.title;
  if (!r.culprit_frame && title.ends_with(nowhere)) title.remove_suffix(nowhere.size());
  return clean(title);
}

std::string time_text(std::int64_t time_us) {
  return fmt::format("{}.{:03} s", time_us / 1'000'000, time_us / 1000 % 1000);
}

std::string moment_text(const Report& r) { return clean(r.wall_time); }

std::string_view known_word(const Report& r) {
  if (!r.known) return "unknown";
  return r.known->regressed ? "came back" : r.known->ignored ? "ignored" : "known";
}

std::string known_suffix(const Report& r) {
  if (!r.known) return {};
  const auto& known = *r.known;
  return fmt::format("  [{}: {}{}{}]", known_word(r), clean(known.bug), known.link.empty() ? "" : ", ",
                     clean(known.link));
}

std::string lines_text(std::uint64_t first, std::uint64_t last) {
  return first == last ? fmt::format("line {}", first) : fmt::format("lines {}-{}", first, last);
}
std::string lines_text(const Report& r) { return lines_text(r.line_first, r.line_last); }

Verdict verdict_of(const Report& r) {
  std::string place;
  const auto add = [&](std::string text) { place += (place.empty() ? "" : ", ") + std::move(text); };
  if (!r.host.empty()) add(clean(r.host));
  add(fmt::format("boot {}", r.boot));
  if (const auto moment = moment_text(r); !moment.empty()) add(moment);
  if (r.time_us) add(time_text(*r.time_us));
  add(lines_text(r));
  if (!r.caller.empty()) add(clean(r.caller));
  std::string severity(severity_id(severity_of(r)));
  for (char& c : severity) c = static_cast<char>(c - 32);
  return {severity, std::string(outcome_words(r)), place};
}

std::string plural(std::size_t n, std::string_view one, std::string_view many) {
  return fmt::format("{} {}", n, n == 1 ? one : many);
}

std::string place_text(const Location& at, bool full) {
  std::string_view file = at.file;
  if (!full && file.starts_with('/')) file.remove_prefix(file.rfind('/') + 1);
  std::string out = clean(file);
  if (at.line) out += fmt::format(":{}", at.line);
  return out;
}

RegisterView registers_of(const Report& r, bool unfold) {
  RegisterView out;
  // Without the instructions any register may have held the bad pointer, if one did.
  const bool know_what_matters = !r.site.instructions.empty() ||
                                 r.site.bad_pointer.address_class == AddressClass::none ||
                                 !r.site.bad_pointer.held_in.empty();
  for (const auto& reg : r.registers)
    if (unfold || !know_what_matters || matters(r, reg))
      out.shown.push_back(register_view(r, reg));
    else
      ++out.hidden;
  return out;
}

std::vector<Named> user_registers_of(const Report& r) {
  std::vector<Named> out;
  for (const auto& reg : r.user_registers) out.push_back({clean(reg.name), fmt::format("{:x}", reg.value), ""});
  return out;
}

std::string modules_of(const Report& r, bool unfold) {
  std::string out;
  std::size_t others = 0;
  std::vector<std::string_view> told;
  for (const auto& m : r.modules)
    if (!unfold && std::ranges::find(told, m.name) != told.end())
      continue;  // a list that was broken off and printed again
    else if (told.push_back(m.name); unfold || !m.flags.empty() || in_a_trace(r, m))
      out += (out.empty() ? "" : " ") + module_text(m);
    else
      ++others;
  if (others && out.empty()) return fmt::format("{} loaded, none in a trace, none tainting", others);
  if (others) out += " + " + plural(others, "other", "others");
  return out;
}

}  // namespace unoops::render
