// Many logs through the whole program in one process, each with a decoder of its own: for tests that decode thousands.
// Standard input: "BYTES CHUNK\n" and so many bytes, again and again; each log is fed in pieces of CHUNK bytes.
// Standard output: its reports as a JSON array, one line a log.
#include <algorithm>
#include <iostream>
#include <sstream>
#include <string>

#include "unoops/decoder.hpp"
#include "unoops/render.hpp"

using namespace unoops;

namespace {

std::string reports_of(std::string_view bytes, std::size_t chunk) {
  std::ostringstream out;
  const auto renderer = find_format("json")->make(out, {});
  DecodeOptions options;
  options.symbols.none = true;
  Decoder decoder(options, [&](ParsedReport&& report) { renderer->report(std::move(report).explained()); });
  for (std::size_t at = 0; at < bytes.size(); at += chunk) decoder.feed(bytes.substr(at, chunk));
  decoder.finish();
  renderer->finish();
  return std::move(out).str();
}

}  // namespace

int main() {
  std::size_t size = 0, chunk = 0;
  std::string bytes;
  while (std::cin >> size >> chunk && std::cin.get() == '\n') {
    bytes.resize(size);
    if (!std::cin.read(bytes.data(), static_cast<std::streamsize>(size))) return 1;
    std::string lines = reports_of(bytes, std::max<std::size_t>(chunk, 1));
    if (!lines.empty()) lines.pop_back();
    std::ranges::replace(lines, '\n', ',');
    std::cout << '[' << lines << "]\n";
  }
}
