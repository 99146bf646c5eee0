#pragma once

#include <string>
#include <vector>

#include "base/rooms.hpp"
#include "render/tally.hpp"
#include "unoops/render.hpp"

namespace unoops::render {

// What stands before several reports: how many, how bad, the first fatal one, and one line for each. The tally is of all
// that came so far, with those that are `again` told as repetitions.
std::string index_of(const std::vector<const Report*>&, const Tally&, std::size_t again, const RenderOptions&);

}  // namespace unoops::render
