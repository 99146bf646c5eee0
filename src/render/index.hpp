#pragma once

#include <string>
#include <vector>

#include "base/rooms.hpp"
#include "unoops/render.hpp"

namespace unoops::render {

// What stands before several reports: how many, how bad, the first fatal one, and one line for each.
std::string index_of(const std::vector<const Report*>&, std::size_t again, const RenderOptions&);

// "1 fatal, 3 errors, 2 warnings"
std::string severity_counts(const std::vector<const Report*>&);

}  // namespace unoops::render
