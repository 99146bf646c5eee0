#pragma once

#include <string>

#include "base/rooms.hpp"
#include "render/source.hpp"
#include "unoops/report.hpp"

namespace unoops::render {

std::string html_article(const Report&, SourceView&);
std::string escaped(std::string_view text);  // clean, and without markup

}  // namespace unoops::render
