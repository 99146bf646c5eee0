// The symbol stage alone, for comparisons and benchmarks: reads lines "MODULE SYMBOL OFFSET SIZE KIND" ('-': none;
// KIND: exact, return, pointer; numbers in hex) and prints the inline chain of each: "function file:line:column",
// innermost first, joined by " | ", or "! reason detail".
#include <charconv>
#include <cstring>
#include <iostream>
#include <sstream>

#include "../own_store.hpp"

namespace {

std::optional<std::uint64_t> hex(const std::string& word) {
  if (word == "-") return std::nullopt;
  std::uint64_t value = 0;
  const char* begin = word.c_str() + (word.starts_with("0x") ? 2 : 0);
  std::from_chars(begin, word.c_str() + word.size(), value, 16);
  return value;
}

unoops::SymbolRef read_ref(const std::string& line) {
  std::istringstream in(line);
  std::string module, symbol, offset, size, kind;
  in >> module >> symbol >> offset >> size >> kind;
  unoops::SymbolRef ref;
  if (module != "-") ref.module = module;
  if (symbol.starts_with("@"))
    ref.address = hex(symbol.substr(1));
  else
    ref.symbol = symbol;
  ref.offset = hex(offset);
  ref.size = hex(size);
  ref.pc = kind == "exact"     ? unoops::PcKind::exact
           : kind == "pointer" ? unoops::PcKind::pointer
                               : unoops::PcKind::return_address;
  return ref;
}

std::string text(const unoops::Lookup& lookup) {
  std::string out;
  if (const auto* miss = std::get_if<unoops::Unresolved>(&lookup))
    return "! " + std::string(miss_id(miss->reason)) + (miss->detail.empty() ? "" : " " + miss->detail);
  for (const unoops::Location& l : std::get<std::vector<unoops::Location>>(lookup)) {
    if (!out.empty()) out += " | ";
    out += l.function + " " + l.file + ":" + std::to_string(l.line) + ":" + std::to_string(l.column);
  }
  return out;
}

}  // namespace

int main(int argc, char** argv) {
  unoops::SymbolOptions options;
  unoops::KernelIdentity identity;
  bool batch = false;
  for (int i = 1; i + 1 < argc; ++i) {
    if (!std::strcmp(argv[i], "-k"))
      options.vmlinux = argv[++i];
    else if (!std::strcmp(argv[i], "-m"))
      options.modules.emplace_back(argv[++i]);
    else if (!std::strcmp(argv[i], "-r"))
      options.release = argv[++i];
    else if (!std::strcmp(argv[i], "--offset"))
      identity.kernel_offset = hex(argv[++i]);
    else if (!std::strcmp(argv[i], "--check"))
      batch = std::strcmp(argv[++i], "no") != 0;
    else if (!std::strcmp(argv[i], "--debug-root"))
      options.debug_root = argv[++i];
  }
  unoops::test::OwnStore symbols(options, identity);
  std::vector<unoops::SymbolRef> refs;
  for (std::string line; std::getline(std::cin, line);)
    if (!line.empty()) refs.push_back(read_ref(line));
  if (batch) {
    std::vector<const unoops::SymbolRef*> all;
    for (const auto& ref : refs) all.push_back(&ref);
    symbols.check(all);
  }
  for (const auto& ref : refs) std::cout << text(symbols.resolve(ref)) << '\n';
  for (const auto& v : symbols.verdicts()) {
    std::cerr << v.what << ": " << v.path << " fit " << static_cast<int>(v.fit);
    for (const auto& e : v.evidence) std::cerr << "; " << e;
    std::cerr << '\n';
    for (const auto& t : v.tried) std::cerr << "  tried " << t << '\n';
  }
}
