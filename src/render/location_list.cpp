#include "render/location_list.hpp"

#include <fmt/format.h>

#include "base/printable.hpp"

namespace unoops::render {

std::string location_list(const Lookup& lookup, std::string_view base) {
  std::string text;
  const auto* chain = std::get_if<std::vector<Location>>(&lookup);
  if (!chain) return text;
  for (const Location& at : *chain) {
    std::string_view file = at.file;
    if (file.empty() || at.line == 0) continue;
    if (!base.empty() && file.starts_with(base) && file.substr(base.size()).starts_with('/'))
      file.remove_prefix(base.size() + 1);
    if (!text.empty()) text += ' ';
    text += fmt::format("{}:{}", clean(file), at.line);  // the compiler's name for it, or whoever wrote the file's
  }
  return text;
}

bool is_located(std::string_view line, const std::vector<SymbolRefSpan>& refs, std::size_t at) {
  const auto behind = refs[at].module_end;
  const auto printed = printed_locations(line.substr(behind));
  return printed > 0 && (at + 1 == refs.size() || refs[at + 1].begin >= behind + printed);
}

}  // namespace unoops::render
