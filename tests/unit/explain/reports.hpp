// Reports by hand, and what the explanation says of them.
#pragma once

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "explain/explain.hpp"
#include "inspect/bad_pointer.hpp"
#include "report/fact_names.hpp"
#include "report/stack_role.hpp"

namespace unoops::test {

using explain::explain_report;

inline Report report_of(std::string_view kind, std::string_view arch = "x86_64") {
  Report r;
  r.kind = find_kind(kind);
  r.severity = r.kind->severity;
  r.arch = find_arch(arch);
  return r;
}

inline Frame frame(std::string_view symbol, std::string_view module = {}) {
  Frame f;
  f.ref.symbol = symbol;
  f.ref.offset = 0x10;
  f.ref.size = 0x100;
  f.ref.module = module;
  return f;
}

inline Stack stack(std::string_view label, const std::vector<std::string_view>& symbols) {
  Stack s;
  s.label = label;
  s.role = report::role_of_label(label);
  for (const auto symbol : symbols) s.frames.push_back(frame(symbol));
  return s;
}

inline void set_registers(Report& r, const std::vector<std::pair<std::string_view, std::uint64_t>>& values) {
  for (const auto& [name, value] : values) r.registers.push_back({std::string(name), value, r.arch->bits});
}

// A load through [base + displacement (+ index)], which the CPU refused at its sum.
inline void set_operand(Report& r, std::string_view base, std::int64_t displacement, std::string_view index = {}) {
  auto& s = r.site;
  s.operation = Operation::load;
  s.base_register = base;
  s.base_value = r.reg(base)->value;
  s.displacement = displacement;
  auto sum = *s.base_value + static_cast<std::uint64_t>(displacement);
  if (!index.empty()) {
    s.index_register = index;
    s.index_value = r.reg(index)->value;
    sum += *s.index_value;
  }
  s.effective_address = sum;
  s.agrees_with_fault_address = true;
}

// What the bad pointer is, by all that the test has set; then the explanation.
inline void judge(Report& r) {
  r.site.bad_pointer = inspect::bad_pointer(r);
  explain_report(r);
}

inline bool says(const Report& r, std::string_view words) {
  const auto& e = r.explanation;
  return e.summary.find(words) != std::string::npos ||
         std::ranges::any_of(e.findings, [&](const Finding& f) { return f.text.find(words) != std::string::npos; });
}

inline bool advises(const Report& r, std::string_view words) {
  return std::ranges::any_of(r.explanation.next_steps,
                             [&](const std::string& s) { return s.find(words) != std::string::npos; });
}

inline bool has_rule(const Report& r, std::string_view rule) {
  return std::ranges::find(r.explanation.findings, rule, &Finding::rule) != r.explanation.findings.end();
}

// What is said of a report of these words and facts.
inline Report said(std::string_view kind, std::vector<std::string> messages,
                   std::vector<std::pair<FactName, std::string_view>> facts = {}) {
  auto r = report_of(kind);
  r.messages = std::move(messages);
  for (const auto& [name, value] : facts) r.set_fact(name, value);
  judge(r);
  return r;
}

inline void name_culprit(Report& r, std::size_t stack, std::size_t frame) {
  r.culprit_stack = stack;
  r.culprit_frame = frame;
}

}  // namespace unoops::test
