#include "symbols/finder.hpp"

#include <dirent.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <filesystem>

#include "base/release_name.hpp"
#include "unoops/symbol_directories.hpp"

namespace unoops::symbols {

namespace {

// A build tree has some 100,000 files; nobody waits for more.
constexpr std::size_t most_files = 400'000;
// Of the machine itself; nobody keeps more in /lib/modules.
constexpr std::size_t most_kernels = 1'000;

struct Place {
  const char* pattern;  // {} is the release
};

// Debian, Ubuntu (ddebs), Fedora and RHEL, SUSE, Arch, Gentoo, a build tree that was installed from.
constexpr Place vmlinux_places[] = {
    {"/usr/lib/debug/boot/vmlinux-{}"},             // Debian, Ubuntu
    {"/usr/lib/debug/lib/modules/{}/vmlinux"},      // Fedora, RHEL; Debian has a link there
    {"/usr/lib/debug/usr/lib/modules/{}/vmlinux"},  // the same with merged /usr; Arch
    {"/usr/lib/debug/boot/vmlinux-{}.debug"},       // SUSE
    {"/usr/lib/debug/usr/lib/modules/{}/vmlinux.debug"},
    {"/usr/lib/debug/lib/modules/{}/vmlinux.debug"},
    {"/lib/modules/{}/vmlinux"},
    {"/usr/lib/modules/{}/vmlinux"},
    {"/lib/modules/{}/build/vmlinux"},  // make modules_install leaves the link; Arch's headers
    {"/usr/lib/modules/{}/build/vmlinux"},
    {"/lib/modules/{}/source/vmlinux"},
    {"/boot/vmlinux-{}"},
    {"/usr/src/linux-{}/vmlinux"},  // Gentoo
    {"/usr/src/kernels/{}/vmlinux"},
    {"/usr/src/debug/kernel-{}/vmlinux"},
    {"/usr/src/linux/vmlinux"},
};

constexpr Place module_places[] = {
    {"/usr/lib/debug/lib/modules/{}"},
    {"/usr/lib/debug/usr/lib/modules/{}"},
    {"/lib/modules/{}"},
    {"/usr/lib/modules/{}"},
};

std::string fill(const char* pattern, std::string_view release) { return fmt::format(fmt::runtime(pattern), release); }

void add(std::vector<std::string>& out, std::string path) {
  if (std::find(out.begin(), out.end(), path) == out.end()) out.push_back(std::move(path));
}

// Links are not followed: /lib/modules/REL/build leads out of the tree.
bool is_directory(const std::string& parent, const dirent& entry) {
  if (entry.d_type != DT_UNKNOWN) return entry.d_type == DT_DIR;
  struct stat st {};
  return lstat((parent + "/" + entry.d_name).c_str(), &st) == 0 && S_ISDIR(st.st_mode);
}

// depmod's order: what an administrator added comes before what the distribution shipped.
int priority(std::string_view directory) {
  if (directory == "updates") return 0;
  return directory == "extra" || directory == "weak-updates" ? 1 : 2;
}

}  // namespace

std::string module_name_of(std::string_view file) {
  for (const std::string_view suffix : {".xz", ".zst", ".gz", ".debug"})
    if (file.ends_with(suffix)) file.remove_suffix(suffix.size());
  if (file.ends_with(".debug")) file.remove_suffix(6);
  if (!file.ends_with(".ko") || file.size() == 3) return {};
  std::string name(file.substr(0, file.size() - 3));
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
}

namespace {

bool same_module(std::string_view file, std::string_view module) {
  const auto same = [](char m, char f) { return f == m || (f == '-' && m == '_'); };
  return file.size() > module.size() && file[module.size()] == '.' &&
         std::equal(module.begin(), module.end(), file.begin(), same) && module_name_of(file) == module;
}

}  // namespace

void ModuleDirectory::find_among(std::size_t first, std::string_view module, std::vector<std::string>& out) const {
  for (std::size_t i = first; i < read_.size(); ++i) {
    std::string_view rest = read_[i].files;
    for (; !rest.empty(); rest.remove_prefix(rest.find('\0') + 1))
      if (const auto file = rest.substr(0, rest.find('\0')); same_module(file, module))
        out.push_back(read_[i].directory + "/" + std::string(file));
  }
}

std::vector<std::string> ModuleDirectory::find(std::string_view module) {
  std::vector<std::string> out;
  find_among(0, module, out);
  while (out.empty()) {
    const std::size_t known = read_.size();
    if (!walk_on()) break;
    find_among(known, module, out);
  }
  return out;
}

// Reads one more directory; false: there is none left. By readdir itself: std::filesystem takes a path apart for every
// entry.
bool ModuleDirectory::walk_on() {
  if (pending_.empty() || seen_ > most_files) return false;
  const std::string directory = std::move(pending_.back());
  pending_.pop_back();
  DIR* handle = opendir(directory.c_str());
  if (!handle) return true;
  std::vector<std::string> below;
  std::string files;
  while (const dirent* entry = readdir(handle)) {
    const std::string_view name = entry->d_name;
    ++seen_;
    if (name == "." || name == "..") continue;
    if (is_directory(directory, *entry))
      below.emplace_back(name);
    else if (name.find(".ko") != name.npos)
      files.append(name).push_back('\0');
  }
  closedir(handle);
  if (!files.empty()) read_.push_back({directory, std::move(files)});
  // Sorted backwards, because the last one of pending_ is read first.
  std::sort(below.begin(), below.end(), [](const std::string& a, const std::string& b) {
    return std::pair(priority(b), std::string_view(b)) < std::pair(priority(a), std::string_view(a));
  });
  for (const std::string& name : below) pending_.push_back(directory + "/" + name);
  return true;
}

Finder::Finder(const SymbolOptions& options) : modules_(options.modules) {
  if (!options.debug_root.empty()) {
    std::string root = options.debug_root;
    while (root.size() > 1 && root.back() == '/') root.pop_back();
    roots_.push_back(root);
  }
  roots_.emplace_back();
}

std::vector<std::string> Finder::vmlinux_paths(std::string_view release, std::string_view build_id) const {
  std::vector<std::string> out;
  for (const std::string& root : roots_) {
    if (const std::string by_id = build_id_path(build_id); !by_id.empty()) add(out, root + "/usr/lib/debug/" + by_id);
    if (!is_release_name(release)) continue;
    for (const Place& place : vmlinux_places) add(out, root + fill(place.pattern, release));
    if (!root.empty()) {
      add(out, root + "/vmlinux-" + std::string(release));
      add(out, root + "/vmlinux");
    }
  }
  return out;
}

debuginfo::SymbolRoots Finder::roots(const SymbolOptions& options) const {
  debuginfo::SymbolRoots roots(modules_);
  if (roots_.size() > 1) roots.add(roots_.front());
  if (options.vmlinux.empty()) return roots;
  // The user named it: by a link, both places are meant.
  roots.add(debuginfo::directory_of(options.vmlinux));
  std::error_code error;
  const auto real = std::filesystem::canonical(options.vmlinux, error);
  if (!error) roots.add(real.parent_path().string());
  return roots;
}

std::vector<std::string> Finder::build_directories(std::string_view release) const {
  std::vector<std::string> out;
  if (is_release_name(release))
    for (const char* pattern : {"/lib/modules/{}/build", "/lib/modules/{}/source"})
      out.push_back(fill(pattern, release));
  return out;
}

std::vector<std::string> Finder::all_build_directories() const {
  std::vector<std::string> out;
  DIR* handle = opendir("/lib/modules");
  if (!handle) return out;
  for (const dirent* entry = readdir(handle); entry && out.size() < most_kernels; entry = readdir(handle))
    if (entry->d_name[0] != '.')
      for (auto& directory : build_directories(entry->d_name)) out.push_back(std::move(directory));
  closedir(handle);
  return out;
}

std::vector<std::string> Finder::module_directories(std::string_view release, std::string_view vmlinux) const {
  std::vector<std::string> out = modules_;
  if (const auto slash = vmlinux.rfind('/'); !vmlinux.empty()) {
    const std::string directory(slash == vmlinux.npos ? "." : vmlinux.substr(0, slash == 0 ? 1 : slash));
    add(out, directory);
    // A copy of a machine's tree: DIR/usr/lib/debug/boot/vmlinux-R, DIR/boot/vmlinux-R.
    if (directory.ends_with("/boot") && is_release_name(release))
      add(out, fmt::format("{}/lib/modules/{}", directory.substr(0, directory.size() - 5), release));
  }
  for (const std::string& root : roots_)
    for (const Place& place : module_places)
      if (is_release_name(release)) add(out, root + fill(place.pattern, release));
  if (roots_.size() > 1) add(out, roots_.front());
  return out;
}

std::vector<std::string> Finder::debug_paths(std::string_view file, std::string_view debuglink,
                                             std::string_view build_id) const {
  std::vector<std::string> out;
  // A name, never a path (GDB manual, "Debugging Information in Separate Files").
  if (debuglink.find('/') != debuglink.npos || debuglink == "..") debuglink = {};
  const std::string directory = debuginfo::directory_of(file);
  for (const std::string& root : roots_) {
    if (const std::string by_id = build_id_path(build_id); !by_id.empty()) add(out, root + "/usr/lib/debug/" + by_id);
    std::string_view inside = directory;
    if (inside.starts_with(root)) inside.remove_prefix(root.size());
    if (!debuglink.empty() && inside.starts_with('/'))
      add(out, fmt::format("{}/usr/lib/debug{}/{}", root, inside, debuglink));
  }
  if (file.empty()) return out;
  if (!debuglink.empty()) {
    add(out, fmt::format("{}/{}", directory, debuglink));
    add(out, fmt::format("{}/.debug/{}", directory, debuglink));
  }
  add(out, fmt::format("{}.debug", file));
  return out;
}

std::string package_hint(std::string_view release) {
  if (!is_release_name(release)) return {};
  const auto has = [&](std::string_view part) { return release.find(part) != release.npos; };
  if (has("-generic") || has("-lowlatency") || has("-aws") || has("-azure") || has("-gcp") || has("-oracle") ||
      has("-raspi"))
    return fmt::format("apt install linux-image-unsigned-{}-dbgsym  (from ddebs.ubuntu.com)", release);
  if (has("uek.")) return fmt::format("dnf install kernel-uek-debuginfo-{}", release);  // Oracle
  if (has("-gentoo")) return "no debug package: build it with CONFIG_DEBUG_INFO=y and keep /usr/src/linux/vmlinux";
  if (has(".fc") || has(".el") || has(".amzn")) return fmt::format("dnf debuginfo-install kernel-core-{}", release);
  for (const std::string_view flavour : {"-default", "-preempt", "-64kb"})  // SUSE
    if (release.ends_with(flavour))
      return fmt::format("zypper install kernel{}-debuginfo-{}", flavour,
                         release.substr(0, release.size() - flavour.size()));
  if (has("-arch") || has("-lts") || has("-zen") || has("-hardened"))
    return "no debug package: set DEBUGINFOD_URLS=https://debuginfod.archlinux.org and use --debuginfod";
  const bool debian = has("-amd64") || has("-arm64") || has("-686") || has("-armmp") || has("-powerpc64le") ||
                      has("-s390x") || has("-riscv64") || has("-loongson") || has("-mips") || has("+deb");
  if (debian) return fmt::format("apt install linux-image-{}-dbg", release);
  return {};
}

}  // namespace unoops::symbols

namespace unoops {

std::vector<std::string> symbol_directories(const SymbolOptions& options) {
  const symbols::Finder finder(options);
  auto out = finder.roots(options).directories();
  for (auto& directory : finder.all_build_directories()) out.push_back(std::move(directory));
  return out;
}

}  // namespace unoops
