// The whole program in one screen: sources → reports → those that are wanted, explained → text.
#include "cli/run.hpp"

#include "cli/choose.hpp"
#include "cli/dump_log.hpp"
#include "cli/known_bugs.hpp"
#include "cli/progress.hpp"
#include "cli/pump.hpp"
#include "cli/say.hpp"
#include "cli/stop.hpp"
#include "cli/symbol_files.hpp"
#include "unoops/annotate.hpp"
#include "unoops/decoder.hpp"
#include "unoops/known.hpp"
#include "unoops/render.hpp"

namespace unoops::cli {
namespace {

DecodeOptions decode_options(const Options& options, const std::optional<KnownRules>& known) {
  DecodeOptions decode;
  decode.host = options.host;
  decode.known = known ? &*known : nullptr;
  decode.symbols = options.symbols;
  decode.source_dirs = options.render.source_dirs;
  decode.fold = !options.render.verbose;
  decode.all_tasks = options.render.verbose;
  decode.quiet_path = options.quiet_path;
  if (options.explain_parse) decode.explain_parse = say;
  if (!options.quiet) decode.warn = say;
  return decode;
}

// The log passes through; the reports in it are only counted, for the exit status.
int run_annotate(const Options& options, const std::optional<KnownRules>& known, Progress& progress, Output& output) {
  std::ostream& out = progress.out();
  Chooser chosen(options, [](ParsedReport&&) {});
  Decoder decoder(decode_options(options, known), [&](ParsedReport&& report) {
    chosen.offer(std::move(report));
    progress.found(chosen.found());
  });
  const bool wait = options.symbols.vmlinux.empty() && options.symbols.release.empty();
  Annotator annotator(out, decoder.symbolizer(), wait, options.render.redact);
  decoder.listen(annotator);
  const auto pumped = pump(options, decoder, &annotator, progress, [] {});
  if (pumped.cut) output.abandon();
  chosen.finish();
  out.flush();
  say_of_symbols(options, decoder.symbolizer());
  return chosen.status(pumped, out);
}

}  // namespace

int run(const Options& options, Output& output) {
  if (options.log) return print_dump_logs(options, output.stream());
  std::optional<KnownRules> known;
  if (!read_known(options, known)) return 2;
  Progress progress(options, output.stream());
  if (options.add_known) return add_known(options, decode_options(options, known), progress, output);
  const Format& format = *find_format(options.format);
  if (format.streams_lines()) return run_annotate(options, known, progress, output);
  std::ostream& out = progress.out();
  const auto renderer = format.make(out, options.render);
  Chooser chosen(options, [&](ParsedReport&& report) {
    renderer->report(std::move(report).explained());
    out.flush();
    if (!out.good()) stop_pumping();
  });
  auto decode = decode_options(options, known);
  decode.read_reports = format.tallies;
  // What redaction finds as an address elsewhere it hides in the words, too.
  decode.explain = format.explains || options.render.redact || options.explain_symbols;
  Decoder decoder(decode, [&](ParsedReport&& report) {
    chosen.offer(std::move(report));
    progress.found(chosen.found());
  });
  const auto pumped = can_pump_apart(options) ? pump_apart(options, decode, decoder, progress)
                                              : pump(options, decoder, nullptr, progress, [&] { renderer->flush(); });
  if (pumped.cut) output.abandon();
  chosen.finish();
  renderer->finish();
  out.flush();
  say_of_symbols(options, decoder.symbolizer());
  return chosen.status(pumped, out);
}

}  // namespace unoops::cli
