#include "render/view.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "render/clean.hpp"

namespace unoops {

namespace {

std::string_view outcome_of(const Report& r) {
  if (r.panic || (r.kind && r.kind->id == "panic")) return "machine panicked";
  switch (r.severity) {
    case Severity::fatal:
      return "machine stopped";
    case Severity::error:
      return "kernel went on";
    case Severity::warning:
      return "kernel went on";
    case Severity::notice:
      return "no fault of the kernel";
  }
  return "";
}

// What a line of code did with a register is only worth its place where the line is shown.
bool named_in(const std::vector<Instruction>& code, std::string name) {
  std::ranges::transform(name, name.begin(),
                         [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  return std::ranges::any_of(code, [&](const Instruction& i) {
    for (auto at = i.text.find(name); at != std::string::npos; at = i.text.find(name, at + 1)) {
      const auto behind = at + name.size();
      const bool word = behind < i.text.size() && std::isalnum(static_cast<unsigned char>(i.text[behind]));
      const bool inside = at > 0 && std::isalnum(static_cast<unsigned char>(i.text[at - 1]));
      if (!word && !inside) return true;
    }
    return false;
  });
}

bool matters(const Report& r, const Register& reg) {
  if (reg.name == r.site.base_register) return true;
  if (r.arch && (reg.name == r.arch->sp || (r.fault.address && reg.name == r.arch->fault_address))) return true;
  return named_in(r.site.instructions, reg.name);
}

Named register_view(const Report& r, const Register& reg) {
  Named out{clean(reg.name), fmt::format("{:x}", reg.value), ""};
  if (reg.name == r.site.base_register && r.site.cause && !r.site.cause->expression.empty() &&
      r.site.cause->value == reg.value)
    out.note = clean(r.site.cause->expression);
  return out;
}

std::string module_text(const Module& m) { return clean(m.name) + (m.flags.empty() ? "" : "(" + clean(m.flags) + ")"); }

bool in_a_trace(const Report& r, const Module& m) {
  return std::ranges::any_of(r.stacks, [&](const Stack& s) {
    return std::ranges::any_of(s.frames, [&](const Frame& f) { return f.ref.module == m.name; });
  });
}

}  // namespace

std::string time_text(std::int64_t time_us) {
  return fmt::format("{}.{:03} s", time_us / 1'000'000, time_us / 1000 % 1000);
}

std::string lines_text(const Report& r) {
  if (r.line_first == r.line_last) return fmt::format("line {}", r.line_first);
  return fmt::format("lines {}-{}", r.line_first, r.line_last);
}

Verdict verdict_of(const Report& r) {
  std::string place;
  const auto add = [&](std::string text) { place += (place.empty() ? "" : ", ") + std::move(text); };
  if (!r.host.empty()) add(clean(r.host));
  add(fmt::format("boot {}", r.boot));
  if (!r.wall_time.empty()) add(clean(r.wall_time));
  if (r.time_us) add(time_text(*r.time_us));
  add(lines_text(r));
  if (!r.caller.empty()) add(clean(r.caller));
  std::string severity(severity_id(r.severity));
  for (char& c : severity) c = static_cast<char>(c - 32);
  return {severity, std::string(outcome_of(r)), place};
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
  const bool know_what_matters = !r.site.instructions.empty();
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
  for (const auto& m : r.modules)
    if (unfold || !m.flags.empty() || in_a_trace(r, m))
      out += (out.empty() ? "" : " ") + module_text(m);
    else
      ++others;
  if (others && out.empty()) return fmt::format("{} loaded, none in a trace, none tainting", others);
  if (others) out += fmt::format(" + {} other{}", others, others == 1 ? "" : "s");
  return out;
}

}  // namespace unoops
