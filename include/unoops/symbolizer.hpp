// Where symbols come from, whether they fit the log, and which source line an address is.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "unoops/report.hpp"
#include "unoops/symbol_ref.hpp"

namespace unoops {

struct SymbolOptions {
  std::string vmlinux;               // -k: ends the search for one
  std::string release;               // -r
  std::vector<std::string> modules;  // -m: searched first, then the directory of vmlinux, then the usual places
  std::string debug_root;            // a copy of a machine's / : the usual places are looked for below it first
  std::string kallsyms, system_map;
  bool debuginfod = false;  // also with DEBUGINFOD_URLS in the environment
  // Called now and then while debuginfod downloads: what ("vmlinux", "ext4"), and how many bytes of how many (0: not
  // known); once more at the end of each, with an empty `what`. May be empty.
  std::function<void(const std::string& what, std::uint64_t done, std::uint64_t total)> progress;
  bool none = false;   // --no-symbols
  bool force = false;  // use files that do not fit
};

// What the log says of its kernel: enough to find and to check files. One boot of one log.
struct KernelIdentity {
  std::string release, banner, build_id;
  const ArchInfo* arch = nullptr;
  std::optional<std::uint64_t> kernel_offset;  // KASLR: runtime minus link-time text address
  std::string version;                         // as the CPU line prints it: "#1 Debian 6.1.192-2"
};

// One file that was tried.
struct FileVerdict {
  enum class Fit { unknown, fits, doubtful, misfit, not_found, unusable };
  std::string what;  // "vmlinux", "ext4"
  std::string path;  // empty: not found
  Fit fit = Fit::unknown;
  std::vector<std::string> evidence;  // "banner", "14 of 14 sizes", "build-id f071c3d7ea2d"
  std::vector<std::string> tried;     // paths that were looked for, each with why it was refused, for --explain-symbols
  std::string hint = {};              // not found: the package that would help, where the release tells
};

// The files of one kernel that were tried so far.
struct KernelFiles {
  std::string_view release;  // empty: the log does not name it
  std::span<const FileVerdict> files;
};

// A symbol that a reference may mean, and the place in it.
struct SymbolMatch {
  std::string symbol, module;    // module empty: vmlinux
  std::string section;           // of a module: ".text", ".init.text"
  std::uint64_t address = 0;     // in the file; in a module from the section's start
  std::uint64_t offset = 0;      // from the symbol
  std::uint64_t size = 0;        // kallsyms' size
  bool fits = true;              // the printed size is this symbol's, and the offset lies in it
  std::vector<Location> source;  // the inline chain, innermost first; empty: no line is known
};
struct SymbolMatches {
  std::vector<SymbolMatch> all;    // those that fit first, each part in the file's order
  std::optional<Unresolved> miss;  // why none fits
};

// Source lines for the references of any kernel of the log that is read. Files are opened when they are first needed, and
// kept.
class Symbolizer {
 public:
  virtual ~Symbolizer() = default;

  // file:line for each level of the inline chain, or why not. Cached: the answer lives until the next call.
  virtual const Lookup& resolve(const KernelIdentity&, const SymbolRef&) = 0;

  // Every symbol that the reference may mean, where resolve() has one answer or none.
  virtual SymbolMatches matches(const KernelIdentity&, const SymbolRef&) = 0;

  // Call this with all references of a report before the first is resolved: they show whether the files fit the log.
  virtual void check(const KernelIdentity&, const std::vector<const SymbolRef*>& refs) = 0;

  // In the order in which the kernels were met.
  virtual std::vector<KernelFiles> files() const = 0;
};

}  // namespace unoops
