#pragma once

#include <memory>
#include <ostream>

#include "base/rooms.hpp"
#include "unoops/render.hpp"

namespace unoops::render {

// Reports grouped by signature: how often, when first and last, what. Counts incidents: a report that follows another
// is none.
std::unique_ptr<Renderer> make_summary(std::ostream&, const RenderOptions&);

}  // namespace unoops::render
