// symbol+0xoffset/0xsize [module build-id], as the kernel's %pS, %pB and %ps print it (lib/vsprintf.c,
// kernel/kallsyms.c).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace unoops {

struct ArchInfo;

// How a printed address counts: which byte to look up.
enum class PcKind {
  exact,           // the instruction itself: RIP, pc, NIP, PSW, a trapping WARN
  return_address,  // the instruction behind a call: look up pc-1
  pointer,         // just an address: name the symbol, claim no line
};

struct SymbolRef {
  std::string symbol;                    // as printed, suffixes and all; empty for an address-only frame
  std::optional<std::uint64_t> offset;   // absent for %ps
  std::optional<std::uint64_t> size;     // kallsyms' size: distance to the next symbol, not st_size
  std::string module;                    // as printed; empty: vmlinux
  std::string build_id;                  // the module's, lower-case hex (CONFIG_STACKTRACE_BUILD_ID)
  std::optional<std::uint64_t> address;  // printed beside it, or instead of it
  PcKind pc = PcKind::return_address;
};

// A SymbolRef and the bytes of the line that it was read from.
struct SymbolRefSpan {
  SymbolRef ref;
  std::size_t begin = 0;       // first byte of the symbol (or of the address)
  std::size_t end = 0;         // behind the offset/size
  std::size_t module_end = 0;  // behind " [module]", == end where there is none
};

// False: the line holds no reference. True: it may hold one. A cheap test, because most lines hold none.
inline bool may_hold_symbol_ref(std::string_view text) { return text.find("+0x") != std::string_view::npos; }

// All references of the line, in order. `address` is set if it is printed directly before the symbol; `pc` is what this
// line alone says. Hex is lower case, as the kernel prints it.
std::vector<SymbolRefSpan> find_symbol_refs(std::string_view text);

// Knows from earlier lines what a line alone does not say about its references' pc. Needs all lines of a log, in order.
class PcContext {
 public:
  // The references of this line (maybe none), in order; corrects their `pc`.
  void correct(std::string_view text, std::vector<SymbolRefSpan>& refs);

 private:
  void correct_frame(std::string_view text, SymbolRefSpan&);
  void read_label(std::string_view text);
  void read_announcement(std::string_view text);
  bool is_announced(std::string_view before) const;

  // A line before the next register dump said how its pc counts.
  const ArchInfo* announcer_ = nullptr;
  PcKind announced_ = PcKind::exact;
  std::optional<SymbolRef> pc_;  // of the last register block, until its trace began
  bool has_label_ = false;       // the line before says what the address on this one is
  PcKind label_ = PcKind::return_address;
};

// One level of an inline chain.
struct Location {
  std::string function;  // as in DWARF, demangled
  std::string file;      // as in DWARF, made relative to the kernel's source tree where that is known
  unsigned line = 0;     // 1-based, 0 unknown
  unsigned column = 0;   // 1-based, 0 unknown
  bool inlined = false;  // this level was inlined into the next one
};

// The " (file:line file:line ...)" or " file:line" that a decoder wrote directly behind a reference: its length, 0 for
// none.
std::size_t printed_locations(std::string_view behind);

// Why there is no source line. An answer that gets printed, not an error.
enum class Miss {
  no_symbols,  // nothing was asked for, or no vmlinux was found
  module_not_found,
  no_such_symbol,
  size_differs,  // a symbol of this name exists, with another size
  past_end,      // offset > size
  build_id_differs,
  misfit,            // the file does not belong to this log
  ambiguous,         // several symbols of this name and size remain
  no_debug_info,     // file has no DWARF
  no_line,           // DWARF has no line here
  pointer,           // not a code location
  not_text,          // user space, BPF, NULL, ...
  no_kernel_offset,  // address only, and KASLR's offset is not known
  no_module_offset,  // the same of a module: its frames do not tell, or the file is another build's
};

std::string_view miss_id(Miss);    // the word that JSON's "unresolved" prints
std::string_view miss_text(Miss);  // for people

struct Unresolved {
  Miss reason = Miss::no_symbols;
  std::string detail;  // "size is 0x80 there, 0x1a0 in the log"
};

// The inline chain, innermost first; never empty.
using Lookup = std::variant<Unresolved, std::vector<Location>>;

}  // namespace unoops
