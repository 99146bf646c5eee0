// `unoops addr`: functions with offsets, and addresses, into file:line; as faddr2line and addr2line.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/rooms.hpp"
#include "cli/commands.hpp"
#include "unoops/symbol_ref.hpp"

namespace unoops::cli {

// 0 if every address was found, 2 if not, or nothing could be asked.
int addr(const std::string& name, Arguments);
void show_addr_options(const std::function<void(CLI::App&)>&);

// "[MODULE:]func[+0x78[/0x1a0]]", "func+0x78/0x1a0 [module]", "0xffffffff81234567", and the same without 0x from eight
// digits on; nullopt: none of these. `pc` is exact.
std::optional<SymbolRef> read_address(std::string_view word);

// Those of a line of a log or of a list: its references, or else its words.
struct Question {
  std::string text;              // as it was asked
  std::optional<SymbolRef> ref;  // nullopt: not understood
};
std::vector<Question> questions_of(std::string_view line);

}  // namespace unoops::cli
