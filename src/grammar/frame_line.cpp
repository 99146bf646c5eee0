#include "grammar/frame_line.hpp"

#include <algorithm>

#include "grammar/pc_kind.hpp"
#include "grammar/printed_location.hpp"
#include "grammar/symbol_ref.hpp"

namespace unoops::grammar {
namespace {

// " <IRQ> ", " <<EOE>> ", " <#DF> " on the frame's own line (arch/x86/kernel/dumpstack_64.c, up to 4.9).
void read_context(Scanner& in, FrameLine& out) {
  Scanner ahead = in;
  std::string_view name;
  const bool nested = ahead.lit("<<");
  if (!nested && !ahead.lit("<")) return;
  if (!ahead.run([](char c) { return is_word(c) || c == '#'; }, name) || !ahead.lit(nested ? ">>" : ">")) return;
  if (!is_blank(ahead.peek()) || read_printed_address(name)) return;
  ahead.blanks();
  out.context = name;
  in = ahead;
}

// "<c0123456>", without brackets around it: i386 and x86-64 to 2.6.18 (arch/i386/kernel/traps.c, print_addr_and_symbol();
// arch/x86_64/kernel/traps.c, printk_address()).
bool read_angled(Scanner& in, std::optional<std::uint64_t>& address) {
  Scanner ahead = in;
  std::string_view digits;
  if (!ahead.lit("<") || !ahead.run(is_hex, digits) || !ahead.lit(">")) return false;
  const auto value = read_printed_address(digits);
  if (!value) return false;
  address = value;
  in = ahead;
  return true;
}

// "[<ffffffff81000000>]", and with `plain` powerpc's and sparc's "[c000000000001000]".
bool read_bracketed(Scanner& in, bool plain, std::optional<std::uint64_t>& address) {
  Scanner ahead = in;
  std::string_view digits;
  if (plain && read_angled(in, address)) return true;
  if (!ahead.lit("[")) return false;
  const bool angle = ahead.lit("<");
  if ((!angle && !plain) || !ahead.run(is_hex, digits) || (plain && !angle && digits.size() < 8)) return false;
  if (!ahead.lit(angle ? ">]" : "]")) return false;
  address = read_printed_address(digits);
  in = ahead;
  return true;
}

// An address that the kernel hid: "[<(____ptrval____)>]", "(ptrval)" (lib/vsprintf.c, 4.15); or empty brackets, which a
// script that adds file:line leaves.
bool read_hidden(Scanner& in) {
  return in.lit("[<(____ptrval____)>]") || in.lit("[<(ptrval)>]") || in.lit("[<          (ptrval)>]") ||
         in.lit("[<      none      >]");
}

// Brackets in front of the symbol: none, "[<addr>]", "[stack] [addr]" (powerpc), "[stack] addr" (its xmon).
void read_addresses(Scanner& in, FrameLine& out) {
  const bool angle = in.peek() == '<' || in.rest().starts_with("[<");
  if (read_hidden(in) || !read_bracketed(in, true, out.ref.address)) {
    in.blanks();
    return;
  }
  if (angle) return;
  Scanner ahead = in;
  std::optional<std::uint64_t> second;
  std::string_view digits;
  if (read_bracketed(ahead.blanks(), true, second)) {
    out.ref.address = second;
    in = ahead;
  } else if (ahead.run(is_hex, digits) && digits.size() >= 8 && is_blank(ahead.peek())) {
    out.ref.address = read_printed_address(digits);
    in = ahead;
  }
}

bool read_ref(Scanner& in, SymbolRef& ref) {
  SymbolRefSpan span;
  if (!read_symbol_ref(in.rest(), 0, span)) return false;
  span.ref.address = ref.address;
  ref = std::move(span.ref);
  in = Scanner(in.rest().substr(span.module_end));
  return true;
}

// "{system_call+126}", "{:ext3:ext3_lookup+47}", the offset in decimal: x86-64 to 2.6.18 (arch/x86_64/kernel/traps.c,
// printk_address()).
bool read_braced(Scanner& in, SymbolRef& ref) {
  Scanner ahead = in;
  std::string_view module, name;
  std::uint64_t offset = 0;
  if (!ahead.lit("{") || (ahead.lit(":") && !ahead.until(":", module))) return false;
  if (!ahead.symbol(name) || !ahead.lit("+") || !ahead.dec(offset) || !ahead.lit("}")) return false;
  ref.symbol = name;
  ref.module = module;
  ref.offset = offset;
  in = ahead;
  return true;
}

bool read_name(Scanner& in, SymbolRef& ref) {
  std::string_view name;
  if (!in.symbol(name) || is_digit(name.front())) return false;
  ref.symbol = name;
  return true;
}

// "[ext4]" of a frame whose offset a decoder replaced, or the script's bare "ext4", which ends the line.
void read_late_module(Scanner& in, FrameLine& out) {
  Scanner ahead = in;
  std::string_view name;
  if (!out.ref.module.empty() || read_module(in, out.ref.module, out.ref.build_id) || out.printed.empty()) return;
  if (is_blank(ahead.peek()) && ahead.blanks().run(is_word, name) && ahead.at_end()) {
    out.ref.module = name;
    in = ahead;
  }
}

// "(unreliable)", "(foo+0x1/0x2)" of the function graph tracer (powerpc), "(PF)" (arm64), in any order.
bool read_tail(Scanner& in, FrameLine& out) {
  while (!in.blanks().at_end()) {
    Scanner ahead = in;
    std::string_view letters;
    SymbolRef traced;
    if (ahead.lit("(unreliable)")) {
      out.reliable = false;
    } else if (ahead.lit("(") && ahead.run([](char c) { return c >= 'A' && c <= 'Z'; }, letters) && ahead.lit(")")) {
      out.marks = letters;
    } else {
      ahead = in;
      if (!ahead.lit("(") || !read_ref(ahead, traced) || !ahead.lit(")")) return false;
    }
    in = ahead;
  }
  return true;
}

// arm: "[<c0012345>] (callee) from [<c0023456>] (caller+0x10/0x20)", to 3.11 "(callee+0x0/0x20)", since 5.19
// " callee from caller+0x10/0x20" (arch/arm/kernel/traps.c, dump_backtrace_entry()); without kallsyms "Function entered at
// [<..>] from [<..>]".
bool read_arm(std::string_view text, FrameLine& out) {
  Scanner in(text);
  std::optional<std::uint64_t> callee;
  const bool bare = in.lit("Function entered at ");
  const bool brackets = read_bracketed(in, false, callee);
  if (bare && !brackets) return false;
  if (bare) return in.lit(" from ") && read_bracketed(in, false, out.ref.address) && in.at_end();
  if (brackets && !in.lit(" (")) return false;
  out.callee.address = callee;
  if (!(brackets && read_ref(in, out.callee))) {
    if (!read_name(in, out.callee)) return false;
    read_module(in, out.callee.module, out.callee.build_id);
  }
  if (!in.lit(brackets ? ") from " : " from ")) return false;
  if (!brackets) return read_ref(in, out.ref) && (read_locations(in, out.printed), in.blanks().at_end());
  return read_bracketed(in, false, out.ref.address) && in.lit(" (") && read_ref(in, out.ref) && in.lit(")") &&
         (read_locations(in, out.printed), in.blanks().at_end());
}

// "[f0012345 : foo+0x1/0x2 ]" (arch/sparc/kernel/process_32.c, show_stack()).
bool read_sparc32(std::string_view text, FrameLine& out) {
  Scanner in(text);
  std::string_view digits;
  if (!in.lit("[") || !in.run(is_hex, digits) || !in.lit(" : ")) return false;
  out.ref.address = read_printed_address(digits);
  return read_ref(in, out.ref) && in.lit(" ]") && in.at_end();
}

// "0xffffffffc0123000", also behind '?'; or nothing behind "[<..>]" ("[12345678]" alone is no frame).
bool read_address_only(Scanner in, FrameLine& out) {
  std::uint64_t value = 0;
  if (in.hex0x(value))
    out.ref.address = value;
  else if (!out.ref.address)
    return false;
  return read_tail(in, out);
}

// A frame whose offset is gone: "foo (fs/foo.c:123) [ext4]", "bar fs/foo.c:99 [inline]".
bool read_decoded(Scanner in, FrameLine& out) {
  if (!read_name(in, out.ref)) return false;
  if (read_locations(in, out.printed)) {
    read_late_module(in, out);
    return read_tail(in, out);
  }
  if (!read_bare_location(in, out.printed) || !in.blanks().lit("[inline]")) return false;
  out.inline_entry = true;
  return in.at_end();
}

bool read_symbol(Scanner in, FrameLine& out) {
  if (!read_ref(in, out.ref) && !(out.ref.address && read_braced(in, out.ref))) return false;
  if (!read_locations(in, out.printed)) read_bare_location(in, out.printed);
  read_late_module(in, out);
  return read_tail(in, out);
}

bool read_common(std::string_view text, FrameLine& out) {
  // arch/s390/kernel/dumpstack.c: "([<0000000000123456>] foo+0x1/0x2)" is a frame that may be stale.
  if (text.starts_with("([<") && text.ends_with(')')) {
    out.reliable = false;
    text = text.substr(1, text.size() - 2);
  }
  Scanner in(text);
  read_context(in, out);
  read_addresses(in, out);
  if (in.blanks().lit("? ")) out.reliable = false;
  in.blanks();
  const auto address = out.ref.address;
  const auto context = out.context;
  const bool reliable = out.reliable;
  for (const auto reader : {read_symbol, read_address_only, read_decoded}) {
    if (reader(in, out))
      return reader != read_address_only || text.find('<') != text.npos || text.find("0x") != text.npos;
    out = {};
    out.ref.address = address;
    out.context = context;
    out.reliable = reliable;
  }
  return false;
}

// "foo+0x1/0x2 [bar]", "? foo+0x1/0x2", and nothing else: as most frames are, which the readers below read alike.
bool read_plain(std::string_view text, FrameLine& out) {
  Scanner in(text);
  out.reliable = !in.lit("? ");
  return read_ref(in.blanks(), out.ref) && in.at_end();
}

// The inner levels of a chain were inlined; the outermost is the symbol itself.
void name_levels(std::vector<Location>& printed, const std::string& symbol, bool all_inlined) {
  std::erase_if(printed, [](const Location& l) { return l.file.empty(); });
  for (auto& location : printed) location.inlined = all_inlined || &location != &printed.back();
  if (!printed.empty()) printed.back().function = symbol;
}

// What a decoder wrote behind "foo+0x1/0x2 [bar]", or between the two: file:line, and the module without its bracket.
void read_behind(std::string_view text, FrameLine& out) {
  Scanner in(text);
  if (!read_locations(in, out.printed)) read_bare_location(in, out.printed);
  read_late_module(in, out);
}

// A function whose offset is gone: "pc : foo (fs/foo.c:12 (discriminator 1)) bar", "BUG: KASAN: x in foo (??:?)". A file
// and a line alone prove it: words in brackets stand behind many a word.
std::optional<FrameLine> find_decoded(std::string_view line, SymbolRefSpan& span) {
  for (std::size_t at = 0; (at = line.find(" (", at)) != std::string_view::npos; ++at) {
    FrameLine found;
    Scanner name(line.substr(symbol_begin(line, 0, at), at - symbol_begin(line, 0, at)));
    Scanner behind(line.substr(at));
    if (!read_name(name, found.ref) || !name.at_end() || !read_locations(behind, found.printed)) continue;
    read_late_module(behind, found);
    span.begin = at - found.ref.symbol.size();
    span.end = span.module_end = line.size() - behind.rest().size();
    return found;
  }
  return std::nullopt;
}

// With the place on the line.
struct Named {
  std::size_t begin;
  Frame frame;
};

Named named(std::size_t begin, FrameLine&& line) {
  name_levels(line.printed, line.ref.symbol, false);
  Frame frame = frame_of(std::move(line.ref));
  frame.printed = std::move(line.printed);
  return {begin, std::move(frame)};
}

std::vector<Named> find_named(std::string_view line) {
  std::vector<Named> found;
  for (auto& span : find_symbol_refs(line)) {
    FrameLine one;
    one.ref = std::move(span.ref);
    read_behind(line.substr(span.module_end), one);
    found.push_back(named(span.begin, std::move(one)));
  }
  if (!found.empty()) return found;
  SymbolRefSpan span;
  if (auto decoded = find_decoded(line, span)) {
    decoded->ref.pc = classify_pc(line, span);
    found.push_back(named(span.begin, *std::move(decoded)));
  }
  return found;
}

void finish(FrameLine& out) {
  name_levels(out.printed, out.ref.symbol, out.inline_entry);
  const bool at_an_edge = out.ref.offset && (out.ref.offset == 0u || out.ref.offset == out.ref.size);
  if (out.marks.find('P') != std::string::npos)
    out.ref.pc = PcKind::exact;
  else if (!out.reliable && at_an_edge)
    out.ref.pc = PcKind::pointer;
}

bool read_one(std::string_view text, FrameLine& out) {
  for (const auto reader : {read_plain, read_common, read_arm, read_sparc32}) {
    out = {};
    if (!reader(text, out)) continue;
    finish(out);
    return true;
  }
  return false;
}

// Where the second frame of the line begins: "[<c0123456>]" or "<c0123456>" behind a blank.
std::size_t next_frame(std::string_view text) {
  for (std::size_t at = 2; (at = text.find('<', at)) != std::string_view::npos; ++at) {
    std::optional<std::uint64_t> address;
    Scanner in(text.substr(at));
    const auto begin = text[at - 1] == '[' ? at - 1 : at;
    if (begin > 0 && is_blank(text[begin - 1]) && read_angled(in, address)) return begin;
  }
  return std::string_view::npos;
}

// "<c020bb5d> foo+0x10d/0x210   <c020ba50> bar+0x0/0x210": i386 2.6.16 to 2.6.18; "[<c0105000>] [<c0106000>]": 2.4;
// "<ffffffff8010e9b6>{system_call+126} <ffffffff8010e9b7>{...}": x86-64 to 2.6.18.
bool read_several(std::string_view text, FrameLine& out) {
  constexpr std::size_t most = 16;
  const auto behind = next_frame(text);
  if (behind == std::string_view::npos || !read_one(trim(text.substr(0, behind)), out)) return false;
  FrameLine other;
  auto rest = text.substr(behind);
  for (std::size_t n = 0; n < most; ++n) {
    const auto next = next_frame(rest);
    if (!read_one(trim(rest.substr(0, next)), other)) return false;
    if (next == std::string_view::npos) {
      out.behind = text.substr(behind);
      return true;
    }
    rest = rest.substr(next);
  }
  return false;
}

// By its first word, because every line is asked, and most are none.
bool may_be_frame(std::string_view text) {
  Scanner in(text);
  std::string_view name;
  if (!in.symbol(name)) return !text.empty() && std::string_view("[<(?").find(text.front()) != std::string_view::npos;
  if (in.peek() == '+') return in.lit("+0x");
  if (in.peek() == '(' || name.starts_with("0x")) return true;
  if (!is_blank(in.peek())) return false;
  const auto holds = [&](std::string_view words) { return text.find(words) != std::string_view::npos; };
  return in.blanks().peek() == '(' || holds("+0x") || holds("[inline]") || name == "Function";
}

}  // namespace

bool read_frame(std::string_view text, FrameLine& out) {
  text = trim(text);
  return may_be_frame(text) && (read_one(text, out) || read_several(text, out));
}

Frame frame_of(SymbolRef ref) {
  Frame frame;
  frame.ref = std::move(ref);
  return frame;
}

std::vector<Frame> named_frames(std::string_view line) {
  std::vector<Frame> frames;
  for (auto& found : find_named(line)) frames.push_back(std::move(found.frame));
  return frames;
}

std::optional<Frame> first_frame(std::string_view line, std::string_view part) {
  const bool within = part.data() >= line.data() && part.data() + part.size() <= line.data() + line.size();
  const auto from = within ? static_cast<std::size_t>(part.data() - line.data()) : 0;
  for (auto& found : find_named(within ? line : part))
    if (found.begin >= from) return std::move(found.frame);
  return std::nullopt;
}

}  // namespace unoops::grammar
