// The right word that somebody most likely meant.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/rooms.hpp"

namespace unoops::cli {

// Capital letters or not: a few letters away, or the only one that begins with or holds the word; empty: none is near.
std::string nearest(std::string_view word, const std::vector<std::string>& words);

}  // namespace unoops::cli
