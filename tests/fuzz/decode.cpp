// Any bytes, through the whole flow without symbols: no crash, no hang, and what comes out keeps its promises.
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "unoops/decoder.hpp"
#include "unoops/render.hpp"

namespace {

using namespace unoops;

void require(bool held, const char* promise) {
  if (held) return;
  std::fprintf(stderr, "broken promise: %s\n", promise);
  std::abort();
}

struct Decoded {
  std::vector<Report> reports;
  bool turned = false;  // the log had its newest line on top
};

Decoded decode(std::string_view bytes, std::size_t chunk) {
  Decoded out;
  DecodeOptions options;
  options.warn = [&](std::string_view) { out.turned = true; };
  options.symbols.none = true;
  Decoder decoder(options, [&](ParsedReport&& report) { out.reports.push_back(std::move(report).explained()); });
  for (std::size_t at = 0; at < bytes.size(); at += chunk) decoder.feed(bytes.substr(at, chunk));
  decoder.finish();
  return out;
}

// `sorted`: the reader may have put lines in their order (pstore, /dev/kmsg, a log in reverse).
void check_order(const std::vector<Report>& reports, bool sorted) {
  std::uint64_t first = 0;
  for (std::size_t i = 0; i < reports.size(); ++i) {
    const Report& report = reports[i];
    require(report.number == i + 1, "reports are numbered 1, 2, 3 in the order of the output");
    require(sorted || report.line_first >= first, "reports come in the order of their first lines");
    require(report.line_last >= report.line_first && report.line_first > 0, "a report spans lines");
    require(report.kind != nullptr && !report.title.empty(), "a report has a kind and a title");
    require(!report.follows || *report.follows < report.number, "a report follows an earlier one");
    first = report.line_first;
  }
}

std::string render_all(std::vector<Report>& reports) {
  std::ostringstream out;
  for (const Format& format : formats()) {
    if (format.streams_lines()) continue;
    const auto renderer = format.make(out, RenderOptions{});
    for (Report& report : reports) renderer->report(report);
    renderer->finish();
  }
  return std::move(out).str();
}

bool same(const std::vector<Report>& a, const std::vector<Report>& b) {
  if (a.size() != b.size()) return false;
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (a[i].title != b[i].title || a[i].signature != b[i].signature || a[i].line_first != b[i].line_first ||
        a[i].line_last != b[i].line_last || a[i].raw != b[i].raw)
      return false;
  }
  return true;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  auto [reports, turned] = decode(bytes, std::max<std::size_t>(size, 1));
  check_order(reports, turned || bytes.find("Part") != bytes.npos || bytes.find(';') != bytes.npos);
  const std::size_t chunk = size == 0 ? 1 : 1 + data[size / 2] % 97;
  require(same(reports, decode(bytes, chunk).reports), "chunking never changes the result");
  render_all(reports);
  return 0;
}
