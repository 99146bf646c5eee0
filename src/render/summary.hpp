#pragma once

#include <memory>
#include <ostream>

#include "base/rooms.hpp"
#include "unoops/render.hpp"

namespace unoops::render {

// Reports grouped by signature: how many incidents (render/tally.hpp), on which host and in which file or on and in how
// many, when first and last, what. Its memory grows with the number of signatures alone. What it prints of several logs is
// what it prints of their reports as JSON, read again in the same order.
std::unique_ptr<Renderer> make_summary(std::ostream&, const RenderOptions&);

}  // namespace unoops::render
