// The symbol files of one kernel: found, opened when they are first needed, judged, and asked. Not thread-safe.
#pragma once

#include <map>
#include <memory>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/rooms.hpp"
#include "debuginfo/debug_file.hpp"
#include "symbols/file_match.hpp"
#include "symbols/shared_files.hpp"
#include "unoops/error.hpp"
#include "unoops/symbolizer.hpp"

namespace unoops::symbols {

class FileStore {
 public:
  FileStore(SharedFiles&, KernelIdentity);
  FileStore(const FileStore&) = delete;
  FileStore& operator=(const FileStore&) = delete;

  // Symbolizer's, for this kernel.
  const Lookup& resolve(const SymbolRef&);
  SymbolMatches matches(const SymbolRef&);
  void check(const std::vector<const SymbolRef*>&);
  // Which of the modules a name without one is of, where the log leaves it out; empty: none, or nobody can tell.
  std::string module_of(const SymbolRef&, const std::set<std::string>& modules);
  // What a report says of its kernel, where the identity did not know it yet.
  void learn(const Kernel&, std::optional<std::uint64_t> kernel_offset);
  // The report's Code bytes against .text at the pc; doubt at most, for the kernel patches itself.
  void check_code(const SymbolRef& pc, const Code&);

  // Where a reference points to: the file, the symbol, the address (of the reference itself, not of the call before).
  struct Place {
    DebugFile* file = nullptr;
    Symbol symbol;
    std::uint64_t address = 0;
    std::vector<Symbol> others;  // symbols of the same name and size, where nothing told them apart
  };
  tl::expected<Place, Unresolved> place(const SymbolRef&);

  // The file that a reference's code is in: its module's, or vmlinux. Null: not found or not usable. Opened at the
  // first call; place() refuses those that do not fit.
  DebugFile* file_of(const SymbolRef&);
  // The kernel's own, for what a memory dump holds; null: not found, or it does not fit.
  DebugFile* fitting_vmlinux();

  // A file that passed a bound while it was read, or that somebody changed meanwhile, is used no more, and what it said is
  // forgotten. True: there was one; whoever asked has to ask again.
  bool drop_refused();

  const std::vector<FileVerdict>& verdicts() const { return verdicts_; }
  // FileVerdict::what of the files that are the kernel's own; all others are modules, by module_name().
  static constexpr const char *vmlinux_name = "vmlinux", *kallsyms_name = "kallsyms", *system_map_name = "System.map";
  static std::string module_name(std::string printed);  // "snd-hda-intel" → "snd_hda_intel"
  const KernelIdentity& identity() const { return identity_; }
  const DebugFile* opened_vmlinux() const { return vmlinux_.file.get(); }  // null: none was found, or asked for
  // Of files that were looked for, and of answers: what its memory grows with.
  std::size_t kept() const { return verdicts_.size() + cache_.size() + chosen_.size(); }
  // The one that files are looked for by.
  const std::string& release() const { return options_.release.empty() ? identity_.release : options_.release; }

 private:
  struct Slot {
    std::string name;  // of the module; empty: vmlinux
    std::shared_ptr<DebugFile> file;
    FitJudge judge;
    std::size_t verdict = 0;
    bool tried = false;
    bool dropped = false;  // by drop_refused()
    Miss why = Miss::module_not_found;
    // How far its pieces of code were moved, by where ElfFile ends them.
    std::map<std::uint64_t, std::uint64_t> moved = {};
  };

  // file_store.cpp: files
  Slot& slot_of(const SymbolRef&);  // opened
  DebugFile* vmlinux();
  void open_vmlinux();
  void open_module(Slot&, const std::string& build_id);
  bool find_module(Slot&, const std::string& build_id);
  enum class Attempt { done, go_on };  // done: with debug information
  bool try_packed(Slot&, const std::string& path, const std::string& build_id);
  Attempt try_open(Slot&, const std::string& path, const std::string& build_id, bool named = false);
  void find_separate_debug(Slot&, std::string build_id);
  void note_lender(const Slot&);
  void find_code(Slot&, const std::vector<std::string>& paths, const std::string& build_id);
  void identify(FitJudge&, DebugFile&, const Slot&, const std::string& build_id) const;
  void ask_debuginfod(Slot&, const std::string& build_id);
  void open_maps();
  bool drop(Slot&);
  void settle(Slot&);  // the judge's opinion → the verdict
  bool refused(const Slot&) const;
  const std::shared_ptr<SymbolRoots>& roots();
  bool is_trusted(Slot&, const std::string& path);
  void note_refusal(const Slot&, std::string why);

  // matches.cpp
  SymbolMatches match_all(const SymbolRef&);
  SymbolMatch match(const SymbolRef&, const Place&);

  // lookup.cpp: references
  Lookup look_up(const SymbolRef&);
  Lookup look_up_ambiguous(const SymbolRef&, const Place&);
  tl::expected<Place, Unresolved> place_address(const SymbolRef&);
  tl::expected<Place, Unresolved> place_named_address(const SymbolRef&);
  tl::expected<Place, Unresolved> place_in_module(const SymbolRef&);
  tl::expected<Place, Unresolved> place_by_map(const SymbolRef&, const Unresolved& otherwise);
  std::uint64_t address_to_look_up(const SymbolRef&, const Place&);
  std::vector<Location> chain(const Place&, std::uint64_t address);
  std::string key(const SymbolRef&) const;
  std::vector<Symbol> candidates(const Place&) const;
  void tell_apart(const std::vector<const SymbolRef*>&, std::size_t at);

  // load_offsets.cpp: how far files were moved
  void derive_kernel_offset(const std::vector<const SymbolRef*>&);
  std::optional<std::uint64_t> offset_of_named(const std::vector<const SymbolRef*>&);
  void derive_module_offsets(const std::vector<const SymbolRef*>&);

  SharedFiles& shared_;
  const SymbolOptions& options_ = shared_.options();
  const Finder& finder_ = shared_.finder();
  KernelIdentity identity_;
  std::shared_ptr<SymbolRoots> roots_;  // null until the first file is found
  std::vector<FileVerdict> verdicts_;
  Slot vmlinux_;
  std::unordered_map<std::string, Slot> modules_;
  std::vector<Slot*> opened_;  // of modules_, those whose file was found: a log names more
  Slot surplus_;               // stands for modules that are not looked for, because the log names too many
  std::vector<std::shared_ptr<ModuleDirectory>> directories_;
  bool directories_known_ = false, maps_opened_ = false;
  const SymbolMap *kallsyms_ = nullptr, *system_map_ = nullptr;
  std::unordered_map<std::string, Lookup> cache_;
  std::unordered_map<std::string, std::uint64_t> chosen_;  // key of an ambiguous reference → its symbol's address
};

}  // namespace unoops::symbols
