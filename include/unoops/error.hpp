// What a call answers that the world outside (a file, a server) can make fail.
#pragma once

#include <string>
#include <tl/expected.hpp>

namespace unoops {

struct Error {
  std::string message;  // names the file, says what is wrong and what to do
};
template <class T>
using Expected = tl::expected<T, Error>;

}  // namespace unoops
