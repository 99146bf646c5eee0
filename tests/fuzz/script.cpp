// Any bytes in the manner of decode_stacktrace.sh, by symbols that answer everything, nothing, and by the code of any
// architecture: lines stay lines, what is not decoded stays as it was, and decoding twice changes nothing.
#include "any_symbols.hpp"
#include "logs.hpp"
#include "unoops/arch.hpp"

namespace {

using namespace unoops;
using namespace unoops::fuzz;

constexpr std::string_view directory = "drivers/added-by-script/";

struct How {
  bool symbols = true;
  ScriptOptions options = {};
  Disassemble disassemble = [](std::string_view) { return std::vector<Instruction>(); };
};

std::string decoded(std::string_view log, std::size_t chunk, const How& how) {
  std::ostringstream out;
  AnySymbols symbols(directory);
  Lookup nothing = Unresolved{};
  DecodeOptions options;
  options.symbols.none = true;
  Decoder decoder(options, Decoder::Sink());
  ScriptDecoder lines(
      out, [&](const SymbolRef& ref) -> const Lookup& { return how.symbols ? symbols.resolve({}, ref) : nothing; },
      how.disassemble, how.options);
  listen(log, chunk, lines, decoder);
  return std::move(out).str();
}

std::string without_returns(std::string_view log) {
  std::string out;
  for (const char c : log) {
    while (c == '\n' && out.ends_with('\r')) out.pop_back();
    out += c;
  }
  return out;
}

// A reader of listings would take bytes of the log for the program's own words.
void require_listing(std::string_view log, const How& how) {
  How without = how;
  without.disassemble = How{}.disassemble;
  const auto plain = decoded(log, log.size() + 1, without), listed = decoded(log, log.size() + 1, how);
  std::istringstream lines(listed), kept(plain);
  std::string expected;
  bool more = static_cast<bool>(std::getline(kept, expected));
  for (std::string line; std::getline(lines, line);) {
    if (more && line == expected) {
      more = static_cast<bool>(std::getline(kept, expected));
    } else {
      std::erase(line, '\t');  // between the columns of a listing, as objdump has them
      require_no_controls(line);
    }
  }
  require(!more, "a listing is added to the lines and takes none away");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  constexpr std::size_t longest = 16 * 1024;
  if (size < 1 || size > longest) return 0;
  const auto log = text_of(data + 1, size - 1);
  if (log.find(directory) != std::string_view::npos) return 0;
  How how;
  how.options.return_addresses = data[0] & 1;
  if (data[0] & 2) how.options.base = "drivers";
  const auto once = decoded(log, size + 1, how);
  require(std::ranges::count(once, '\n') == std::ranges::count(log, '\n'), "a decoded line is a line");
  require(decoded(log, 1 + data[size / 2] % 97, how) == once, "chunking never changes a decoded stack trace");
  require(decoded(once, size + 1, how) == once, "decoding twice changes nothing");
  require(decoded(log, size + 1, {.symbols = false}) == without_returns(log), "what is not decoded stays as it was");
  const auto all = arches();
  const ArchInfo* arch = data[0] & 4 ? all[(data[0] >> 3) % all.size()] : nullptr;
  how.options.address_bits = arch ? arch->bits : 64;
  how.disassemble = [arch](std::string_view code) { return disassemble_code(code, arch); };
  require_listing(log, how);
  return 0;
}
