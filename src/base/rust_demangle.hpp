// Rust's v0 mangling (RFC 2603).
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace unoops {

std::optional<std::string> demangle_rust(std::string_view mangled);  // nullopt: not of that form

}  // namespace unoops
