// The parts of redaction that only look at text: names, paths, bytes of memory, and what identifies a machine.
#pragma once

#include <string>
#include <string_view>

#include "base/rooms.hpp"

namespace unoops::render {

// Where the message ends that `from` is in: a message that is the value of a field ends with the quote that is open
// there.
std::size_t end_of_message(std::string_view text, std::size_t from);

std::string with_word_replaced(std::string_view text, std::string_view word, std::string_view by);
std::string with_first_word_replaced(std::string_view text, std::string_view word, std::string_view by);

// "(user@buildhost)" of the banner (init/version.c linux_banner), which may have lost its beginning.
std::string without_builder(std::string_view text);

// The values that follow words which announce a host, hardware, a serial number or the kernel's command line.
std::string without_values(std::string_view text);

// The bytes of a dump of memory, and what follows them in characters: they hold pointers. "Code: 48 8b ..." does, too.
// What the kernel fills memory with stays, and so do KASAN's shadow bytes.
std::string without_bytes(std::string_view text);

// Absolute paths in a text: of a source file its place in the kernel's tree or its name, of others nothing but /proc,
// /sys and /dev.
std::string without_paths(std::string_view text);
std::string without_user_path(std::string_view path);

// Addresses of networks and of their cards, UUIDs, and who logs in by a URL.
std::string without_identifiers(std::string_view text);

}  // namespace unoops::render
