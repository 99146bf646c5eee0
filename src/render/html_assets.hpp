// Style, script and body of a page, out of src/render/page. CMake embeds them.
#pragma once

#include <string_view>

#include "base/rooms.hpp"

namespace unoops::render {

struct PageAssets {
  std::string_view style, style_hash;  // the hash as CSP writes it: "sha256-..."
  std::string_view script, script_hash;
  std::string_view body;  // that the script fills
};
extern const PageAssets document_assets;  // reports one below the other
extern const PageAssets list_assets;      // a list that opens them

}  // namespace unoops::render
