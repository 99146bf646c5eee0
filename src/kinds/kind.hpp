// A row of the table of kinds. Members have defaults: the smallest row is an info and a header.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "base/rooms.hpp"
#include "facts/frames.hpp"
#include "grammar/report_builder.hpp"
#include "grammar/section.hpp"
#include "kinds/rule.hpp"
#include "unoops/kind.hpp"

namespace unoops::kinds {

// One form of the line that opens a report of this kind.
struct Header {
  enum class Use {
    root,   // opens a report, even in the middle of another one
    body,   // belongs to the open report of its context; opens one only where there is none to take it
    joins,  // belongs to an open report of its own kind that `read` accepts it into; opens one where there is none
    last,   // as root, where no other header of the line fits
  };
  std::string_view needle;  // every line of this form holds it
  // `before` is the text before the needle, `rest` what stands behind it. false: not this form after all.
  // null: nothing to keep, and nothing but known prefixes ("watchdog: ", "rcu: ") may stand before.
  bool (*read)(std::string_view before, Scanner rest, ReportBuilder&) = nullptr;
  Use use = Use::root;
};

// A function that names the report wherever it stands in the trace.
struct CulpritName {
  std::string_view word;  // as in `words`
  std::string_view name;  // empty: as printed
};

// Which frame names the report.
struct Culprit {
  enum class From {
    pc,           // the pc, then the first trace
    headline,     // the address in the header line, then as pc
    trace,        // the first trace (the pc is the reporting machinery's, or there is none)
    interrupted,  // the work that the CPU was doing: the system call, softirq, timer or work item around the pc
    recursion,    // the function that calls itself; where none does, as interrupted
    none,
  };
  From from = From::pc;
  // The reporting machinery is passed over, and helpers: who only did what the caller asked is known by the words in
  // the name (facts/helper_words.hpp).
  static constexpr RoleSet usual =
      FrameRole::report | FrameRole::exception | FrameRole::sanitizer | FrameRole::stall | FrameRole::trace;
  RoleSet skip = usual;
  std::string_view words = {};  // more of them, for this kind: separated by blanks
  std::span<const CulpritName> named = {};
};

// Words for a gap of a sentence; empty: nothing to say.
struct Gap {
  std::string_view name;
  std::string (*words)(const Report&);
};

// What happened, where a word of the report tells more exactly what it was.
struct Wording {
  std::string_view told_by;  // the gap that holds the word; empty: the kernel's first message
  std::string_view word;     // stands in it; empty: any
  std::string_view sentence;
  std::string_view next = {};  // what to look at next, before the kind's own `next`
};

// What a later report is to an earlier one.
enum class Sequel {
  none,
  more,   // it goes on with it: another task of the same hang, the oops of the access that was found
  again,  // the same once more: it tells nothing new
};

struct Kind {
  KindInfo info;
  std::span<const Header> headers = {};
  Sections sections = {};  // lines that only this kind prints
  Sections shared = {};    // lines of a block that several kinds print: a page dump, Mem-Info
  // Lines that begin with no fixed word: rows of tables, locks, hex dumps. Asked last; false: not its line.
  bool (*line)(std::string_view text, ReportBuilder&) = nullptr;
  std::string_view title = {};  // "<title> in <culprit>"
  // instead of `title`
  std::string (*title_of)(const Report&, std::string_view culprit) = nullptr;
  // What happened, for somebody who knows C and never read an oops:
  //   "a CPU ran kernel code for {stuck-seconds|many} s[; it was in {culprit}]"
  // {name} is a gap: one of `gaps` below, one that every kind has (culprit, task, message and more:
  // kinds/sentence.cpp), or a fact of the report. {name|words}: words where it is missing. [...]: left out where a
  // gap within it has nothing to say.
  std::string_view sentence = {};
  std::span<const Wording> wordings = {};  // the first that fits is said instead of `sentence`
  std::span<const Gap> gaps = {};
  Culprit culprit = {};
  std::span<const Rule> rules = {};  // what an expert of this kind adds
  // What to look at next, where no rule has a step; gaps as in the sentence, and none of it where one outside of [...]
  // has no words. `next_none`: why there is none then. A kind that is worse than a notice has one of them.
  std::string_view next = {}, next_none = {};
  bool words_behind = false;  // the caller's words stand behind the headline, in kernels that are old enough
  // Told by lines that only such a report holds, where the header itself is lost. False: not its line.
  bool (*remainder)(std::string_view text, ReportBuilder&) = nullptr;
  std::string_view remainder_needle = {};  // every such line holds it
  bool (*whole)(const Report&) = nullptr;  // false: something is missing that every such report has
  // Does the later report only go on with what the first, of this kind, tells (kinds/incident)? null: no report does.
  Sequel (*goes_on)(const Report& first, const Report& later) = nullptr;
  // A kind that is told by what follows a more general header: "refcount_t: " under a WARNING. Asked when the report
  // ends.
  const Kind* refines = nullptr;
  bool (*claims)(const Report&) = nullptr;
  bool before_detectors = false;  // so early at boot that no detector of memory errors runs yet

  constexpr bool has(Traits any) const { return info.has(any); }
  // All there is to say stands in its header.
  constexpr bool is_one_line() const { return culprit.from == Culprit::From::none && sections.empty(); }
};

std::span<const Kind* const> kind_rows();  // in the order of precedence
const Kind& kind_row(const KindInfo&);
const Kind& kind_with(Trait);  // the one row that has it: headless, derives_panic, not_stopped

}  // namespace unoops::kinds
