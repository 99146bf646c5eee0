// The name of a debug file below a directory of debug files, by its build-id.
#pragma once

#include <string>
#include <string_view>

#include "base/rooms.hpp"

namespace unoops::debuginfo {

// ".build-id/f0/71c3d7ea2d.debug"; empty for an id that is too short.
std::string build_id_path(std::string_view build_id);

}  // namespace unoops::debuginfo
