// What the input stage makes of a log: one line a LogLine, tab-separated: number, time in us, level, caller, flags (k
// kernel, p prefixed, g glued), text. With --bench N: reads the source N times and tells the speed (of the CPU's time:
// other processes do not count).
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <string>

#include "input/line_splitter.hpp"
#include "input/log_reader.hpp"
#include "unoops/source.hpp"

using namespace unoops;
using namespace unoops::input;
using namespace unoops::grammar;

namespace {

void print(const LogLine& line) {
  std::printf("%llu\t%lld\t%d\t%.*s\t%s%s%s\t%.*s\n", static_cast<unsigned long long>(line.number),
              static_cast<long long>(line.time_us.value_or(-1)), line.level.value_or(-1),
              static_cast<int>(line.caller.size()), line.caller.data(), line.kernel ? "k" : "",
              line.prefixed ? "p" : "", line.glued ? "g" : "", static_cast<int>(line.text.size()), line.text.data());
}

int read_all(const std::string& path, LogReader& reader, std::uint64_t& bytes) {
  auto sources = open_sources(path);
  if (!sources) return std::fprintf(stderr, "%s\n", sources.error().message.c_str()), 2;
  for (auto& source : *sources) {
    LineSplitter splitter([&](const RawLine& raw) { reader.read(raw); });
    for (;;) {
      const auto chunk = source->read();
      if (!chunk) return std::fprintf(stderr, "%s\n", chunk.error().message.c_str()), 2;
      if (chunk->empty()) break;
      bytes += chunk->size();
      splitter.feed(*chunk);
    }
    splitter.finish();
    reader.finish();
  }
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  const bool bench = argc == 4 && std::string(argv[1]) == "--bench";
  if (!bench && argc != 2) return std::fprintf(stderr, "usage: log_lines FILE|-|DIR, log_lines --bench N FILE\n"), 2;
  std::uint64_t bytes = 0;
  std::uint64_t lines = 0;
  if (!bench) {
    LogReader reader(print);
    return read_all(argv[1], reader, bytes);
  }
  const std::clock_t begin = std::clock();
  for (int i = 0; i < std::atoi(argv[2]); ++i) {
    LogReader reader([&](const LogLine& line) { lines += line.kernel; });
    if (read_all(argv[3], reader, bytes)) return 2;
  }
  const double took = static_cast<double>(std::clock() - begin) / CLOCKS_PER_SEC;
  std::printf("%.0f MB/s, %.0f ns a line\n", static_cast<double>(bytes) / took / 1e6,
              took * 1e9 / static_cast<double>(lines));
}
