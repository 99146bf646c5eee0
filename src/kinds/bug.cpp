// BUG(): v6.1 lib/bug.c report_bug, __report_bug.
//   "kernel BUG at lib/list_debug.c:51!"; without CONFIG_DEBUG_BUGVERBOSE "Kernel BUG at foo+0x1/0x2 [verbose debug
//   info unavailable]" "kernel BUG at [x < y] fs/x.c:12!"        with CONFIG_DEBUG_BUGVERBOSE_DETAILED (v6.19)
// And what some files' BUG() means.
#include <array>

#include "base/text.hpp"
#include "kinds/headers.hpp"
#include "kinds/kind.hpp"
#include "kinds/place.hpp"

namespace unoops {
namespace {

bool bug_at(std::string_view, Scanner rest, Draft& d) {
  std::string_view place;
  if (rest.until_last("!", place)) {
    const auto blank = place.rfind(' ');
    if (blank != std::string_view::npos) d.report.set_fact("condition", trim(place.substr(0, blank)));
    d.report.set_fact("place", blank == std::string_view::npos ? place : place.substr(blank + 1));
    return true;
  }
  return take_ref(rest, d, "Kernel BUG at") || !trim(rest.rest()).empty();
}

constexpr auto headers = std::to_array<Header>({
    {"kernel BUG at ", bug_at},
    {"Kernel BUG at ", bug_at},
});

bool is_list(const Report& r) { return is_in_file(r, "lib/list_debug.c"); }
bool is_usercopy(const Report& r) { return is_in_file(r, "mm/usercopy.c"); }
// fortify_panic(): lib/string.c to v5.17, lib/string_helpers.c since
bool is_fortify(const Report& r) { return find_message_with(r, "detected buffer overflow") != nullptr; }
// arch/x86/kernel/cet.c (v6.6), traps.c (v5.18): "traps: Missing ENDBR: foo+0x0/0x10"
bool is_endbr(const Report& r) { return find_message_with(r, "Missing ENDBR") != nullptr; }
// rust/kernel/lib.rs panic(): the message stands on the line behind "rust_kernel: panicked at FILE:LINE:COL:", or
// between quotes (to 6.5)
bool is_rust(const Report& r) { return find_message(r, "rust_kernel: panicked at ") != nullptr; }

std::string rust_title(const Report& r, std::string_view culprit) {
  const auto* first = find_message(r, "rust_kernel: panicked at ");
  std::string_view words = *first;
  words.remove_prefix(std::string_view("rust_kernel: panicked at ").size());
  if (words.starts_with('\''))
    words = words.substr(1, words.rfind('\'') - 1);
  else if (first + 1 != r.messages.data() + r.messages.size())
    words = *(first + 1);
  return std::string(trim(words)) + " in " + std::string(culprit);
}

// Between the Rust code and BUG(): rust/kernel/lib.rs, core::panicking, rust/helpers/bug.c.
constexpr auto rust_frames =
    std::to_array<std::string_view>({"rust_helper_*", "rust_begin_unwind", "__rustc*", "core::*", "<core::*",
                                     "_RNv*core9panicking*", "*4core9panicking*", "*rust_begin_unwind"});

}  // namespace

extern constinit const Kind kernel_bug;
constinit const Kind kernel_bug{
    .info = {"kernel-bug", "BUG assertion failed", Severity::error},
    .headers = headers,
    .title = "kernel BUG",
};

extern constinit const Kind list_bug;
constinit const Kind list_bug{
    .info = {"list-corruption", "linked list corrupted", Severity::error},
    .title = "BUG: corrupted list",
    .refines = &kernel_bug,
    .claims = is_list,
};

extern constinit const Kind usercopy_bug;
constinit const Kind usercopy_bug{
    .info = {"usercopy", "copy from or to user space out of bounds", Severity::error},
    .title = "BUG: bad usercopy",
    .refines = &kernel_bug,
    .claims = is_usercopy,
};

extern constinit const Kind rust_panic;
constinit const Kind rust_panic{
    .info = {"rust-panic", "Rust panic", Severity::error},
    .title_of = rust_title,
    .culprit = {.also = rust_frames},
    .refines = &kernel_bug,
    .claims = is_rust,
};

extern constinit const Kind fortify_bug;
constinit const Kind fortify_bug{
    .info = {"fortify", "buffer overflow found by fortified string function", Severity::error},
    .title = "kernel BUG",
    .refines = &kernel_bug,
    .claims = is_fortify,
};

extern constinit const Kind missing_endbr;
constinit const Kind missing_endbr{
    .info = {"missing-endbr", "indirect branch to a place that is no target", Severity::error},
    .title = "kernel BUG",
    .refines = &kernel_bug,
    .claims = is_endbr,
};

}  // namespace unoops
