#pragma once

#include <memory>
#include <ostream>

#include "base/rooms.hpp"
#include "unoops/render.hpp"

namespace unoops::render {

// The annotated report: docs/reading-a-report.md.
std::unique_ptr<Renderer> make_text(std::ostream&, const RenderOptions&);

}  // namespace unoops::render
