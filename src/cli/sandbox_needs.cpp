#include "cli/sandbox_needs.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <string_view>
#include <system_error>

#include "base/decompress.hpp"
#include "base/environment.hpp"
#include "base/late_library.hpp"
#include "cli/output.hpp"
#include "unoops/symbol_directories.hpp"
#include "unoops/upkeep.hpp"

namespace unoops::cli {
namespace {

namespace fs = std::filesystem;

// By hand and by system calls, here and below, because this runs at every start: std::filesystem takes as long again.
std::string directory_of(const std::string& path) {
  const auto last = path.find_last_not_of('/');
  const auto slash = last == std::string::npos ? last : path.rfind('/', last);
  if (slash == std::string::npos) return path.starts_with('/') ? "/" : ".";
  return slash == 0 ? "/" : path.substr(0, slash);
}

bool is_directory(const std::string& path) {
  struct stat info {};
  return ::stat(path.c_str(), &info) == 0 && S_ISDIR(info.st_mode);
}

// Of a path that may not be there yet: the nearest directory that is.
std::string nearest_directory(std::string path) {
  do path = directory_of(path);
  while (!is_directory(path) && path != "." && path != "/");
  return path;
}

// As `tail -F`: a file of the same name that comes later, and a link that leads elsewhere one day.
std::string needed_to_follow(const std::string& file) {
  struct stat info {};
  return ::lstat(file.c_str(), &info) == 0 && S_ISLNK(info.st_mode) ? "/" : nearest_directory(file);
}

// A packed memory dump is unpacked into a file without a name. What packed logs and directories are is only known when
// they are read.
bool may_be_packed(const std::string& file) {
  struct stat info {};
  if (::stat(file.c_str(), &info) != 0 || S_ISDIR(info.st_mode)) return true;
  if (!S_ISREG(info.st_mode)) return false;
  std::array<char, 16> head{};
  const int fd = ::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (fd < 0) return false;
  const ssize_t got = ::pread(fd, head.data(), head.size(), 0);
  ::close(fd);
  return got > 0 && base::packing_of({head.data(), static_cast<std::size_t>(got)}) != base::Packing::none;
}

// Several files are opened one by one, and one of them may be rotated meanwhile: another file then has the name.
void need_inputs(const Options& options, Sandbox& out) {
  bool packed = false;
  for (const auto& file : options.files) {
    const std::string path = file == "-" ? "/dev/stdin" : file;
    packed |= may_be_packed(path);
    out.read.push_back(path);
    if (options.follow)
      out.read.push_back(needed_to_follow(path));
    else if (options.files.size() > 1 && file != "-")
      out.read.push_back(directory_of(path));
  }
  if (options.files.empty()) out.read.emplace_back("/dev/stdin"), packed = may_be_packed("/dev/stdin");
  if (!packed) return;
  for (const auto directory : {environment("TMPDIR"), std::string_view("/var/tmp"), std::string_view("/tmp")})
    if (!directory.empty()) out.write.emplace_back(directory);
}

// Where libdebuginfod 0.188 keeps what it fetched (debuginfod/debuginfod-client.c, debuginfod_query_server()).
std::string debuginfod_cache() {
  if (const auto chosen = environment("DEBUGINFOD_CACHE_PATH"); !chosen.empty()) return std::string(chosen);
  const std::string home(environment("HOME"));
  if (auto old = home + "/.debuginfod_client_cache"; is_directory(old)) return old;
  const auto xdg = environment("XDG_CACHE_HOME");
  return (xdg.empty() ? home + "/.cache" : std::string(xdg)) + "/debuginfod_client";
}

// The library brings TLS, name services and their settings, which may be anywhere: it reads what it wants.
void need_debuginfod(Sandbox& out) {
  out.network = true;
  out.read.emplace_back("/");
  const auto cache = debuginfod_cache();
  std::error_code error;
  fs::create_directories(cache, error);  // or there is nothing that could be allowed
  out.write.push_back(cache);
}

void need_symbols(const SymbolOptions& symbols, Sandbox& out) {
  for (const auto& path : {symbols.vmlinux, symbols.kallsyms, symbols.system_map})
    if (!path.empty()) out.read.push_back(path);
  if (symbols.none) return;
  std::array<char, 8> target{};
  const auto length = ::readlink("/lib", target.data(), target.size());
  const bool merged = length > 0 && std::string_view(target.data(), static_cast<std::size_t>(length)) == "usr/lib";
  const auto directories = symbol_directories(symbols);
  for (const auto& directory : directories)  // where /lib is merged, some are named twice
    if (!merged || std::ranges::find(directories, "/usr" + directory) == directories.end())
      out.read.push_back(directory);
  if (may_ask_debuginfod(symbols)) need_debuginfod(out);
}

// It is open by now, under another name (cli/output.hpp), or in its place: a device, and what --follow writes.
void need_output(const Options& options, Sandbox& out) {
  std::error_code error;
  const auto real = output_place(options.output);
  if (!options.follow && (!fs::exists(real, error) || fs::is_regular_file(real, error)))
    out.rename.push_back(directory_of(real));
}

// The rules of --known; `known add` puts more at the file's end.
void need_rules(const Options& options, Sandbox& out) {
  if (options.known.empty()) return;
  out.read.push_back(options.known);
  if (options.add_known) out.write.push_back(directory_of(options.known));
}

}  // namespace

Sandbox needs_of(const Options& options) {
  Sandbox out;
  out.read = base::read_for_late_libraries();
  need_inputs(options, out);
  need_rules(options, out);
  need_symbols(options.symbols, out);
  for (const auto& tree : options.render.source_dirs) {
    out.read.push_back(tree);
    out.programs |= asks_git(tree);
  }
  if (!options.output.empty()) need_output(options, out);
  return out;
}

Sandbox needs_of(const SymbolOptions& symbols) {
  Sandbox out;
  out.read = base::read_for_late_libraries();
  out.read.emplace_back("/dev/stdin");
  need_symbols(symbols, out);
  return out;
}

}  // namespace unoops::cli
