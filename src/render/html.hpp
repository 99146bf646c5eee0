#pragma once

#include <memory>
#include <ostream>

#include "base/rooms.hpp"
#include "unoops/render.hpp"

namespace unoops::render {

// One page that needs nothing but itself.
std::unique_ptr<Renderer> make_html(std::ostream&, const RenderOptions&);

}  // namespace unoops::render
