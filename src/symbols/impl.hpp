// What stands behind KernelSymbols.
#pragma once

#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "symbols/debug_file.hpp"
#include "symbols/finder.hpp"
#include "unoops/log_reader.hpp"
#include "unoops/symbolizer.hpp"

namespace unoops {

class KernelSymbols::Impl {
 public:
  Impl(const SymbolOptions&, KernelIdentity);

  const Lookup& resolve(const SymbolRef&);
  void check(const std::vector<const SymbolRef*>&);

  // Where a reference points to: the file, the symbol, the address (of the reference itself, not of the call before).
  struct Place {
    symbols::DebugFile* file = nullptr;
    symbols::Symbol symbol;
    std::uint64_t address = 0;
    std::vector<symbols::Symbol> others;   // symbols of the same name and size, where nothing told them apart
  };
  tl::expected<Place, Unresolved> place(const SymbolRef&);

  // The files; null: not found, not usable, does not fit. Opened at the first call.
  symbols::DebugFile* vmlinux();
  symbols::DebugFile* module(const std::string& name, const std::string& build_id);

  const std::vector<FileVerdict>& verdicts() const { return verdicts_; }
  const KernelIdentity& identity() const { return identity_; }
  const SymbolOptions& options() const { return options_; }

  // Types found by name, for find_type() (code_view.hpp).
  std::unordered_map<std::string, std::optional<Dwarf_Die>> types;
  // What inspect keeps of a file: its data symbols by address.
  std::unordered_map<const symbols::DebugFile*, std::shared_ptr<void>> data_symbols;

 private:
  struct Slot {
    std::unique_ptr<symbols::DebugFile> file;
    std::size_t verdict = 0;
    bool tried = false;
    Miss why = Miss::module_not_found;
  };
  struct SizeTally {
    std::size_t right = 0, asked = 0;
    std::string example;                  // "size of foo is 0x80 there, 0x1a0 in the log"
  };

  void open_vmlinux();
  void open_module(Slot&, const std::string& name, const std::string& build_id);
  bool try_open(Slot&, const std::string& path, const std::string& build_id);
  void add_separate_debug(Slot&);
  std::string release();
  Lookup look_up(const SymbolRef&);
  tl::expected<Place, Unresolved> place_address(const SymbolRef&);
  std::string key(const SymbolRef&) const;

  SymbolOptions options_;
  KernelIdentity identity_;
  symbols::Finder finder_;
  std::vector<FileVerdict> verdicts_;
  Slot vmlinux_;
  std::unordered_map<std::string, Slot> modules_;
  std::vector<symbols::ModuleDirectory> directories_;
  bool directories_known_ = false;
  std::unordered_map<std::string, Lookup> cache_;
};

}  // namespace unoops
