#include "base/source_tree.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "base/printable.hpp"

namespace unoops::base {

namespace fs = std::filesystem;

namespace {

// A page of source, not whatever the debug information names: amdgpu's register headers have 20 MB.
constexpr std::uintmax_t largest_file = 32u << 20;
constexpr std::size_t longest_line = 4096;

// A link may lead anywhere.
bool is_below(const fs::path& dir, const fs::path& file) {
  std::error_code ignored;
  const auto top = fs::canonical(dir, ignored), real = fs::canonical(file, ignored);
  const auto [of_top, of_real] = std::mismatch(top.begin(), top.end(), real.begin(), real.end());
  return !top.empty() && of_top == top.end() && of_real != real.end();
}

// A leading part that no tree has is dropped bit by bit.
fs::path find_below(const std::vector<std::string>& dirs, const fs::path& name) {
  std::vector<fs::path> parts;
  for (const auto& part : name.lexically_normal().relative_path())
    if (part != ".." && part != ".") parts.push_back(part);
  for (std::size_t skip = 0; skip < parts.size(); ++skip)
    for (const std::string& dir : dirs) {
      fs::path candidate = dir;
      for (std::size_t i = skip; i < parts.size(); ++i) candidate /= parts[i];
      std::error_code ignored;
      if (fs::is_regular_file(candidate, ignored) && fs::file_size(candidate, ignored) <= largest_file &&
          is_below(dir, candidate))
        return candidate;
    }
  return {};
}

std::vector<std::string> read_lines(const fs::path& file) {
  std::vector<std::string> out;
  std::ifstream in(file, std::ios::binary);
  std::uintmax_t bytes = 0;
  for (std::string line; bytes <= largest_file && std::getline(in, line);) {
    bytes += line.size() + 1;
    line.resize(std::min(line.size(), longest_line));
    out.push_back(std::move(line));
  }
  return out;
}

}  // namespace

std::string SourceTree::find(std::string_view file) const { return find_below(dirs_, fs::path(file)).string(); }

const std::vector<std::string>& SourceTree::lines_of(std::string_view file) {
  const auto known = files_.find(file);
  if (known != files_.end()) return known->second;
  if (files_.size() >= 64) files_.clear();
  const auto path = find_below(dirs_, fs::path(file));
  return files_[std::string(file)] = path.empty() ? std::vector<std::string>{} : read_lines(path);
}

std::string shown_source(std::string_view line) {
  std::string out;
  for (const char c : line)
    if (c == '\t')
      out.append(8 - out.size() % 8, ' ');
    else if (c != '\r')
      out += c;
  return clean(out);
}

}  // namespace unoops::base
