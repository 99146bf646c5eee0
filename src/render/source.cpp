#include "render/source.hpp"

#include <algorithm>

namespace unoops::render {

std::vector<SourceLine> SourceView::around(const Location& at) {
  std::vector<SourceLine> out;
  if (!tree_.is_open() || at.line == 0 || at.file.empty() || !shown_.insert({at.file, at.line}).second) return out;
  const auto& lines = tree_.lines_of(at.file);
  if (at.line > lines.size()) return out;
  const auto before = static_cast<unsigned>(context_);
  const unsigned first = at.line > before ? at.line - before : 1;
  const auto last = std::min<std::size_t>(lines.size(), std::size_t{at.line} + before);
  for (unsigned n = first; n <= last; ++n) out.push_back({n, shown_source(lines[n - 1]), n == at.line});
  return out;
}

}  // namespace unoops::render
