// Why there is no source line, as a word and for people.
#include <array>

#include "unoops/symbol_ref.hpp"

namespace unoops {

namespace {

struct Row {
  Miss miss;
  std::string_view id, text;
};

constexpr std::array<Row, 14> rows = {{
    {Miss::no_symbols, "no-symbols", "no vmlinux"},
    {Miss::module_not_found, "module-not-found", "module file not found"},
    {Miss::no_such_symbol, "no-such-symbol", "no symbol of that name"},
    {Miss::size_differs, "size-differs", "the symbol has another size there"},
    {Miss::past_end, "past-end", "offset lies behind the function's end"},
    {Miss::build_id_differs, "build-id-differs", "the file has another build-id"},
    {Miss::misfit, "misfit", "the file does not belong to this log"},
    {Miss::ambiguous, "ambiguous", "several symbols of that name and size"},
    {Miss::no_debug_info, "no-debug-info", "the file has no debug information"},
    {Miss::no_line, "no-line", "no source line there"},
    {Miss::pointer, "pointer", "an address, not a call"},
    {Miss::not_text, "not-text", "not in the kernel's own text"},
    {Miss::no_kernel_offset, "no-kernel-offset", "the kernel's load offset (KASLR) is not known"},
    {Miss::no_module_offset, "no-module-offset", "where the module was loaded is not known"},
}};

const Row& row(Miss miss) {
  for (const Row& r : rows)
    if (r.miss == miss) return r;
  return rows.front();
}

}  // namespace

std::string_view miss_id(Miss miss) { return row(miss).id; }
std::string_view miss_text(Miss miss) { return row(miss).text; }

}  // namespace unoops
