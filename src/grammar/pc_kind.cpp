#include "grammar/pc_kind.hpp"

#include <algorithm>
#include <array>
#include <functional>
#include <vector>

#include "grammar/scanner.hpp"
#include "unoops/arch.hpp"

namespace unoops::grammar {
namespace {

// The words before a reference: `anywhere` on the line, and `directly` before it (addresses, selectors, brackets and
// blanks between them taken off). The first row that fits decides: of these, then the architectures' words for their
// registers, then the other rows.
struct Row {
  std::string_view anywhere, directly;
  PcKind kind;
};

constexpr auto exact = PcKind::exact;
constexpr auto returns = PcKind::return_address;
constexpr auto pointer = PcKind::pointer;

// Functions that are named, not executed.
constexpr std::array named_rows = {
    Row{"", "function:", pointer},    Row{"last function", "", pointer},  // kernel/workqueue.c
    Row{"", "hint:", pointer},                                            // lib/debugobjects.c
    Row{"", "Stopper:", pointer},                                   // kernel/stop_machine.c: "Stopper: fn <- caller"
    Row{"", "<-", returns},           Row{"", "target:", pointer},  // kernel/cfi.c
    Row{"", "key      at:", pointer},                               // kernel/locking/lockdep.c: the class's key, data
    Row{"", "key at:", pointer},      Row{"", "calling", pointer},  // init/main.c, initcall_debug
    Row{"", "initcall", pointer},     Row{"csd: ", "", pointer},    // kernel/smp.c
    Row{"", "in frame:", pointer},    Row{"", "belongs to variable", pointer},  // mm/kasan/report.c, to 4.10
};

constexpr std::array rows = {
    // Where the CPU was interrupted.
    Row{"interrupt: ", " at", exact},     // arch/powerpc/kernel/process.c: "--- interrupt: 300 at"
    Row{"skipped: idling", "at", exact},  // lib/nmi_backtrace.c
    Row{"hard LOCKUP", "@", exact},       // arch/powerpc/kernel/watchdog.c: regs->nip

    // Traps: the instruction that raised it.
    Row{"CFI failure", "failure at", exact},  // kernel/cfi.c
    Row{"Missing ENDBR", ":", exact},         // arch/x86/kernel/cet.c
    Row{"UBSAN: ", " at", exact},             // arch/x86/kernel/traps.c, trap mode (6.12)
    Row{"BUG at", "BUG at", exact},           // lib/bug.c: "Kernel BUG at %pS [verbose debug info unavailable]"
    Row{"WARNING: ", "", exact},              // lib/bug.c; the slow path is told by warn_kind()
    Row{"Badness at", "", exact},

    // Sanitizers. Generic KASAN and KMSAN report _RET_IP_ or a stack's top; the tag modes and KFENCE's faults a pc.
    Row{"KASAN: invalid-access", " in", exact},        // mm/kasan/report_tags.c
    Row{"KFENCE: memory corruption", " in", returns},  // mm/kfence/report.c: no fault, a canary was found dead
    Row{"KFENCE: invalid free", " in", returns}, Row{"KFENCE: ", " in", exact},

    // Return addresses, also with offset 0 (behind a call that never returns the next function begins).
    Row{"", " in", returns},                          // "BUG: KASAN: use-after-free in", "Allocated in"
    Row{"", "at:", returns},                          // lockdep's held locks
    Row{"", " at", returns}, Row{"", "):", returns},  // "hardirqs last  enabled at (1234):"
    Row{"", "corrupted in:", returns},                // kernel/panic.c, __stack_chk_fail()
    Row{"", "reordered to:", returns},                // kernel/kcsan/report.c
    Row{"RIP ", "{", exact},                          // arch/x86/kernel/cpu/mce/core.c: "RIP 10:<addr> {foo+0x1/0x2}"
    Row{"", "caller is", returns},                    // lib/smp_processor_id.c
};

// Lines that say what the address on the line behind them is.
constexpr std::array label_rows = {
    Row{"", "in frame:", pointer},                 // mm/kasan/report_generic.c: the function's start
    Row{"", "belongs to the variable:", pointer},  // mm/kasan/report.c: data
    // mm/kfence/report.c: a canary that was found dead and a free that was refused have no fault; the others do.
    Row{"Out-of-bounds ", "", exact},
    Row{"Use-after-free ", "", exact},
    Row{"Invalid read at", "", exact},
    Row{"Invalid write at", "", exact},
    Row{"Corrupted memory at", "", returns},
    Row{"Invalid free of", "", returns},
};

// What the architectures' dumps of registers print before an address, the longest words first: "RPC:" ends in "PC:".
std::vector<Row> words_of_arches(bool next_line) {
  std::vector<Row> out;
  for (const ArchInfo* arch : arches())
    for (const PcWords& pc : arch->pc_words)
      if (pc.next_line == next_line) out.push_back({"", pc.words, pc.kind});
  std::ranges::stable_sort(out, std::greater(), [](const Row& row) { return row.directly.size(); });
  return out;
}

// Far enough back for a WARNING line with a long condition, and no more: a hostile line holds thousands of references.
constexpr std::size_t window = 512;

std::string_view trim_right(std::string_view text, std::string_view any) {
  while (!text.empty() && any.find(text.back()) != std::string_view::npos) text.remove_suffix(1);
  return text;
}

// Takes one "[<ffffffff81000000>]", "[c0000000]" or bare 8 or 16 digits off the end.
bool drop_address(std::string_view& before) {
  std::string_view bare = before;
  const bool brackets = bare.ends_with(']');
  if (brackets) bare.remove_suffix(1);
  if (brackets && bare.ends_with('>')) bare.remove_suffix(1);
  const auto blank = bare.find_last_not_of("0123456789abcdefABCDEF");
  const auto digits = bare.size() - (blank == std::string_view::npos ? 0 : blank + 1);
  if (digits < 8 || digits > 16) return false;
  bare.remove_suffix(digits);
  if (brackets) bare = trim_right(bare, "[<");
  before = bare;
  return true;
}

// "0010:", the code segment's selector (not the colon of "pc :", which has no digits before it).
void drop_selector(std::string_view& before) {
  if (!before.ends_with(':') || before.size() < 5) return;
  const auto digits = before.substr(before.size() - 5, 4);
  if (std::all_of(digits.begin(), digits.end(), is_hex)) before.remove_suffix(5);
}

std::string_view lead(std::string_view text, std::size_t begin) {
  auto before = text.substr(begin > window ? begin - window : 0, std::min(begin, window));
  before = trim_right(before, " \t?(<");
  while (drop_address(before)) before = trim_right(before, " \t?(<");
  drop_selector(before);
  return trim_right(before, " \t");
}

bool fits(const Row& row, std::string_view before) {
  return before.ends_with(row.directly) &&
         (row.anywhere.empty() || before.find(row.anywhere) != std::string_view::npos);
}

// WARN() of kernels without a trap for it passes __builtin_return_address(0), and up to 4.4 "()" stood behind the
// symbol (kernel/panic.c, warn_slowpath_common()).
PcKind warn_kind(std::string_view after) { return after.starts_with("()") ? returns : exact; }

bool at_an_edge(const SymbolRef& ref) { return ref.offset == 0u || ref.offset == ref.size; }

// True if only a transport, blanks and address words come before: a frame, or the value of a label line. annotate
// passes lines with their transports, which end like "[  12.3]", "<4>", "kernel:", "6,12,34,-;", and mail's ">".
bool is_frame(std::string_view before) {
  return before.empty() || std::string_view("]>;|\"").find(before.back()) != std::string_view::npos ||
         before.ends_with("from") || before.ends_with("kernel:");
}

bool has_question_mark(std::string_view text, std::size_t begin) {
  return trim_right(text.substr(0, begin), " \t").ends_with('?');
}

// arm64, 6.13: letters behind the frame; P says that the pc of a register block was the source.
bool marked_as_pc(std::string_view after) {
  Scanner in(after);
  std::string_view letters;
  return in.blanks().lit("(") && in.run([](char c) { return c >= 'A' && c <= 'Z'; }, letters) && in.lit(")") &&
         letters.find('P') != std::string_view::npos;
}

}  // namespace

PcKind classify_pc(std::string_view text, const SymbolRefSpan& span) {
  static const auto registers = words_of_arches(false);
  const auto before = lead(text, span.begin);
  const auto after = text.substr(std::min(span.module_end, text.size()));
  const auto fitting = [&](const Row& row) { return fits(row, before); };
  if (const auto at = std::ranges::find_if(named_rows, fitting); at != named_rows.end()) return at->kind;
  if (const auto at = std::ranges::find_if(registers, fitting); at != registers.end()) return at->kind;
  if (const auto at = std::ranges::find_if(rows, fitting); at != rows.end())
    return at->anywhere == "WARNING: " ? warn_kind(after) : at->kind;
  if (marked_as_pc(after)) return exact;
  if (has_question_mark(text, span.begin)) return at_an_edge(span.ref) ? pointer : returns;
  // Prose that names a function's very start means the function; return addresses like that are in traces only.
  return !is_frame(before) && span.ref.offset == 0u ? pointer : returns;
}

std::optional<PcKind> label_pc(std::string_view line) {
  static const auto registers = words_of_arches(true);
  const auto label = trim_right(line, " \t\r");
  const auto fitting = [&](const Row& row) { return fits(row, label); };
  if (const auto at = std::ranges::find_if(registers, fitting); at != registers.end()) return at->kind;
  const auto at = std::ranges::find_if(label_rows, fitting);
  return at == label_rows.end() ? std::nullopt : std::optional(at->kind);
}

PcKind classify_address(std::string_view line, std::string_view part) {
  const bool within = part.data() >= line.data() && part.data() <= line.data() + line.size();
  SymbolRefSpan span;
  span.begin = within ? static_cast<std::size_t>(part.data() - line.data()) : 0;
  while (span.begin > 0 && (line[span.begin - 1] == '[' || line[span.begin - 1] == '<')) --span.begin;
  span.module_end = line.size();
  return classify_pc(line, span);
}

}  // namespace unoops::grammar

namespace unoops {

using namespace grammar;

void PcContext::correct(std::string_view text, std::vector<SymbolRefSpan>& refs) {
  const bool frame = refs.size() == 1 && is_frame(lead(text, refs.front().begin));
  read_announcement(text);
  for (auto& span : refs) {
    if (frame && has_label_) {
      span.ref.pc = label_;
    } else if (frame) {
      correct_frame(text, span);
    } else if (span.ref.pc == exact) {
      if (is_announced(text.substr(0, span.begin))) span.ref.pc = announced_, announcer_ = nullptr;
      pc_ = span.ref;
    }
  }
  read_label(text);
}

// arm64, riscv, s390 and arm print the register block's pc again as the first frame; x86 has it as a '?' entry (6.4).
void PcContext::correct_frame(std::string_view text, SymbolRefSpan& span) {
  if (!pc_) return;
  const bool same = pc_->symbol == span.ref.symbol && pc_->offset == span.ref.offset && pc_->size == span.ref.size &&
                    pc_->module == span.ref.module;
  if (same) span.ref.pc = pc_->pc;
  if (!has_question_mark(text, span.begin)) pc_.reset();
}

void PcContext::read_announcement(std::string_view text) {
  for (const ArchInfo* arch : arches())
    if (arch->announced_pc)
      if (const auto kind = arch->announced_pc(text)) announced_ = *kind, announcer_ = arch;
}

bool PcContext::is_announced(std::string_view before) const {
  return announcer_ && std::ranges::any_of(announcer_->pc_words, [before](const PcWords& pc) {
           return before.find(pc.words) != std::string_view::npos;
         });
}

void PcContext::read_label(std::string_view text) {
  const auto label = label_pc(text);
  has_label_ = label.has_value();
  if (label) label_ = *label;
}

}  // namespace unoops
