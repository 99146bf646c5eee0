// Rust's v0 mangling (RFC 2603).
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/rooms.hpp"

namespace unoops::base {

std::optional<std::string> demangle_rust(std::string_view mangled);  // nullopt: not of that form

}  // namespace unoops::base
