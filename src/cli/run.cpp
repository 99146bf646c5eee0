// The whole program in one screen: sources → reports → those that are wanted, explained → text.
#include "cli/run.hpp"

#include "cli/choose.hpp"
#include "cli/dump_log.hpp"
#include "cli/progress.hpp"
#include "cli/pump.hpp"
#include "cli/say.hpp"
#include "cli/stop.hpp"
#include "cli/symbol_files.hpp"
#include "unoops/annotate.hpp"
#include "unoops/decoder.hpp"
#include "unoops/render.hpp"

namespace unoops::cli {
namespace {

DecodeOptions decode_options(const Options& options) {
  DecodeOptions decode;
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
int run_annotate(const Options& options, Progress& progress) {
  std::ostream& out = progress.out();
  Chooser chosen(options, [](ParsedReport&&) {});
  Decoder decoder(decode_options(options), [&](ParsedReport&& report) {
    chosen.offer(std::move(report));
    progress.found(chosen.found());
  });
  const bool wait = options.symbols.vmlinux.empty() && options.symbols.release.empty();
  Annotator annotator(out, decoder.symbolizer(), wait, options.render.redact);
  decoder.listen(annotator);
  const auto pumped = pump(options, decoder, &annotator, progress, [] {});
  chosen.finish();
  out.flush();
  say_of_symbols(options, decoder.symbolizer());
  return chosen.status(pumped, out);
}

}  // namespace

int run(const Options& options, std::ostream& destination) {
  if (options.log) return print_dump_logs(options, destination);
  Progress progress(options, destination);
  const Format& format = *find_format(options.format);
  if (format.streams_lines()) return run_annotate(options, progress);
  std::ostream& out = progress.out();
  const auto renderer = format.make(out, options.render);
  Chooser chosen(options, [&](ParsedReport&& report) {
    renderer->report(std::move(report).explained());
    out.flush();
    if (!out.good()) stop_pumping();
  });
  auto decode = decode_options(options);
  // What redaction finds as an address elsewhere it hides in the words, too.
  decode.explain = format.explains || options.render.redact || options.explain_symbols;
  Decoder decoder(decode, [&](ParsedReport&& report) {
    chosen.offer(std::move(report));
    progress.found(chosen.found());
  });
  const auto pumped = can_pump_apart(options) ? pump_apart(options, decode, decoder, progress)
                                              : pump(options, decoder, nullptr, progress, [&] { renderer->flush(); });
  chosen.finish();
  renderer->finish();
  out.flush();
  say_of_symbols(options, decoder.symbolizer());
  return chosen.status(pumped, out);
}

}  // namespace unoops::cli
