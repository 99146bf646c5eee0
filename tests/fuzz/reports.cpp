// Any bytes as reports that unoops has printed on a machine which nobody vouches for: chunking never changes what is read, each
// line is counted, and titles and summaries of it have no control characters.
#include "decode/report_lines.hpp"
#include "logs.hpp"

namespace {

using namespace unoops;
using namespace unoops::fuzz;

struct Read {
  std::vector<Report> reports;
  std::uint64_t lines = 0, bad = 0;
};

Read read(std::string_view bytes, std::size_t chunk) {
  Read out;
  decode::ReportLines lines([&](Report&& report) { out.reports.push_back(std::move(report)); });
  for (std::size_t at = 0; at < bytes.size(); at += chunk) lines.feed(bytes.substr(at, chunk));
  lines.finish();
  out.lines = lines.lines();
  out.bad = lines.bad_lines();
  return out;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto bytes = text_of(data, size);
  const Read whole = read(bytes, size + 1);
  require(whole.bad + whole.reports.size() <= whole.lines, "a line is one report at most");
  for (const bool redact : {false, true}) {
    RenderOptions options;
    options.redact = redact;
    for (const Format& format : formats())
      if (!format.streams_lines()) {
        const auto text = rendered(format.id, whole.reports, options);
        if (format.id != "html") require_no_controls(text);
      }
  }
  require_json(whole.reports);
  const Read pieces = read(bytes, 1 + (size == 0 ? 0 : data[size / 2] % 97));
  require(pieces.lines == whole.lines && pieces.bad == whole.bad, "chunking never changes what is counted");
  require(rendered("json", pieces.reports) == rendered("json", whole.reports), "chunking never changes what is read");
  return 0;
}
