#pragma once

#include <memory>
#include <ostream>

#include "unoops/render.hpp"

namespace unoops {

// One line a report: its title.
std::unique_ptr<Renderer> make_title(std::ostream&, const RenderOptions&);

}  // namespace unoops
