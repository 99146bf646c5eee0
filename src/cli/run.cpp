// The whole program in one screen: sources → lines → reports → symbols → explanation → text.
#include "cli/run.hpp"

#include <fmt/core.h>

#include <algorithm>

#include "cli/choose.hpp"
#include "cli/pump.hpp"
#include "unoops/explainer.hpp"
#include "unoops/log_reader.hpp"
#include "unoops/report_parser.hpp"

namespace unoops {
namespace {

// One KernelSymbols a kernel, made when a report first needs it.
class SymbolCache {
 public:
  explicit SymbolCache(const SymbolOptions& options) : options_(options) {}
  KernelSymbols& of(const Report& r) {
    const auto key = r.kernel.release + '\n' + r.kernel.banner + '\n' + r.kernel.build_id + '\n' + std::to_string(r.kernel_offset.value_or(~0ULL));
    auto at = std::ranges::find(all_, key, [](const auto& entry) { return entry.first; });
    if (at == all_.end()) {
      all_.emplace_back(key, KernelSymbols(options_, {r.kernel.release, r.kernel.banner, r.kernel.build_id, r.arch, r.kernel_offset}));
      at = std::prev(all_.end());
    }
    return at->second;
  }
  const auto& all() const { return all_; }

 private:
  const SymbolOptions& options_;
  std::vector<std::pair<std::string, KernelSymbols>> all_;
};

}  // namespace

int run(const Options& options, std::ostream& out) {
  SymbolCache symbols(options.symbols);
  auto renderer = find_format(options.format)->make(out, options.render);
  Chooser chosen(options, [&](Report&& report) {
    if (!options.symbols.none) symbolize(report, symbols.of(report));
    inspect(report, options.symbols.none ? nullptr : &symbols.of(report));
    explain(report);
    renderer->report(report);
    out.flush();
  });
  ReportParser parser([&](Report&& report) { chosen.offer(std::move(report)); });
  const auto pumped = pump(options, parser);
  parser.finish();
  chosen.finish();
  renderer->finish();
  out.flush();
  return chosen.status(pumped, out);
}

}  // namespace unoops
