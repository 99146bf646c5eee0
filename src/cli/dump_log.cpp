#include "cli/dump_log.hpp"

#include <functional>

#include "cli/say.hpp"
#include "unoops/annotate.hpp"
#include "unoops/decoder.hpp"

namespace unoops::cli {
namespace {

using Write = std::function<void(const Source&, std::string_view)>;

bool complain(const Error& error) {
  say(error.message);
  return false;
}

// False: something could not be read; said. What could be is written all the same.
bool print_log(Source& source, const std::ostream& out, const Write& write) {
  if (const auto note = source.note(); !note.empty()) say(note);
  while (out.good()) {
    const auto bytes = source.read();
    if (!bytes) return complain(bytes.error());
    if (bytes->empty()) break;
    write(source, *bytes);
  }
  return true;
}

bool print_logs(const Options& options, const std::ostream& out, const Write& write) {
  bool whole = true;
  for (const auto& file : options.files) {
    const auto sources = open_dumps(file, options.render.verbose ? DumpLines::whole : DumpLines::dmesg);
    if (!sources) whole = complain(sources.error());
    if (!sources) continue;
    for (const auto& source : *sources) whole &= print_log(*source, out, write);
  }
  return whole;
}

// The annotator redacts a log's lines; without symbols it adds nothing to them.
bool print_redacted(const Options& options, std::ostream& out) {
  DecodeOptions decode;
  decode.symbols.none = true;
  Decoder decoder(decode, nullptr);
  Annotator annotator(out, decoder.symbolizer(), false, true);
  decoder.listen(annotator);
  const Source* current = nullptr;
  const bool whole = print_logs(options, out, [&](const Source& source, std::string_view bytes) {
    if (&source != current) decoder.start_source(source.name());
    current = &source;
    decoder.feed(bytes);
  });
  decoder.finish();
  return whole;
}

}  // namespace

int print_dump_logs(const Options& options, std::ostream& out) {
  bool whole = false;
  if (options.render.redact)
    whole = print_redacted(options, out);
  else
    whole = print_logs(options, out, [&](const Source&, std::string_view bytes) { out << bytes; });
  out.flush();
  return whole && out.good() ? 0 : 2;
}

}  // namespace unoops::cli
