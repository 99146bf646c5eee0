#include "cli/known_bugs.hpp"

#include <fmt/format.h>

#include <filesystem>
#include <fstream>
#include <set>
#include <string>

#include "cli/choose.hpp"
#include "cli/pump.hpp"
#include "cli/say.hpp"

namespace unoops::cli {
namespace {

// True: all of it is there.
bool append(const std::string& path, const std::string& rules) {
  std::ofstream file(path, std::ios::binary | std::ios::app);
  file << rules << std::flush;
  return file.good();
}

}  // namespace

bool read_known(const Options& options, std::optional<KnownRules>& known) {
  if (options.known.empty()) return true;
  std::error_code error;
  // The first rule makes the file.
  if (options.add_known && !std::filesystem::exists(options.known, error)) return true;
  auto rules = KnownRules::read(options.known);
  if (!rules) return say(rules.error().message), false;
  known = std::move(*rules);
  return true;
}

int add_known(const Options& options, const DecodeOptions& decode, Progress& progress, Output& output) {
  std::string rules;
  std::set<std::string> told;
  std::size_t known = 0;
  Chooser chosen(options, [&](ParsedReport&& report) {
    if (report->known)
      ++known;
    else if (told.insert(report->signature.empty() ? report->title : report->signature).second)
      rules += (rules.empty() && options.known.empty() ? "" : "\n") + known_rule(*report);
  });
  auto parse = decode;
  parse.explain = false;
  parse.read_reports = true;
  Decoder decoder(parse, [&](ParsedReport&& report) { chosen.offer(std::move(report)); });
  const auto pumped = pump(options, decoder, nullptr, progress, [] {});
  chosen.finish();
  if (pumped.cut) output.abandon();
  if (options.known.empty()) {
    progress.out() << rules << std::flush;
  } else if (!pumped.cut && !rules.empty() && !append(options.known, rules)) {
    say(options.known + ": cannot be written");
    return 2;
  }
  if (!options.quiet && !options.known.empty() && !pumped.cut && chosen.found() > 0)
    say(fmt::format(
        "{}: {} rule{} added{}", options.known, told.size(), told.size() == 1 ? "" : "s",
        known == 0 ? std::string() : fmt::format(", {} report{} known already", known, known == 1 ? "" : "s")));
  return chosen.status(pumped, progress.out());
}

}  // namespace unoops::cli
