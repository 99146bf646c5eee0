// The whole program in one screen: sources → lines → reports → symbols → explanation → text.
#include "cli/run.hpp"

#include <fmt/core.h>

#include <algorithm>

#include "cli/choose.hpp"
#include "cli/pump.hpp"
#include "cli/symbol_files.hpp"
#include "unoops/annotate.hpp"
#include "unoops/explainer.hpp"
#include "unoops/log_reader.hpp"
#include "unoops/report_parser.hpp"

namespace unoops::cli {
namespace {

// One KernelSymbols a kernel, made when a report first needs it.
class SymbolCache {
 public:
  explicit SymbolCache(const SymbolOptions& options) : options_(options) {}
  KernelSymbols& of(const Report& r) { return of(identity_of(r.kernel, r.arch, r.kernel_offset)); }
  KernelSymbols& of(const KernelIdentity& id) {
    const auto key =
        id.release + '\n' + id.banner + '\n' + id.build_id + '\n' + std::to_string(id.kernel_offset.value_or(~0ULL));
    auto at = std::ranges::find(all_, key, [](const auto& entry) { return entry.first; });
    if (at == all_.end()) {
      all_.emplace_back(key, KernelSymbols(options_, id));
      at = std::prev(all_.end());
    }
    return at->second;
  }
  const auto& all() const { return all_; }

 private:
  const SymbolOptions& options_;
  std::vector<std::pair<std::string, KernelSymbols>> all_;
};

// --explain-parse: what the parser decides, on standard error.
std::function<void(std::string_view)> explain_sink(const Options& options) {
  if (!options.explain_parse) return {};
  return [](std::string_view what) { fmt::print(stderr, "unoops: {}\n", what); };
}

// The log passes through; the reports in it are only counted, for the exit status.
int run_annotate(const Options& options, std::ostream& out) {
  SymbolCache symbols(options.symbols);
  Chooser chosen(options, [](Report&&) {});
  ReportParser parser([&](Report&& report) { chosen.offer(std::move(report)); }, {.explain = explain_sink(options)});
  const bool wait = options.symbols.vmlinux.empty() && options.symbols.release.empty();
  Annotator annotator(
      out, [&](const KernelIdentity& id) -> KernelSymbols& { return symbols.of(id); }, wait, options.render.redact);
  const auto pumped = pump(options, parser, &annotator, out, [] {});
  parser.finish();
  chosen.finish();
  out.flush();
  say_of_symbols(options, symbols.all());
  return chosen.status(pumped, out);
}

}  // namespace

int run(const Options& options, std::ostream& out) {
  const Format& format = *find_format(options.format);
  if (format.streams_lines()) return run_annotate(options, out);
  SymbolCache symbols(options.symbols);
  auto renderer = format.make(out, options.render);
  Chooser chosen(options, [&](Report&& report) {
    if (!options.symbols.none) symbolize(report, symbols.of(report));
    inspect_fault(report, options.symbols.none ? nullptr : &symbols.of(report));
    explain_report(report);
    renderer->report(report);
    out.flush();
  });
  ReportParser parser([&](Report&& report) { chosen.offer(std::move(report)); },
                      {.fold = !options.render.verbose, .explain = explain_sink(options)});
  const auto pumped = pump(options, parser, nullptr, out, [&] { renderer->flush(); });
  parser.finish();
  chosen.finish();
  renderer->finish();
  out.flush();
  say_of_symbols(options, symbols.all());
  return chosen.status(pumped, out);
}

}  // namespace unoops::cli
