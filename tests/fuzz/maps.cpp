// Any bytes as System.map or /proc/kallsyms: what is found is what a line says, what covers an address begins before it, the
// order of lines at different addresses is of no matter; and a report comes out with it.
#include <charconv>

#include "files.hpp"
#include "logs.hpp"
#include "symbols/symbol_map.hpp"

namespace {

using namespace unoops;
using namespace unoops::fuzz;
using symbols::SymbolMap;

void check_covering(const SymbolMap& map, std::uint64_t address) {
  const auto row = map.covering(address);
  if (!row) return;
  require(row->address <= address, "what covers an address begins before it");
  require(address - row->address < std::max<std::uint64_t>(row->size, 1), "and does not end before it");
  const auto same = map.find(row->name, row->module);
  require(std::ranges::any_of(same, [&](const auto& other) { return other.address == row->address; }),
          "what covers an address is found by its name");
}

// The address and the name of a line in its plainest form.
std::optional<std::pair<std::uint64_t, std::string_view>> plain(std::string_view line) {
  constexpr std::size_t digits = 16, name_at = digits + 3;
  std::uint64_t address = 0;
  if (line.size() <= name_at || line.find_first_of(" \t\r\v\f\0", name_at) != line.npos) return std::nullopt;
  if (line.substr(digits, 3) != " T " && line.substr(digits, 3) != " t ") return std::nullopt;
  const auto read = std::from_chars(line.data(), line.data() + digits, address, 16);
  if (read.ec != std::errc{} || read.ptr != line.data() + digits || address == 0) return std::nullopt;
  return std::pair(address, line.substr(name_at));
}

void check(const SymbolMap& map, std::string_view text) {
  constexpr int most = 64;
  for (const std::uint64_t address : {0ULL, 1ULL, 0xffffffff81000010ULL, ~0ULL}) check_covering(map, address);
  for (int n = 0; n < most && !text.empty(); ++n) {
    const auto end = std::min(text.find('\n'), text.size());
    if (const auto line = plain(text.substr(0, end))) {
      const auto& [address, name] = *line;
      require(std::ranges::any_of(map.find(name, ""), [at = address](const auto& row) { return row.address == at; }),
              "a symbol is found by its name");
      check_covering(map, address);
      check_covering(map, address - 1);
      require(map.covering(address).has_value(), "its own address is covered");
    }
    text.remove_prefix(std::min(end + 1, text.size()));
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const Directory directory;
  if (size < 1) return 0;
  const auto text = text_of(data + 1, size - 1);
  const auto map = SymbolMap::parse(std::string(text), "map");
  if (map)
    check(*map, text);
  else
    require(!map.error().message.empty(), "what is refused is named");
  directory.write("map", text);
  DecodeOptions options;
  (data[0] & 1 ? options.symbols.kallsyms : options.symbols.system_map) = directory.file("map");
  options.symbols.vmlinux = data[0] & 2 ? TESTDATA "/hostile-symbols/uaf.elf" : "";
  options.symbols.debug_root = directory.file("nothing");
  const auto reports = fuzz::decode(testdata("/fuzz/elf/gcc.text"), std::move(options));
  require(reports.size() == 1, "the report comes out whatever the map holds");
  require_json(reports);
  require_no_controls(rendered("text", reports));
  return 0;
}
