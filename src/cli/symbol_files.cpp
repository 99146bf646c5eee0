#include "cli/symbol_files.hpp"

#include <fmt/format.h>

#include <set>
#include <string_view>

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

// No vmlinux was found: where it was looked for, and what would help.
std::string missing_vmlinux(const Options& options, const FileVerdict& file, std::string_view release) {
  const std::string& named = options.symbols.vmlinux;
  if (!named.empty() && (file.tried.empty() || file.tried.back() == named))
    return fmt::format("{}: not found: no file:line", named);
  if (!named.empty()) return file.tried.back() + ": no file:line";
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
      return fmt::format("{} does not fit the log, it is not used: {} (--force uses it)", file.path,
                         list(file.evidence));
    case Fit::doubtful:
      return fmt::format("{} may not fit the log: {}", file.path, list(file.evidence));
    case Fit::unusable:
      if (!file.path.empty() && !file.evidence.empty())
        return fmt::format("{} is not used: {}", file.path, list(file.evidence));
      [[fallthrough]];
    case Fit::not_found:
      return is_vmlinux ? missing_vmlinux(options, file, release) : std::string();
    default:
      return {};
  }
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
  for (const KernelFiles& kernel : symbols.files()) {
    for (const FileVerdict& file : kernel.files) {
      if (options.explain_symbols) explain(file);
      const std::string text = warning(options, file, kernel.release);
      if (!text.empty() && said.insert(text).second) say(text);
    }
  }
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
