// Catch2 2.13 (Debian 12) and 3.x (Ubuntu 24.04) under one include.
#pragma once
#ifdef CATCH2_V3
#include <catch2/catch_all.hpp>
using Catch::Matchers::ContainsSubstring;
#else
#include <catch2/catch.hpp>
inline auto ContainsSubstring(const std::string& text) { return Catch::Matchers::Contains(text); }
#endif
