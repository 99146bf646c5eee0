#include "debuginfo/symbol_roots.hpp"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <optional>

namespace unoops::debuginfo {
namespace {

constexpr std::array<const char*, 6> usual = {"/usr/lib/debug", "/lib/modules", "/usr/lib/modules",
                                              "/boot",          "/usr/src",     "/lib/debug"};

// Nothing: it is not there.
std::optional<std::string> real_path(const std::string& path) {
  const std::unique_ptr<char, decltype(&std::free)> real(::realpath(path.c_str(), nullptr), &std::free);
  return real ? std::optional<std::string>(real.get()) : std::nullopt;
}

std::string without_dots(const std::string& path) {
  std::error_code error;
  return std::filesystem::absolute(path, error).lexically_normal().string();
}

bool is_below(std::string_view directory, std::string_view path) {
  if (directory == "/" || path == directory) return true;
  return path.starts_with(directory) && path.substr(directory.size()).starts_with('/');
}

}  // namespace

std::string directory_of(std::string_view path) {
  const auto slash = path.rfind('/');
  if (slash == 0) return "/";
  return slash == path.npos ? "." : std::string(path.substr(0, slash));
}

void SymbolRoots::add(std::string directory) {
  if (std::ranges::find(named_, directory) != named_.end()) return;
  named_.push_back(std::move(directory));
  real_.clear();
}

std::vector<std::string> SymbolRoots::directories() const {
  auto all = named_;
  all.insert(all.end(), usual.begin(), usual.end());
  return all;
}

const std::vector<std::string>& SymbolRoots::real() const {
  if (!real_.empty()) return real_;
  for (const auto& directory : directories())
    if (auto real = real_path(directory)) real_.push_back(std::move(*real));
  return real_;
}

bool SymbolRoots::hold(const std::string& path) const {
  // Looked at first, because even a look at some paths does something (an automounter's).
  const auto words = without_dots(path);
  const auto says_so = [&](const std::string& directory) { return is_below(directory, words); };
  if (std::ranges::none_of(real(), says_so) &&
      std::ranges::none_of(named_, [&](const std::string& directory) { return says_so(without_dots(directory)); }) &&
      std::ranges::none_of(usual, [&](const char* directory) { return says_so(directory); }))
    return false;
  const auto file = real_path(path);
  return file && std::ranges::any_of(real(), [&](const std::string& directory) { return is_below(directory, *file); });
}

}  // namespace unoops::debuginfo
