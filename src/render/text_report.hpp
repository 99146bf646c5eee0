#pragma once

#include <string>

#include "render/source.hpp"
#include "unoops/render.hpp"

namespace unoops {

// One report as text. `title` is its first line's start: "1/3".
std::string text_of(const Report&, const std::string& number, const RenderOptions&, SourceTree&);

}  // namespace unoops
