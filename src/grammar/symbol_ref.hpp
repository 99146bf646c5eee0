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

// A kernel address between brackets is not the real one where %p hashed it: the upper half of 64 bits is zero then
// (lib/vsprintf.c, ptr_to_id(), v4.15).
std::optional<std::uint64_t> read_printed_address(std::string_view digits);

// 20 bytes of SHA-1, 16 of MD5 (linker option --build-id), in lower case.
bool is_build_id(std::string_view word);
// The first byte of the symbol that ends at `end`, not before `floor`.
std::size_t symbol_begin(std::string_view text, std::size_t floor, std::size_t end);
// A function that is named without an offset: nothing that was executed.
SymbolRef named_function(std::string_view name);

}  // namespace unoops::grammar
