// The code of a dump's kernel by run-time address: what it is called, and the way to the caller. Variables by theirs.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/rooms.hpp"
#include "debuginfo/orc.hpp"
#include "state/modules.hpp"
#include "unoops/symbol_ref.hpp"

namespace unoops::state {

class CodeMap {
 public:
  explicit CodeMap(Target&);

  // No way can be told without the layout of the tables' entries, which the kernel's own unwinder knows.
  bool has_orc() const { return layout_.has_value(); }
  std::optional<OrcEntry> orc(std::uint64_t address);
  // As the kernel prints it in a trace: the byte before decides, because a call may be a function's last instruction
  // (v6.1 lib/vsprintf.c "%pB"). Without a symbol where nobody knows the address.
  SymbolRef reference(std::uint64_t address, PcKind);
  // "rtnl_mutex", "kf_table+0x40 [kfault]": what a pointer to code or to a variable leads to; empty: nobody knows.
  std::string name_of(std::uint64_t address);
  // Where a section of the module was loaded whose code holds the address.
  std::optional<std::uint64_t> section_beside(std::uint64_t code, std::string_view section);

 private:
  LoadedModule* module_at(std::uint64_t address);
  LoadedModule* module_around(std::uint64_t address);
  void read_modules();
  void read_kernel_table();

  Target& target_;
  std::optional<OrcLayout> layout_;
  std::optional<OrcTable> kernel_;
  std::optional<std::vector<LoadedModule>> modules_;
  // Each may claim a table of its own size in the same pages; amdgpu has 30,000 symbols.
  std::size_t symbols_left_ = 1 << 20;
  std::vector<std::pair<std::uint64_t, LoadedModule*>> by_begin_;  // of each part of their code
};

}  // namespace unoops::state
