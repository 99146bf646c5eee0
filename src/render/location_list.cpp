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

}  // namespace unoops::render
