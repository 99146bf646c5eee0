#include "cli/symbol_files.hpp"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <set>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "base/environment.hpp"
#include "cli/say.hpp"

namespace unoops::cli {
namespace {

using Fit = FileVerdict::Fit;

std::string list(const std::vector<std::string>& items) {
  std::string text;
  for (const auto& item : items) text += (text.empty() ? "" : ", ") + item;
  return text;
}

std::string_view fit_text(Fit fit) {
  switch (fit) {
    case Fit::fits:
      return "fits";
    case Fit::doubtful:
      return "may not fit";
    case Fit::misfit:
      return "does not fit";
    case Fit::not_found:
      return "not found";
    case Fit::unusable:
      return "not usable";
    case Fit::unknown:
      break;
  }
  return "used, nothing in the log to check it by";
}

bool is_directory(const std::string& path) {
  struct stat info {};
  return ::stat(path.c_str(), &info) == 0 && S_ISDIR(info.st_mode);
}

// No vmlinux was found: where it was looked for, and what would help.
std::string missing_vmlinux(const Options& options, const FileVerdict& file, std::string_view release) {
  const std::string& named = options.symbols.vmlinux;
  if (!named.empty() && is_directory(named))
    return fmt::format("{} is a directory, and -k takes the file (-k {}/vmlinux): no file:line", named, named);
  if (!named.empty() && (file.tried.empty() || file.tried.back() == named))
    return fmt::format("{}: not found: no file:line", named);
  if (!named.empty()) return file.tried.back() + ": no file:line";
  if (!file.evidence.empty()) return file.evidence.front();
  if (release.empty()) return "the log does not name its kernel: no file:line without -k VMLINUX or -r RELEASE";
  const std::string help = file.hint.empty() ? "-k VMLINUX" : file.hint + ", or -k VMLINUX";
  if (file.tried.empty()) return fmt::format("no vmlinux of {}: {}", release, help);
  return fmt::format("no vmlinux of {} at {} and {} other place{} (--explain-symbols lists them): {}", release,
                     file.tried.front(), file.tried.size() - 1, file.tried.size() == 2 ? "" : "s", help);
}

std::string warning(const Options& options, const FileVerdict& file, std::string_view release) {
  const bool is_vmlinux = file.what == "vmlinux";
  switch (file.fit) {
    case Fit::misfit:
      return options.symbols.force ? fmt::format("{} does not fit the log, and is used all the same (--force): {}",
                                                 file.path, list(file.evidence))
                                   : fmt::format("{} does not fit the log, it is not used: {} (--force uses it)",
                                                 file.path, list(file.evidence));
    case Fit::doubtful:
      return fmt::format("{} may not fit the log: {}", file.path, list(file.evidence));
    case Fit::unusable:
      if (!file.path.empty() && !file.evidence.empty())
        return fmt::format("{} is not used: {}", file.path, list(file.evidence));
      [[fallthrough]];
    case Fit::not_found:
      if (is_vmlinux) return missing_vmlinux(options, file, release);
      return file.evidence.empty() ? std::string() : fmt::format("module {}: {}", file.what, file.evidence.front());
    default:
      return {};
  }
}

// A kernel whose vmlinux is nowhere: the archive of a fleet names a hundred of them.
bool is_missing(const Options& options, const FileVerdict& file, std::string_view release) {
  return file.what == "vmlinux" && file.fit == Fit::not_found && file.evidence.empty() && !release.empty() &&
         options.symbols.vmlinux.empty();
}

std::vector<std::string> missing_releases(const Options& options, const Symbolizer& symbols) {
  std::vector<std::string> releases;
  for (const KernelFiles& kernel : symbols.files())
    for (const FileVerdict& file : kernel.files)
      if (is_missing(options, file, kernel.release) && std::ranges::find(releases, kernel.release) == releases.end())
        releases.emplace_back(kernel.release);
  return releases;
}

std::string missing_of(std::vector<std::string> releases, std::size_t named) {
  const auto others = releases.size() - named;
  releases.resize(named);
  return fmt::format(
      "no vmlinux of {} and {} other kernels (--explain-symbols tells of each): install their debug packages, or use "
      "--debuginfod",
      list(releases), others);
}

void explain(const FileVerdict& file) {
  say(fmt::format("{}: {}{}{}{}", file.what, file.path, file.path.empty() ? "" : ": ", fit_text(file.fit),
                  file.evidence.empty() ? "" : " (" + list(file.evidence) + ")"));
  for (const auto& tried : file.tried) say("  tried " + tried);
  if (!file.hint.empty()) say("  would help: " + file.hint);
}

}  // namespace

void say_of_symbols(const Options& options, const Symbolizer& symbols) {
  std::set<std::string> said;
  if (options.symbols.none) return;
  constexpr std::size_t told_one_by_one = 4, named = 3;
  const auto missing = missing_releases(options, symbols);
  const bool many = missing.size() > told_one_by_one;
  if (many) say(missing_of(missing, named));
  for (const KernelFiles& kernel : symbols.files()) {
    for (const FileVerdict& file : kernel.files) {
      if (options.explain_symbols) explain(file);
      if (many && is_missing(options, file, kernel.release)) continue;
      const std::string text = warning(options, file, kernel.release);
      if (!text.empty() && said.insert(text).second) say(text);
    }
  }
}

void say_of_places(const Options& options) {
  const auto look_at = [](const char* option, const std::string& path) {
    if (path.empty() || is_directory(path)) return;
    say(fmt::format("{} {}: {}", option, path,
                    ::access(path.c_str(), F_OK) == 0 ? "not a directory" : std::strerror(errno)));
  };
  for (const auto& directory : options.symbols.modules) look_at("-m", directory);
  look_at("--debug-root", options.symbols.debug_root);
  for (const auto& directory : options.render.source_dirs) look_at("--source", directory);
  if (!options.symbols.debuginfod || options.symbols.none) return;
  std::istringstream words{std::string(environment("DEBUGINFOD_URLS"))};
  bool any = false;
  for (std::string url; words >> url; any = true)
    if (!url.starts_with("https://") && !url.starts_with("http://") && !url.starts_with("file://"))
      say(fmt::format("DEBUGINFOD_URLS: {} is no address of a server (https://...)", url));
  if (!any) say("--debuginfod: DEBUGINFOD_URLS names no server, so nothing is fetched");
}

void show_downloads(Options& options) {
  if (options.quiet) return;
  constexpr double mega = 1e6;
  options.symbols.progress = [](const std::string& what, std::uint64_t done, std::uint64_t total) {
    auto& line = status_line();
    if (what.empty()) return line.hide();
    if (!line.is_due()) return;
    const auto got = static_cast<double>(done) / mega, all = static_cast<double>(total) / mega;
    line.show(fmt::format("debuginfod: {}: {:.1f}{} MB", what, got, total ? fmt::format(" of {:.1f}", all) : ""));
  };
}

}  // namespace unoops::cli
