// file:line lists, as annotate and decode-stacktrace write them.
#pragma once

#include <string>
#include <string_view>

#include "base/rooms.hpp"
#include "unoops/symbol_ref.hpp"

namespace unoops::render {

// "include/linux/x.h:10 fs/foo.c:123", innermost first; empty where there is no line. `base` is taken off the paths.
std::string location_list(const Lookup&, std::string_view base = {});

}  // namespace unoops::render
