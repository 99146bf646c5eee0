#include "render/source.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "base/printable.hpp"

namespace unoops::render {

namespace fs = std::filesystem;

namespace {

// A page of source, not whatever the debug information names: amdgpu's register headers have 20 MB.
constexpr std::uintmax_t largest_file = 32u << 20;

// Names come from the outside: none leads out of the tree. A leading part that the tree does not have is dropped bit by
// bit.
fs::path find_below(const fs::path& dir, const fs::path& name) {
  std::vector<fs::path> parts;
  for (const auto& part : name.lexically_normal().relative_path())
    if (part != ".." && part != ".") parts.push_back(part);
  for (std::size_t skip = 0; skip < parts.size(); ++skip) {
    fs::path candidate = dir;
    for (std::size_t i = skip; i < parts.size(); ++i) candidate /= parts[i];
    std::error_code ignored;
    if (fs::is_regular_file(candidate, ignored) && fs::file_size(candidate, ignored) <= largest_file) return candidate;
  }
  return {};
}

std::vector<std::string> read_lines(const fs::path& file) {
  std::vector<std::string> out;
  std::ifstream in(file, std::ios::binary);
  for (std::string line; std::getline(in, line);) out.push_back(std::move(line));
  return out;
}

// Tabs stand at eight, as the kernel's style has it.
std::string expand_tabs(std::string_view line) {
  std::string out;
  for (const char c : line)
    if (c == '\t')
      out.append(8 - out.size() % 8, ' ');
    else if (c != '\r')
      out += c;
  return clean(out);
}

}  // namespace

const std::vector<std::string>& SourceTree::lines_of(const std::string& file) {
  const auto known = files_.find(file);
  if (known != files_.end()) return known->second;
  if (files_.size() >= 64) files_.clear();
  const auto path = find_below(dir_, file);
  return files_[file] = path.empty() ? std::vector<std::string>{} : read_lines(path);
}

std::vector<SourceLine> SourceTree::around(const Location& at) {
  std::vector<SourceLine> out;
  if (dir_.empty() || at.line == 0 || at.file.empty() || !shown_.insert({at.file, at.line}).second) return out;
  const auto& lines = lines_of(at.file);
  if (at.line > lines.size()) return out;
  const unsigned before = static_cast<unsigned>(context_);
  const unsigned first = at.line > before ? at.line - before : 1;
  const auto last = std::min<std::size_t>(lines.size(), std::size_t{at.line} + before);
  for (unsigned n = first; n <= last; ++n) out.push_back({n, expand_tabs(lines[n - 1]), n == at.line});
  return out;
}

}  // namespace unoops::render
