#pragma once

#include <string>

#include "base/rooms.hpp"
#include "render/source.hpp"
#include "unoops/render.hpp"

namespace unoops::render {

// Verdict and title: "1/3 FATAL: machine panicked      boot 1, 3.447 s, lines 346-408". `number`: "1/3".
std::string text_head(const Report&, const std::string& number, const RenderOptions&);

enum class Detail { full, brief };  // brief: the block of statements alone
// What follows the head.
std::string text_body(const Report&, Detail, const RenderOptions&, SourceView&);

}  // namespace unoops::render
