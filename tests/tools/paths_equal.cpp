// Logs through the quiet path and through the reading path (include/unoops/decoder.hpp, DecodeOptions::quiet_path), which
// must say the same. Standard input: "BYTES CHUNK\n" and so many bytes, again and again; each log is fed in pieces of
// CHUNK bytes. Standard output: "same REPORTS LINES" or "differs", one line a log; what differs goes to standard error.
#include <algorithm>
#include <iostream>
#include <sstream>
#include <string>

#include "unoops/decoder.hpp"
#include "unoops/render.hpp"

using namespace unoops;

namespace {

struct Told {
  std::string reports, warnings;
  std::size_t count = 0;
  std::uint64_t lines = 0;
  bool operator==(const Told&) const = default;
};

Told decode(std::string_view bytes, std::size_t chunk, bool quiet) {
  Told told;
  std::ostringstream out;
  const auto renderer = find_format("json")->make(out, {});
  DecodeOptions options;
  options.symbols.none = true;
  options.explain = false;  // of reports that are the same it is the same
  options.quiet_path = quiet;
  options.warn = [&](std::string_view words) { (told.warnings += words) += '\n'; };
  Decoder decoder(options, [&](ParsedReport&& report) {
    ++told.count;
    renderer->report(std::move(report).explained());
  });
  for (std::size_t at = 0; at < bytes.size(); at += chunk) decoder.feed(bytes.substr(at, chunk));
  decoder.finish();
  renderer->finish();
  told.reports = std::move(out).str();
  told.lines = decoder.lines();
  return told;
}

void show_difference(const Told& quiet, const Told& reading) {
  std::cerr << "quiet: " << quiet.count << " reports, " << quiet.lines << " lines; reading: " << reading.count
            << " reports, " << reading.lines << " lines\n"
            << quiet.warnings << "--\n"
            << reading.warnings;
  const auto at = static_cast<std::size_t>(
      std::mismatch(quiet.reports.begin(), quiet.reports.end(), reading.reports.begin(), reading.reports.end()).first -
      quiet.reports.begin());
  const auto from = at > 300 ? at - 300 : 0;
  std::cerr << "quiet:   " << quiet.reports.substr(from, 500) << "\nreading: " << reading.reports.substr(from, 500)
            << '\n';
}

}  // namespace

int main() {
  std::size_t size = 0, chunk = 0;
  std::string bytes;
  bool same = true;
  while (std::cin >> size >> chunk && std::cin.get() == '\n') {
    bytes.resize(size);
    if (!std::cin.read(bytes.data(), static_cast<std::streamsize>(size))) return 1;
    const Told quiet = decode(bytes, std::max<std::size_t>(chunk, 1), true);
    const Told reading = decode(bytes, std::max<std::size_t>(chunk, 1), false);
    if (quiet == reading) {
      std::cout << "same " << quiet.count << ' ' << quiet.lines << '\n';
    } else {
      same = false;
      std::cout << "differs\n";
      show_difference(quiet, reading);
    }
  }
  return same ? 0 : 1;
}
