#include "facts/exception_handlers.hpp"

#include <algorithm>
#include <iterator>

#include "facts/helper_words.hpp"

namespace unoops::facts {
namespace {

struct Handlers {
  std::string_view exception;
  std::string_view functions;  // separated by blanks; '^' and '$' as in has_word()
};

// v6.1 arch/*/mm/fault.c and arch/*/kernel/traps.c; before v5.8 x86 has do_X and X for exc_X and asm_exc_X.
constexpr Handlers table[] = {
    {"a page fault",
     "exc_page_fault$ ^do_page_fault$ ^__do_page_fault$ ^___do_page_fault$ ^page_fault$ ^async_page_fault$ "
     "^page_fault_oops$ ^no_context$ ^do_no_context$ ^do_kern_addr_fault$ ^do_translation_fault$ "
     "^do_permission_fault$ ^bad_page_fault$ ^__bad_page_fault$ ^do_dat_exception$ ^do_protection_exception$ "
     "^do_sparc64_fault$"},
    {"a general protection fault", "exc_general_protection$ ^do_general_protection$ ^general_protection$"},
    {"a divide error", "exc_divide_error$ ^do_divide_error$ ^divide_error$"},
    {"an invalid-opcode exception (as BUG() raises)", "exc_invalid_op$ ^do_invalid_op$ ^invalid_op$"},
    {"a double fault", "exc_double_fault$ ^do_double_fault$ ^double_fault$"},
    {"a stack segment fault", "exc_stack_segment$ ^do_stack_segment$ ^stack_segment$"},
    {"a control protection fault", "exc_control_protection$"},
    {"an alignment fault", "^do_alignment_fault$ ^do_alignment$ ^alignment_exception$"},
    {"an undefined instruction", "^do_undefinstr$ ^do_el1_undef$ ^el1_undef$ ^do_trap_insn_illegal$"},
};

}  // namespace

std::string_view exception_handled_by(std::string_view plain) {
  const auto* at = std::ranges::find_if(table, [&](const Handlers& row) { return has_any_word(plain, row.functions); });
  return at == std::end(table) ? std::string_view() : at->exception;
}

}  // namespace unoops::facts
