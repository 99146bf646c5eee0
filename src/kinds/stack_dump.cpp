// A trace that no headline announced: dump_stack(), or the rest of a report whose head is lost. lib/dump_stack.c.
#include <algorithm>
#include <array>

#include "base/text.hpp"
#include "grammar/words.hpp"
#include "kinds/kind.hpp"
#include "kinds/lost_head.hpp"

namespace unoops::kinds {
namespace {

// What file systems and drivers of their own say before they dump a stack: something is that must not be.
//   "VERIFY3(a >= b) failed (1 >= 2)", "PANIC at zap.c:1:zap_add()"             ZFS (module/os/linux/spl/spl-err.c)
//   "ASSERT at zfs.c:1:foo()", "ASSERTION( x ) failed:", "LBUG"                 Lustre (libcfs/libcfs/debug.c)
//   "XFS (sda1): Internal error xfs_trans_cancel at line 1 of file fs/xfs/..."  fs/xfs/xfs_error.c
//   "XFS: Assertion failed: x, file: fs/xfs/...", "XFS (sda1): Metadata corruption detected at ..."
//   "BTRFS: Transaction aborted (error -28)"                                    fs/btrfs/transaction.c
//   "assertion failed: x, in fs/btrfs/...", "JBD2: assertion failure", "GFS2: fsid=x: fatal: assertion \"y\" failed"
constexpr auto failed_words =
    std::to_array<std::string_view>({"VERIFY", "PANIC at ", "ASSERT", "ssertion", "LBUG", "nternal error", "orruption",
                                     "ransaction aborted", "inconsisten", "INVARIANT", "Kernel panic"});

// In the names of functions that complain for others.
constexpr std::string_view complainers =
    "panic assert lbug ^libcfs_ ^spl_dumpstack ^xfs_error_report ^xfs_corruption_error ^xfs_buf_corruption_error "
    "^xfs_stack_trace _abort_transaction _dump_stack";

bool is_failed_check(const Report& r) { return is_failure(r.headline); }

std::string title(const Report& r, std::string_view culprit) {
  // The values behind the condition, and XFS's caller, are no part of it.
  auto words = std::string_view(r.headline);
  if (words.ends_with(')')) words = words.substr(0, words.rfind(" ("));
  words = words.substr(0, words.find(".  Caller "));
  const auto plain = plain_words(words);
  return culprit == "corrupted" ? plain : plain + " in " + std::string(culprit);
}

std::string words(const Report& r) { return r.headline; }
constexpr auto gaps = std::to_array<Gap>({{"words", words}});
constexpr auto wordings = std::to_array<Wording>(
    {{"words", "", "the code of {culprit|the kernel} printed a stack trace (dump_stack) with the words: {words}"}});

}  // namespace

bool is_failure(std::string_view words) {
  return std::ranges::any_of(failed_words, [&](std::string_view w) { return words.find(w) != std::string_view::npos; });
}

extern constinit const Kind stack_dump{
    .info = {"stack-dump", "stack dump", Severity::notice, Trait::traceless | Trait::headless},
    .title = "stack dump",
    .sentence = "somebody asked for a stack trace in {culprit|the code} (dump_stack); nothing need be wrong",
    .wordings = wordings,
    .gaps = gaps,
};

extern constinit const Kind failed_check{
    .info = {"failed-check", "a driver's or file system's own check failed", Severity::error, Trait::traceless},
    .title_of = title,
    .sentence = "a check of the code's own failed[ in {culprit}]: {words|its words are not in the log}",
    .gaps = gaps,
    .culprit = {.words = complainers},
    .next_none = "the message says what was found; which input led there is not in the log",
    .refines = &stack_dump,
    .claims = is_failed_check,
};

// What kinds/lost_head makes of a trace that tells nothing.
extern constinit const Kind lost_head{
    .info = {"headless", "report whose beginning is lost", Severity::warning, Trait::traceless},
    .title = "trace without its beginning",
    .sentence = "why the kernel printed this trace is not in the log[; it begins in {culprit}]",
    .culprit = {.words = complainers},
    .next_none = "the beginning of this report is not in the log: it says what happened",
    .refines = &stack_dump,
};

}  // namespace unoops::kinds
