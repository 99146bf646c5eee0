// The unit tests' writers of dumps, without Catch: what they require stops the program here.
#pragma once

#include <cstdlib>

#define REQUIRE(...) \
  if (!(__VA_ARGS__)) std::abort()
#define CHECK(...) REQUIRE(__VA_ARGS__)
#define INFO(...)
#define FAIL(...) std::abort()
