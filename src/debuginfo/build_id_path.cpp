#include "debuginfo/build_id_path.hpp"

#include <fmt/format.h>

namespace unoops::debuginfo {

std::string build_id_path(std::string_view id) {
  if (id.size() < 6) return {};
  return fmt::format(".build-id/{}/{}.debug", id.substr(0, 2), id.substr(2));
}

}  // namespace unoops::debuginfo
