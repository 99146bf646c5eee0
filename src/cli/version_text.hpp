// What --version prints.
#pragma once

#include <string>

namespace unoops::cli {

// "unoops 1.0.0 (commit 0123456789ab)", and a line for each feature.
std::string version_text();

}  // namespace unoops::cli
