// The options of the C interface: the program's long ones that are about decoding, by name and value.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "unoops/decoder.hpp"
#include "unoops/kind.hpp"
#include "unoops/render.hpp"

namespace unoops::capi {

struct Settings {
  std::string format = "json";
  DecodeOptions decode;
  RenderOptions render;
  Severity severity = Severity::notice;
  std::vector<const KindInfo*> kinds;  // empty: of all

  bool wants(const Report&) const;
  // As the program puts them together: what both the decoder and the renderer have to know.
  DecodeOptions decode_options() const;
};

// Empty: it is set. Else why it is not.
std::string set(Settings&, std::string_view option, std::string_view value);

}  // namespace unoops::capi
