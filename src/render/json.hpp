#pragma once

#include <memory>
#include <ostream>

#include "base/rooms.hpp"
#include "unoops/render.hpp"

namespace unoops::render {

// One object a report a line: docs/report.schema.json.
std::unique_ptr<Renderer> make_json(std::ostream&, const RenderOptions&);

}  // namespace unoops::render
