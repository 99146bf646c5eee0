#pragma once

#include <memory>
#include <ostream>

#include "base/rooms.hpp"
#include "unoops/render.hpp"

namespace unoops::render {

// One line a report: its title.
std::unique_ptr<Renderer> make_title(std::ostream&, const RenderOptions&);

}  // namespace unoops::render
