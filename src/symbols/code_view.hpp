// The code that a SymbolRef names, with its DWARF: what inspect works on.
#pragma once

#include <elfutils/libdw.h>

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/rooms.hpp"
#include "symbols/file_store.hpp"

namespace unoops::debuginfo {
class DebugFile;
}

namespace unoops::symbols {

struct CodeView {
  DebugFile* file = nullptr;
  std::optional<Dwarf_Die> cu;          // the unit that holds the address, relocated and ready (location lists too)
  std::uint64_t address = 0;            // of the reference, in the file's (and DWARF's) address space
  std::string function;                 // the symbol that was found
  std::uint64_t start = 0;              // of the function, in the same space
  std::uint64_t size = 0;               // kallsyms' size; never past the section's end
  std::span<const std::uint8_t> bytes;  // of the function, as in the file: a module's are not relocated
};

// nullopt: no file, no such symbol, or it does not fit. The address is taken as it is: callers subtract 1 from a return
// address themselves if they want the call.
std::optional<CodeView> code_view(FileStore&, const SymbolRef&);

// All that the reference may mean: where several symbols share name and size, one view each.
std::vector<CodeView> code_views(FileStore&, const SymbolRef&);

}  // namespace unoops::symbols
