#include "cli/commands.hpp"

#include <algorithm>
#include <array>

#include "cli/addr.hpp"
#include "cli/decode_stacktrace.hpp"

namespace unoops::cli {
namespace {

constexpr auto table = std::to_array<Command>({
    {"addr", "", "func+0x78 or an address into file:line (unoops addr --help)", addr, show_addr_options},
    {"known add", "", "rules of known bugs for the reports of logs (--known FILE: at its end)", nullptr, nullptr},
    {"decode-stacktrace", "decode_stacktrace", "the kernel script's own arguments and output", decode_stacktrace,
     nullptr},
});

}  // namespace

std::span<const Command> commands() { return table; }

Called called_command(Arguments argv) {
  if (argv.empty()) return {};
  const std::string_view path = argv[0], program = path.substr(path.rfind('/') + 1);
  const auto named = std::ranges::find_if(
      table, [&](const Command& c) { return !c.program.empty() && program.starts_with(c.program); });
  if (named != table.end()) return {&*named, std::string(path), argv.subspan(1)};
  if (argv.size() < 2) return {};
  const auto asked = std::ranges::find(table, std::string_view(argv[1]), &Command::name);
  if (asked == table.end() || !asked->run) return {};
  return {&*asked, std::string(path) + " " + argv[1], argv.subspan(2)};
}

}  // namespace unoops::cli
