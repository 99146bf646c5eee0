#include "parse/module_list.hpp"

#include <algorithm>
#include <array>

#include "base/limits.hpp"
#include "base/text.hpp"

namespace unoops::parse {
namespace {

bool module_list(Scanner rest, ReportBuilder& d) {
  auto text = rest.rest();
  if (const auto at = text.find("[last unloaded: "); at != std::string_view::npos) {
    d.report.modules_unloaded = trim(text.substr(at + 16, text.find(']', at) - at - 16));
    text = text.substr(0, at);
  }
  Scanner s(text);
  std::string_view word;
  while (s.blanks().word(word) && d.report.modules.size() < limits::modules) {
    Module module;
    const auto open = word.find('(');
    module.name = word.substr(0, open);
    if (open != std::string_view::npos) module.flags = word.substr(open + 1, word.find(')', open) - open - 1);
    d.report.modules.push_back(std::move(module));
  }
  return true;
}

bool modules(Scanner rest, ReportBuilder& d) {
  d.in_stack = false;
  if (d.modules) return true;
  d.modules = true;
  return module_list(rest, d);
}

// v6.0 kernel/module/tracking.c: "Unloaded tainted modules: foo(O):1", with the last-unloaded part behind it
bool unloaded_tainted(Scanner rest, ReportBuilder& d) {
  std::string_view ignored, last;
  if (rest.until("[last unloaded: ", ignored) && rest.until("]", last)) d.report.modules_unloaded = last;
  return true;
}

constexpr auto rows = std::to_array<Section>({
    {SectionId::modules, "Modules linked in:", modules},
    {SectionId::modules_more, "Unloaded tainted modules:", unloaded_tainted},
});

}  // namespace

Sections module_sections() { return rows; }

void read_more_modules(std::string_view text, ReportBuilder& d) { module_list(Scanner(text), d); }

bool has_module(const ReportBuilder& d, std::string_view text) {
  Scanner s(text);
  std::string_view word;
  return s.blanks().word(word) &&
         std::ranges::find(d.report.modules, word.substr(0, word.find('(')), &Module::name) != d.report.modules.end();
}

bool looks_like_modules(std::string_view list) {
  Scanner s(list);
  std::string_view word;
  int words = 0, telling = 0;  // a name that is no hex number, or has flags
  while (s.blanks().word(word)) {
    const auto name = word.substr(0, word.find('('));
    if (name.empty() || !std::ranges::all_of(name, is_word)) return word.starts_with("[last") && words > 0;
    ++words;
    telling += word.ends_with(')') || !std::ranges::all_of(name, is_hex);
  }
  return telling > 0;
}

}  // namespace unoops::parse
