#pragma once

#include <memory>
#include <ostream>

#include "base/rooms.hpp"
#include "unoops/render.hpp"

namespace unoops::render {

// One line a report: its title, as people paste it. Where reports are of several files or hosts, the place comes before
// it: "web1.log:346: web1, 2026-11-28T09:30:12Z: TITLE".
std::unique_ptr<Renderer> make_title(std::ostream&, const RenderOptions&);

}  // namespace unoops::render
