// Small questions about the text of C code, line by line, as far as no preprocessor is needed.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/rooms.hpp"

namespace unoops::source {

using Lines = std::vector<std::string>;

// A macro's call: "WARN_ON_ONCE(!list_empty(&x))".
struct MacroCall {
  std::string name, arguments;      // arguments: one line, blanks as one
  std::size_t first = 0, last = 0;  // its lines, from 0
  std::size_t column = 0;
};
// The call of a check that has this line (from 0) in it: a name with WARN, BUG or assert. nullopt: none, or several.
std::optional<MacroCall> check_at(const Lines&, std::size_t line);

// "a, b(c, d)" → "a"
std::string first_argument(std::string_view arguments);

// "if (unlikely(x > y))" right before the call; empty: there is none.
std::string if_before(const Lines&, const MacroCall&);

// The function whose body the line is in; empty: not told.
std::string function_at(const Lines&, std::size_t line);

// From the first line of the function's definition to the one of its closing bracket, from 0; nothing: it is not
// there, or several times (under #ifdef).
struct LineSpan {
  std::size_t first = 0, last = 0;
};
std::optional<LineSpan> function_lines(const Lines&, std::string_view function);

// What a comment beside the member of the struct says; empty: none, or no such struct.
std::string member_comment(const Lines&, std::string_view type, std::string_view member);

}  // namespace unoops::source
