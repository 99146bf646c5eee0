#include "cli/version_text.hpp"

#include <fmt/format.h>

#include <CLI/Version.hpp>

#include "base/rooms.hpp"
#include "cli/commit.hpp"  // made by src/commit.cmake
#include "unoops/version.hpp"

namespace unoops::cli {

std::string version_text() {
  constexpr std::string_view commit = UNOOPS_COMMIT;
  std::string text = fmt::format("unoops {}", version);
  if (!commit.empty()) text += fmt::format(" (commit {})", commit);
  for (const auto& [name, value] : features()) {
    text += fmt::format("\n{:<10}  {}", name, value);
    if (name == "libraries") text += ", CLI11 " CLI11_VERSION;
  }
  return text;
}

}  // namespace unoops::cli
