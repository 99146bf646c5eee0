// What a report for people says, before it is laid out as text or as a page: sentences, rows of frames and what is
// folded. All text in it went through clean() (base/printable.hpp).
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/rooms.hpp"
#include "unoops/report.hpp"

namespace unoops::render {

// "FATAL: machine panicked" and "boot 1, 3.447 s, lines 346-408".
struct Verdict {
  std::string severity, outcome, place;
};
Verdict verdict_of(const Report&);
std::string title_text(const Report&);        // without "in corrupted", where nobody knows where
std::string time_text(std::int64_t time_us);  // "3.447 s"
std::string moment_text(const Report&);       // of the wall clock, as the log has it; empty: it has none
// What the rules of --known say of it: "known", "came back", "ignored"; "unknown".
std::string_view known_word(const Report&);
// "  [known: queue is used too early, https://...]"; empty: nobody knows it.
std::string known_suffix(const Report&);
std::string lines_text(std::uint64_t first, std::uint64_t last);
std::string lines_text(const Report&);  // "lines 346-408"

// The block under the title: one label, one or more sentences.
struct Statement {
  std::string_view label;  // "What", "Where", "Who", ...
  std::vector<std::string> sentences;
  std::string note;  // at the right of the first: "[certain]"
};
std::vector<Statement> statements_of(const Report&, bool unfold);
Statement before(const Report&);             // trouble that the kernel announced earlier
Statement tell(const Report&, bool people);  // who looks after the file
Statement later(const Report&);              // what was changed since

// One line of a trace.
struct TraceRow {
  enum class Kind { frame, inlined, fold, context };
  Kind kind = Kind::frame;
  char mark = 0;                     // '>' the culprit, 'A' a tail that others share
  bool guess = false;                // a '?' entry
  std::string name;                  // "kfault_complete+0x15/0x30"; a fold's or context's words
  std::string place, module, note;   // "ctx.c:28", "[kfault]", "caller by link register"
  const Location* source = nullptr;  // in the report
  std::size_t folded_levels = 0;     // of the inline chain
};
struct Trace {
  std::string heading, note;  // "Call trace, CPU 1 <IRQ>", "3 KASAN frames, 16 '?' entries"
  std::vector<TraceRow> rows;
};
// In the order of the log. Unfolded: every frame, inlined level and '?' entry.
std::vector<Trace> traces_of(const Report&, bool unfold);

// What a memory dump holds: a frame's variables, or a structure's members.
struct ValueRow {
  unsigned indent = 0;
  bool bad = false;  // the pointer that was bad
  std::string name, value, type;
};
struct ValueTable {
  std::string heading, note;  // "*dev->queue, struct kfault_queue at 0xffff89a2d3186440", "in kmalloc-64, allocated"
  std::vector<ValueRow> rows;
  std::uint64_t more = 0;  // rows that are not shown
};
std::vector<ValueTable> variables_of(const Report&);
std::vector<ValueTable> objects_of(const Report&);

// Single addresses with words before them: "hardirqs last enabled at".
struct Named {
  std::string name, value, note;
};
std::vector<Named> addresses_of(const Report&);

// The instructions that are shown: unfolded all, else a few before the fault and two behind it.
std::span<const Instruction> shown_code(const Report&, bool unfold);

struct RegisterView {
  std::vector<Named> shown;  // values as short as they are: "0", "ffff8b1f42f80c00"
  std::size_t hidden = 0;
};
RegisterView registers_of(const Report&, bool unfold);
std::vector<Named> user_registers_of(const Report&);

// "kfault(OE) kfault_aux(OE) + 11 others"; unfolded: all.
std::string modules_of(const Report&, bool unfold);

// What the kernel printed beside all that, in its own words; addresses in it with their lines.
struct Messages {
  std::vector<std::string> lines;
  std::size_t hidden = 0;  // rulers; what the statements say already; the state of all memory
};
Messages messages_of(const Report&, bool unfold);

// file:line for people: what lies outside the kernel's tree by its name only, unless `full`.
std::string place_text(const Location&, bool full);
// "1 frame", "2 frames"
std::string plural(std::size_t n, std::string_view one, std::string_view many);

}  // namespace unoops::render
