// Any bytes as mangled names of C++ and Rust: what comes out is bounded, and of a name that is printable all is printable.
#include "base/rust_demangle.hpp"
#include "debuginfo/demangle.hpp"
#include "logs.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace unoops::fuzz;
  constexpr std::size_t longest = 4096, most = 64 * 1024;
  if (size > longest) return 0;
  const auto bytes = text_of(data, size);
  const auto is_plain = [](char c) { return c >= ' ' && c <= '~'; };
  for (const std::string_view prefix : {"", "_R", "_ZN", "_Z"}) {
    const std::string name = std::string(prefix).append(bytes);
    const auto text = unoops::debuginfo::demangle(name);
    require(text.size() <= most, "a demangled name is bounded");
    require(!text.empty() || name.empty(), "a name never vanishes");
    if (std::ranges::all_of(name, is_plain)) require_no_controls(text);
  }
  return 0;
}
