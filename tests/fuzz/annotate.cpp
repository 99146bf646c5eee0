// Any bytes, annotated by symbols that answer everything: what is added is all that differs from the log, and
// annotating twice adds nothing.
#include "any_symbols.hpp"
#include "logs.hpp"

namespace {

using namespace unoops;
using namespace unoops::fuzz;

// No log says this of itself.
constexpr std::string_view directory = "drivers/added-by-annotate/";

std::string annotated(std::string_view log, std::size_t chunk, bool wait) {
  std::ostringstream out;
  AnySymbols symbols(directory);
  DecodeOptions options;
  options.symbols.none = true;
  Decoder decoder(options, wait ? Decoder::Sink([](ParsedReport&&) {}) : Decoder::Sink());
  Annotator annotator(out, symbols, wait);
  listen(log, chunk, annotator, decoder);
  return std::move(out).str();
}

// Every " (file:line ...)" whose first file is ours.
std::string without_additions(std::string_view text) {
  const std::string begin = std::string(" (") + std::string(directory);
  std::string out;
  for (auto at = text.find(begin); at != std::string_view::npos; at = text.find(begin)) {
    const auto end = text.find(')', at);
    require(end != std::string_view::npos, "an addition ends");
    out += text.substr(0, at);
    text.remove_prefix(end + 1);
  }
  return out.append(text);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto log = text_of(data, size);
  if (log.find(directory) != std::string_view::npos) return 0;
  const auto chunk = 1 + (size == 0 ? 0 : data[size / 2] % 97);
  const auto once = annotated(log, size + 1, false);
  require(without_additions(once) == log, "without its additions an annotated log is the log");
  require(annotated(once, size + 1, false) == once, "annotating twice adds nothing");
  require(annotated(log, chunk, true) == annotated(log, size + 1, true), "chunking never changes an annotation");
  return 0;
}
