#include "debuginfo/demangle.hpp"

#include <cxxabi.h>

#include <cstdlib>
#include <cstring>

#include "base/rust_demangle.hpp"
#include "base/text.hpp"

namespace unoops::debuginfo {

namespace {

// "core::fmt::write::h0123456789abcdef": old Rust names end in a hash.
void drop_legacy_hash(std::string& name) {
  const auto at = name.rfind("::h");
  if (at == std::string::npos || name.size() - at != 19) return;
  if (name.find_first_not_of("0123456789abcdef", at + 3) == std::string::npos) name.resize(at);
}

// References of a C++ name to its earlier parts ("S1_", "T_") may each double what it unfolds to, and __cxa_demangle has no bound. A
// kernel's own names are old Rust's, which have none.
bool may_unfold(std::string_view name) {
  constexpr std::size_t longest = 1024;
  constexpr int most_references = 10;
  int references = 0;
  for (std::size_t i = 0; i < name.size(); ++i) {
    if (name[i] != 'S' && name[i] != 'T') continue;
    std::size_t end = i + 1;
    while (end < name.size() && (is_digit(name[end]) || is_upper(name[end]))) ++end;
    references += end < name.size() && name[end] == '_';
  }
  return name.size() > longest || references > most_references;
}

}  // namespace

std::string demangle(std::string_view name) {
  if (name.starts_with("_R"))
    if (auto text = demangle_rust(name)) return *text;
  if (!name.starts_with("_Z") || may_unfold(name)) return std::string(name);
  int status = 0;
  char* text = abi::__cxa_demangle(std::string(name).c_str(), nullptr, nullptr, &status);
  constexpr std::size_t longest_text = 4096;
  std::string out(status == 0 && text && std::strlen(text) <= longest_text ? std::string_view(text) : name);
  std::free(text);
  drop_legacy_hash(out);
  return out;
}

}  // namespace unoops::debuginfo
