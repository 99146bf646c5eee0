// The manual page, which is in the program: what it says of one option is what `--help OPTION` prints.
#pragma once

#include <string>
#include <string_view>

#include "base/rooms.hpp"

namespace unoops::cli {

// The item of docs/unoops.1 as plain text of that width; empty: it has none of that name. With or without its dashes.
std::string manual_entry(std::string_view option, int width);

// The same of any page in mdoc(7): of its macros those that the page uses within items.
std::string manual_entry(std::string_view page, std::string_view option, int width);

}  // namespace unoops::cli
