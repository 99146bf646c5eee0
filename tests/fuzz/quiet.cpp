// Any bytes between lines of an ordinary log: the quiet path says what the reading path says.
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <sstream>
#include <string>
#include <string_view>

#include "unoops/decoder.hpp"
#include "unoops/render.hpp"

namespace {

using namespace unoops;

std::string decode(std::string_view bytes, std::size_t chunk, bool quiet) {
  std::ostringstream out;
  const auto renderer = find_format("json")->make(out, {});
  DecodeOptions options;
  options.symbols.none = true;
  options.explain = false;
  options.quiet_path = quiet;
  options.warn = [&](std::string_view words) { out << words << '\n'; };
  Decoder decoder(options, [&](ParsedReport&& report) { renderer->report(std::move(report).explained()); });
  for (std::size_t at = 0; at < bytes.size(); at += chunk) decoder.feed(bytes.substr(at, chunk));
  decoder.finish();
  renderer->finish();
  out << decoder.lines();
  return std::move(out).str();
}

// In the transport that the first byte asks for: enough lines for the log to be one in order and without a margin.
std::string ordinary(unsigned transport, unsigned lines) {
  std::string out;
  for (unsigned i = 0; i < lines; ++i) {
    const auto n = std::to_string(100000 + i);
    const std::string time = "[    1." + n + "] ";
    switch (transport % 6) {
      case 0:
        out += time;
        break;
      case 1:
        out += "Jan  6 10:11:" + n.substr(4) + " host kernel: " + time;
        break;
      case 2:
        out += "2025-01-06T10:11:" + n.substr(4) + "+01:00 host " + (i % 5 == 4 ? "sshd[1]: " : "kernel: ");
        break;
      case 3:
        out += "6," + n + "," + n + ",-;";
        break;
      case 4:
        out += "[Mon Jan  6 10:11:" + n.substr(4) + " 2025] ";
        break;
      default:
        out += R"({"_TRANSPORT":"kernel","__MONOTONIC_TIMESTAMP":")" + n + R"(","MESSAGE":")";
        break;
    }
    out += "e1000e 0000:00:19.0 eth0: NIC Link is Up 1000 Mbps";
    if (i % 3 == 0) out += " Full Duplex, Flow Control: Rx/Tx";
    out += transport % 6 == 5 ? "\"}\n" : "\n";
  }
  return out;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  // Longer ones say nothing that their pieces do not, and take most of the time.
  constexpr std::size_t longest = 32 * 1024;
  if (size < 2 || size > longest) return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 2, size - 2);
  std::string log = ordinary(data[0], 12);
  log += bytes;
  log += '\n';
  log += ordinary(data[0], data[0] % 16);
  if (size < 4096) (log += bytes) += '\n';
  const std::size_t chunk = data[1] % 4 == 0 ? 1 + data[1] : log.size();
  if (decode(log, chunk, true) == decode(log, log.size(), false)) return 0;
  std::fprintf(stderr, "broken promise: the quiet path says what the reading path says\n");
  std::abort();
}
