// The parts of symbol+0xoffset/0xsize [module build-id].
#pragma once

#include <optional>
#include <string_view>

#include "base/rooms.hpp"
#include "grammar/scanner.hpp"
#include "unoops/symbol_ref.hpp"

namespace unoops::grammar {

// The reference that begins at `begin`, module bracket included.
bool read_symbol_ref(std::string_view text, std::size_t begin, SymbolRefSpan& out);

// " [module]" or " [module build-id]", as kernel/kallsyms.c, __sprint_symbol() prints it.
bool read_module(Scanner& in, std::string& module, std::string& build_id);

// An address between brackets. Nothing if %p hashed it, which shows by a zero upper half of its 64 bits
// (lib/vsprintf.c, ptr_to_id(), v4.15).
std::optional<std::uint64_t> read_printed_address(std::string_view digits);

// 20 bytes of SHA-1, 16 of MD5 (linker option --build-id), in lower case.
bool is_build_id(std::string_view word);
// The first reference within `part` of a line. The words before it on the line say how its pc counts.
std::optional<SymbolRef> first_ref(std::string_view line, std::string_view part);
// The first byte of the symbol that ends at `end`, not before `floor`.
std::size_t symbol_begin(std::string_view text, std::size_t floor, std::size_t end);
// A function that a line only names, without an offset: it need not have been executed.
SymbolRef named_function(std::string_view name);

}  // namespace unoops::grammar
