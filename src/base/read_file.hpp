// A file that is read whole.
#pragma once

#include <cstddef>
#include <string>

#include "base/rooms.hpp"
#include "unoops/error.hpp"

namespace unoops::base {

// A regular file or a pipe, as the shell's <(...) gives one; devices and directories are none. An error, without the path, where it can't
// be read or has more than `most` bytes.
Expected<std::string> read_file(const std::string& path, std::size_t most);

}  // namespace unoops::base
