#include "debuginfo/demangle.hpp"

#include <cxxabi.h>

#include <cstdlib>

#include "base/rust_demangle.hpp"

namespace unoops::debuginfo {

namespace {

// "core::fmt::write::h0123456789abcdef": old Rust names end in a hash.
void drop_legacy_hash(std::string& name) {
  const auto at = name.rfind("::h");
  if (at == std::string::npos || name.size() - at != 19) return;
  if (name.find_first_not_of("0123456789abcdef", at + 3) == std::string::npos) name.resize(at);
}

}  // namespace

std::string demangle(std::string_view name) {
  if (name.starts_with("_R"))
    if (auto text = demangle_rust(name)) return *text;
  if (!name.starts_with("_Z")) return std::string(name);
  int status = 0;
  char* text = abi::__cxa_demangle(std::string(name).c_str(), nullptr, nullptr, &status);
  std::string out = status == 0 && text ? text : std::string(name);
  std::free(text);
  drop_legacy_hash(out);
  return out;
}

}  // namespace unoops::debuginfo
