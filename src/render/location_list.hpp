// file:line lists, as annotate and decode-stacktrace write them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/rooms.hpp"
#include "unoops/symbol_ref.hpp"

namespace unoops::render {

// "include/linux/x.h:10 fs/foo.c:123", innermost first; empty where there is no line. `base` is taken off the paths.
std::string location_list(const Lookup&, std::string_view base = {});

// Does the line say already where its `at`th reference is? What holds the next reference is no file's name.
bool is_located(std::string_view line, const std::vector<SymbolRefSpan>& refs, std::size_t at);

}  // namespace unoops::render
