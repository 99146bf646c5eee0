// "Modules linked in:" and what belongs to it.
#pragma once

#include <string_view>

#include "base/rooms.hpp"
#include "grammar/report_builder.hpp"

namespace unoops::parse {

Sections module_sections();

// The rest of a module list that was broken at some 1,000 characters (v6.1 kernel/module/main.c print_modules).
bool looks_like_modules(std::string_view text);
void read_more_modules(std::string_view text, ReportBuilder&);
// The list holds its first one already: another report's goes on.
bool has_module(const ReportBuilder&, std::string_view text);

}  // namespace unoops::parse
