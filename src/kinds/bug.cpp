// BUG(): v6.1 lib/bug.c report_bug, __report_bug. And what some files' BUG() means.
//   "kernel BUG at lib/list_debug.c:51!"
//   "Kernel BUG at foo+0x1/0x2 [verbose debug info unavailable]"     without CONFIG_DEBUG_BUGVERBOSE
//   "kernel BUG at [x < y] fs/x.c:12!"                               with CONFIG_DEBUG_BUGVERBOSE_DETAILED (v6.19)
#include <array>

#include "base/text.hpp"
#include "grammar/words.hpp"
#include "kinds/control_flow_rules.hpp"
#include "kinds/headers.hpp"
#include "kinds/kind.hpp"
#include "kinds/lines.hpp"
#include "kinds/page_words.hpp"
#include "kinds/place.hpp"
#include "kinds/skb.hpp"
#include "kinds/usercopy_rules.hpp"
#include "report/fact_names.hpp"
#include "report/questions.hpp"

namespace unoops::kinds {
namespace {

bool bug_at(std::string_view, Scanner rest, ReportBuilder& d) {
  std::string_view place;
  if (rest.until_last("!", place)) {
    const auto blank = place.rfind(' ');
    if (blank != std::string_view::npos) d.report.set_fact(fact::condition, trim(place.substr(0, blank)));
    d.report.set_fact(fact::place, blank == std::string_view::npos ? place : place.substr(blank + 1));
    return true;
  }
  return take_ref(rest, d, "Kernel BUG at") || !trim(rest.rest()).empty();
}

// "kernel BUG in foo at fs/x.c:1189!"      powerpc to v2.6.15 (include/asm-ppc/bug.h); the pc has the function, too
bool bug_in(std::string_view, Scanner rest, ReportBuilder& d) {
  std::string_view function;
  return rest.until(" at ", function) && function.find(' ') == std::string_view::npos && bug_at({}, rest, d);
}

// "BUG: failure at fs/x.c:12/foo()!"       architectures without a trap for it (include/asm-generic/bug.h); panics
bool failure(std::string_view before, Scanner rest, ReportBuilder& d) {
  std::string_view place, function;
  if (!only_prefixes(before) || !rest.until_last("/", place) || !rest.until("()!", function)) return false;
  d.report.set_fact(fact::place, place);
  return place.find(':') != std::string_view::npos;
}

// "Kernel bug at fs/x.c:12"                alpha (arch/alpha/kernel/traps.c do_entIF)
bool bug_without_mark(std::string_view before, Scanner rest, ReportBuilder& d) {
  const auto place = trim(rest.rest());
  const auto colon = place.rfind(':');
  unsigned line = 0;
  if (!only_prefixes(before) || colon == std::string_view::npos) return false;
  Scanner number(place.substr(colon + 1));
  if (place.find(' ') != std::string_view::npos || !number.dec(line) || !number.at_end()) return false;
  d.report.set_fact(fact::place, place);
  return true;
}

constexpr auto headers = std::to_array<Header>({
    {"kernel BUG at ", bug_at},
    {"Kernel BUG at ", bug_at},
    {"kernel BUG in ", bug_in},
    {"BUG: failure at ", failure},
    {"Kernel bug at ", bug_without_mark},
});

bool is_usercopy(const Report& r) { return is_in_file(r, "mm/usercopy.c"); }
// fortify_panic(): lib/string.c to v5.17, lib/string_helpers.c since
bool is_fortify(const Report& r) { return find_message_with(r, "detected buffer overflow") != nullptr; }
// arch/x86/kernel/cet.c (v6.6), traps.c (v5.18): "traps: Missing ENDBR: foo+0x0/0x10"
bool is_endbr(const Report& r) { return find_message_with(r, "Missing ENDBR") != nullptr; }
// rust/kernel/lib.rs panic(): the message stands on the line behind "rust_kernel: panicked at FILE:LINE:COL:", or
// between quotes (to 6.5)
constexpr std::string_view rust_head = "rust_kernel: panicked at ";
bool is_rust(const Report& r) { return find_message(r, rust_head) != nullptr; }

std::string rust_title(const Report& r, std::string_view culprit) {
  const auto* first = find_message(r, rust_head);
  std::string_view words = *first;
  words.remove_prefix(rust_head.size());
  if (words.starts_with('\''))
    words = words.substr(1, words.rfind('\'') - 1);
  else if (first + 1 != r.messages.data() + r.messages.size())
    words = *(first + 1);
  return std::string(trim(words)) + " in " + std::string(culprit);
}

std::string rust_place(const Report& r) {
  const auto* first = find_message(r, rust_head);
  if (!first) return {};
  std::string_view place = *first;
  place.remove_prefix(rust_head.size());
  place = trim(place);
  if (place.ends_with(':')) place.remove_suffix(1);
  return std::string(place);
}

std::string rust_words(const Report& r) {
  const auto* first = find_message(r, rust_head);
  return first && first != &r.messages.back() ? std::string(trim(*(first + 1))) : std::string();
}
constexpr auto rust_gaps = std::to_array<Gap>({{"rust-place", rust_place}, {"rust-words", rust_words}});

// Between the Rust code and BUG(): rust/kernel/lib.rs, core::panicking, rust/helpers/bug.c.
constexpr std::string_view rust_machinery = "^rust_helper_ ^__rustc ^core:: ^<core:: core9panicking rust_begin_unwind";

// v6.1 mm/usercopy.c: exposure is a copy to user space
constexpr auto usercopy_wordings = std::to_array<Wording>({
    {"copied", "", "{copied}"},
    {"", "exposure attempt", "a copy to user space would have gone past the object that it is from: {message}"},
    {"", "overwrite attempt", "a copy from user space would have gone past the object that it is for: {message}"},
});
constexpr auto usercopy_gaps = std::to_array<Gap>({{"copied", usercopy_words}});
constexpr auto usercopy_rules = std::to_array<Rule>({{"next-usercopy", next_usercopy}});

// v6.1 mm/slub.c set_freepointer: BUG_ON(object == fp), "naive detection of double free or corruption"
// (CONFIG_SLAB_FREELIST_HARDENED); kfree() to v5.16: BUG_ON(!PageCompound(page)) of a pointer that no slab has
std::string slab_check(const Report& r) {
  if (!is_in_file(r, "mm/slub.c")) return {};
  const auto* pc = own_pc(r);
  const auto name = pc ? plain_symbol(pc->ref.symbol) : std::string_view();
  if (name == "kfree") return "kfree";
  return name.find("free") != std::string_view::npos ? "free" : "";
}

constexpr auto bug_wordings = std::to_array<Wording>({
    {"skb", "", "{skb}: {culprit|the caller} did not check that there is room"},
    {"slab-check", "kfree",
     "the allocator refuses what {culprit|the caller} frees (BUG at {place}): it is free already, or not what "
     "kmalloc() returned",
     "look whether {culprit} frees the same object twice in a row, or a pointer that kmalloc() did not return[; "
     "{freer-finders} names the first free]"},
    {"slab-check", "free",
     "the allocator's check of its list of free objects failed (BUG at {place}): most often the same object is freed "
     "twice in a row",
     "look whether {culprit} frees the same object twice[; {freer-finders} names the first free]"},
    {"page-complaint", "", "a check of a page failed[ at {place}] ({page-reason}): {page-complaint}"},
    {"condition", "", "a check in the kernel's code failed[ at {place}] ({condition}), and {end} (BUG)",
     "see in {culprit} where the values of this condition come from, and what may change them meanwhile"},
});
constexpr auto bug_gaps = std::to_array<Gap>({{"skb", skb_words},
                                              {"slab-check", slab_check},
                                              {"page-complaint", page_complaint},
                                              {"page-reason", page_dump_reason}});
constexpr auto bug_rules =
    std::to_array<Rule>({{"skb-room", tell_skb}, {"page-dump", tell_page}, {"next-page", next_page}});

}  // namespace

extern constinit const Kind kernel_bug{
    .info = {"kernel-bug", "BUG assertion failed", Severity::error},
    .headers = headers,
    .shared = page_dump,
    .title = "kernel BUG",
    .sentence = "a check in the kernel's code failed[ at {place}], and {end} (BUG)",
    .wordings = bug_wordings,
    .gaps = bug_gaps,
    .culprit = {.words = "^skb_"},
    .rules = bug_rules,
    .next = "read what is asked at {place}[{source-hint}], then follow from {culprit} who brought that about",
    .next_none = "which condition the BUG() asks is in its source, not in the log",
};

extern constinit const Kind usercopy_bug{
    .info = {"usercopy", "copy from or to user space out of bounds", Severity::error},
    .title = "BUG: bad usercopy",
    .sentence =
        "a copy from or to user space would have left the kernel object it belongs to: {message|its length is wrong}",
    .wordings = usercopy_wordings,
    .gaps = usercopy_gaps,
    .culprit = {.words = "usercopy __check"},
    .rules = usercopy_rules,
    .next = "in {culprit}, check the length of the copy against the size of the kernel's object",
    .refines = &kernel_bug,
    .claims = is_usercopy,
};

extern constinit const Kind rust_panic{
    .info = {"rust-panic", "Rust panic", Severity::error, Trait::names_helper},
    .title_of = rust_title,
    .sentence = "Rust code panicked[ in {culprit}][ at {rust-place}][: {rust-words}]",
    .gaps = rust_gaps,
    .culprit = {.words = rust_machinery},
    .next = "handle the case in {culprit} and return an error instead: an index, unwrap() or arithmetic panicked there",
    .refines = &kernel_bug,
    .claims = is_rust,
};

extern constinit const Kind fortify_bug{
    .info = {"fortify", "buffer overflow found by fortified string function", Severity::error},
    .title = "kernel BUG",
    .sentence = "a string or memory function would have written or read past its buffer: {message|the length is wrong}",
    .next =
        "in {culprit}, bound the length that is copied by the size of the destination (sizeof, or strscpy() for text)",
    .refines = &kernel_bug,
    .claims = is_fortify,
};

extern constinit const Kind missing_endbr{
    .info = {"missing-endbr", "indirect branch to a place that is no target", Severity::error},
    .title = "kernel BUG",
    .sentence = "an indirect call or jump went where none may go (no ENDBR there)",
    .rules = endbr_rules,
    .next =
        "find the function pointer that {culprit} calls: it points into the middle of a function, or to one built "
        "without IBT (assembly needs SYM_FUNC_START)",
    .refines = &kernel_bug,
    .claims = is_endbr,
};

}  // namespace unoops::kinds
