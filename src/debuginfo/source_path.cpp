#include "debuginfo/source_path.hpp"

#include <algorithm>
#include <array>
#include <vector>

namespace unoops::debuginfo {

namespace {

// The directories at the top of a kernel tree (v2.6 to v6.18).
constexpr std::array<std::string_view, 23> top_directories = {
    "arch",    "block",    "certs",    "crypto", "drivers", "firmware", "fs",  "include",
    "init",    "io_uring", "ipc",      "kernel", "lib",     "mm",       "net", "rust",
    "samples", "scripts",  "security", "sound",  "tools",   "usr",      "virt"};

bool is_top_directory(std::string_view name) {
  return std::find(top_directories.begin(), top_directories.end(), name) != top_directories.end();
}

// "linux", "linux-6.1.192", "linux-headers-6.1.0-56-common", "kernel-5.14.0": how trees are called.
bool is_tree_name(std::string_view name) { return name.starts_with("linux") || name.starts_with("kernel-"); }

std::vector<std::string_view> components(std::string_view path) {
  std::vector<std::string_view> out;
  while (!path.empty()) {
    const auto slash = path.find('/');
    const auto part = path.substr(0, slash);
    path.remove_prefix(slash == path.npos ? path.size() : slash + 1);
    if (part.empty() || part == ".") continue;
    if (part == ".." && !out.empty() && out.back() != "..")
      out.pop_back();
    else
      out.push_back(part);
  }
  return out;
}

std::string join(const std::vector<std::string_view>& parts, std::size_t from) {
  std::string out;
  for (std::size_t i = from; i < parts.size(); ++i) {
    if (i > from) out += '/';
    out += parts[i];
  }
  return out;
}

// Where the path inside the tree begins; 0: not known.
std::size_t tree_start(const std::vector<std::string_view>& parts, const std::vector<std::string_view>& comp) {
  if (!comp.empty() && parts.size() > comp.size() && std::equal(comp.begin(), comp.end(), parts.begin()))
    return comp.size();
  for (std::size_t i = parts.size(); i-- > 1;)
    if (is_tree_name(parts[i - 1]) && is_top_directory(parts[i])) return i;
  std::size_t up = 0;  // "../../kernel/fork.c": an O= directory below the tree
  while (up < parts.size() && parts[up] == "..") ++up;
  if (up > 0 && up < parts.size() && is_top_directory(parts[up])) return up;
  // An O= directory below the tree, absolute: what both share is the tree, if a top directory follows.
  const auto shared = static_cast<std::size_t>(
      std::mismatch(parts.begin(), parts.end(), comp.begin(), comp.end()).first - parts.begin());
  return shared > 1 && shared + 1 < parts.size() && is_top_directory(parts[shared]) ? shared : 0;
}

}  // namespace

std::string normal_path(std::string_view path) {
  const std::string tail = join(components(path), 0);
  return path.starts_with('/') ? "/" + tail : tail;
}

std::string source_path(std::string_view path, std::string_view comp_dir) {
  const auto parts = components(path);
  const auto comp = components(comp_dir);
  if (const std::size_t start = tree_start(parts, comp)) return join(parts, start);
  return normal_path(path);
}

}  // namespace unoops::debuginfo
