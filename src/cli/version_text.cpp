#include "cli/version_text.hpp"

#include <fmt/format.h>

#include <CLI/Version.hpp>

#include "base/rooms.hpp"
#include "cli/commit.hpp"  // made by src/commit.cmake
#include "cli/help.hpp"
#include "cli/sandbox.hpp"
#include "unoops/version.hpp"

namespace unoops::cli {

std::string version_text() {
  constexpr std::string_view commit = UNOOPS_COMMIT;
  std::string text = fmt::format("unoops {}", version);
  if (!commit.empty()) text += fmt::format(" (commit {})", commit);
  for (const auto& [name, value] : features()) {
    std::string words(value);
    if (name == "libraries") words += ", CLI11 " CLI11_VERSION;
    text += fmt::format("\n{:<10}  {}", name, table_cell(words, 12));
  }
  const auto parts = sandbox_parts();  // the kernel is asked
  return text + fmt::format("\n{:<10}  {}", "sandbox", parts.empty() ? "none" : parts);
}

}  // namespace unoops::cli
