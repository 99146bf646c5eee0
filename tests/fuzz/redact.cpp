// Any bytes with an address, and an oops around them: the address is in no redacted output.
#include <array>
#include <cstdio>

#include "logs.hpp"

namespace {

using namespace unoops;
using namespace unoops::fuzz;

// Of the direct map, of a module, of vmalloc's area, of arm64. Numbers whose digits stand nowhere else.
constexpr std::array<std::string_view, 4> addresses = {"ffff88a1b2c3d4e5", "ffffffffc0a1b2c3", "ffffc900d1e2f3a4",
                                                       "ffff8000b5c6d7e8"};

// 0x01 to 0x04 stand for the addresses, so that a fuzzer need not find them.
std::string planted(std::string_view bytes) {
  std::string out;
  for (const char c : bytes) {
    const auto which = static_cast<std::size_t>(static_cast<unsigned char>(c)) - 1;
    if (which >= addresses.size())
      out += c;
    else
      out.append(" ").append(addresses[which]).append(" ");
  }
  return out;
}

void require_gone(std::string_view format, std::string out) {
  for (char& c : out) c = c >= 'A' && c <= 'F' ? static_cast<char>(c - 'A' + 'a') : c;
  for (const auto address : addresses) {
    const auto at = out.find(address);
    if (at == std::string::npos) continue;
    const auto begin = at - std::min<std::size_t>(at, 120);
    std::fprintf(stderr, "%.*s: %s\n", static_cast<int>(format.size()), format.data(),
                 out.substr(begin, at - begin + 40).c_str());
    require(false, "no kernel address leaves a redacted report");
  }
}

std::string annotated(std::string_view log, std::size_t chunk) {
  std::ostringstream out;
  DecodeOptions options;
  options.symbols.none = true;
  Decoder decoder(options, [](ParsedReport&&) {});
  Annotator annotator(out, decoder.symbolizer(), false, true);
  listen(log, chunk, annotator, decoder);
  return std::move(out).str();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  constexpr std::size_t longest = 16 * 1024;
  if (size > longest) return 0;
  const auto bytes = planted(text_of(data, size));
  const std::string log = std::string(oops_head) + bytes + "\n" + std::string(oops_tail);
  RenderOptions options;
  options.redact = options.verbose = true;
  const auto reports = fuzz::decode(log);
  for (const Format& format : formats())
    if (!format.streams_lines()) require_gone(format.id, rendered(format.id, reports, options));
  const auto whole = annotated(bytes, bytes.size() + 1);
  require_gone("annotate", whole);
  require(std::ranges::count(whole, '\n') == std::ranges::count(bytes, '\n'), "a redacted line is a line");
  require(whole == annotated(bytes, 1 + size % 61), "chunking never changes what is redacted");
  return 0;
}
