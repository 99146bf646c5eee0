#pragma once

#include <string>

#include "render/source.hpp"
#include "unoops/report.hpp"

namespace unoops {

std::string html_row(const Report&);  // of the index
std::string html_article(const Report&, SourceTree&);
std::string escaped(std::string_view text);  // clean, and without markup

}  // namespace unoops
