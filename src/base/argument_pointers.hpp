// The words of a command line, as exec(3) and posix_spawn(3) take them.
#pragma once

#include <string>
#include <vector>

#include "base/rooms.hpp"

namespace unoops::base {

// A null pointer stands behind the last. They live as long as the words.
inline std::vector<char*> argument_pointers(std::vector<std::string>& words) {
  std::vector<char*> out;
  out.reserve(words.size() + 1);
  for (auto& word : words) out.push_back(word.data());
  out.push_back(nullptr);
  return out;
}

}  // namespace unoops::base
