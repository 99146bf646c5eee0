// decode_stacktrace.sh's manner of writing a line, as of Linux 6.18 (scripts/decode_stacktrace.sh, handle_line()).
#include <algorithm>
#include <ostream>
#include <utility>

#include "base/text.hpp"
#include "render/code_listing.hpp"
#include "render/location_list.hpp"
#include "unoops/annotate.hpp"

namespace unoops {

using namespace render;
namespace {

// The text between two references without the "[<ffffffff81000000>]" in it and the blanks before those: the script's
// "remove hex numbers". Only where the reference behind it was decoded: else the address is all that is left.
std::string without_addresses(std::string_view gap) {
  std::string kept;
  for (std::size_t open; (open = gap.find("[<")) != std::string_view::npos;) {
    const auto close = gap.find(">]", open);
    if (close == std::string_view::npos) break;
    auto before = gap.substr(0, open);
    while (!before.empty() && (before.back() == ' ' || before.back() == '\t')) before.remove_suffix(1);
    kept += before;
    gap.remove_prefix(close + 2);
    if (kept.ends_with('(') && gap.starts_with(' ')) gap.remove_prefix(1);
  }
  return kept.append(gap);
}

// A Rust name is printed as the compiler's own tools would print it.
std::string_view shown_name(const SymbolRef& ref, const std::vector<Location>& chain) {
  const bool rust = ref.symbol.starts_with("_R") && !chain.empty() && !chain.back().function.empty();
  return rust ? std::string_view(chain.back().function) : std::string_view(ref.symbol);
}

std::string_view code_of(std::string_view line) {
  const auto at = line.find("Code:");
  return at == std::string_view::npos ? std::string_view() : line.substr(at + 5);
}

}  // namespace

ScriptDecoder::ScriptDecoder(std::ostream& out, Resolve resolve, Disassemble disassemble, ScriptOptions options)
    : out_(out), resolve_(std::move(resolve)), disassemble_(std::move(disassemble)), options_(std::move(options)) {
  if (options_.base == "auto") options_.base.clear();
  while (options_.base.ends_with('/')) options_.base.pop_back();
}

void ScriptDecoder::read(const RawLine& raw, std::string_view) {
  std::string_view line = raw.bytes;
  while (raw.ended && line.ends_with('\r')) line.remove_suffix(1);
  std::vector<SymbolRefSpan> refs;
  if (may_hold_symbol_ref(line)) refs = find_symbol_refs(line);
  context_.correct(line, refs);
  if (refs.empty())
    out_ << line;
  else
    out_ << decode(line, refs);
  if (raw.ended) out_ << '\n';
  if (const auto code = code_of(line); refs.empty() && raw.ended && !code.empty())
    write_code_listing(out_, code, disassemble_(code), options_.address_bits);
}

std::string ScriptDecoder::decode(std::string_view line, std::vector<SymbolRefSpan>& refs) const {
  std::string text;
  std::size_t done = 0;
  for (std::size_t i = 0; i < refs.size(); ++i) {
    auto& span = refs[i];
    if (options_.return_addresses && span.ref.pc == PcKind::return_address) span.ref.pc = PcKind::exact;
    if (is_located(line, refs, i)) continue;
    const Lookup& lookup = resolve_(span.ref);
    const std::string list = location_list(lookup, options_.base);
    if (list.empty()) continue;
    auto between = line.substr(done, span.begin - done);
    done = span.module_end;
    // "(show_stack+0x10/0x14)"; but s390's "([<...>] foo+0x1/0x2)" says something by them.
    if (between.ends_with('(') && line.substr(done).starts_with(')')) {
      between.remove_suffix(1);
      ++done;
    }
    const std::string gap = without_addresses(between);
    text.append(gap).append(shown_name(span.ref, std::get<std::vector<Location>>(lookup))).append(" (").append(list) +=
        ')';
    // Of words that were torn and stuck together, brackets keep the module's apart: it would name a function.
    const bool torn = done < line.size() && (base::is_symbol(line[done]) || line[done] == '+');
    if (!span.ref.module.empty()) text.append(torn ? " [" : " ").append(span.ref.module).append(torn ? "]" : "");
  }
  return text.append(line.substr(done));
}

}  // namespace unoops
