// Where distributions put vmlinux and modules. States paths; opens nothing.
#pragma once

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "base/rooms.hpp"
#include "debuginfo/build_id_path.hpp"
#include "debuginfo/symbol_roots.hpp"
#include "unoops/symbolizer.hpp"

namespace unoops::symbols {

// "snd-hda-intel.ko.xz" → "snd_hda_intel"; empty: not a module's file name.
std::string module_name_of(std::string_view file_name);

// The modules below one directory. Walked only as far as it takes to find what is asked for.
class ModuleDirectory {
 public:
  explicit ModuleDirectory(std::string path) : path_(std::move(path)), pending_{path_} {}
  const std::string& path() const { return path_; }
  // The files of a module: those of the first directory that has it, and of the ones that were read before.
  std::vector<std::string> find(std::string_view module);

 private:
  bool walk_on();
  void find_among(std::size_t first_directory, std::string_view module, std::vector<std::string>& out) const;
  std::string path_;
  std::vector<std::string> pending_;
  std::size_t seen_ = 0;
  // A distribution has 4,000 modules in 900 directories, a log asks for some ten: names are kept as they were read.
  struct Listing {
    std::string directory, files;  // "ext4.ko\0..."
  };
  std::vector<Listing> read_;
};

// How a file may be packed: behind its name.
constexpr std::array<std::string_view, 4> packed_suffixes = {"", ".xz", ".zst", ".gz"};

class Finder {
 public:
  explicit Finder(const SymbolOptions&);

  // Paths to try for vmlinux, best first; each may be packed.
  std::vector<std::string> vmlinux_paths(std::string_view release, std::string_view build_id) const;
  // What the user named, besides the usual places: nothing else is opened because a log or a symbol file names it.
  debuginfo::SymbolRoots roots(const SymbolOptions&) const;
  // Links of this machine's own tree that lead out of it: where `make modules_install` was run.
  std::vector<std::string> build_directories(std::string_view release) const;
  std::vector<std::string> all_build_directories() const;  // of every release that this machine has
  // Directories that may hold modules, best first. `vmlinux`: the one in use, may be empty.
  std::vector<std::string> module_directories(std::string_view release, std::string_view vmlinux) const;
  // Separate debug files of a stripped file.
  std::vector<std::string> debug_paths(std::string_view file, std::string_view debuglink,
                                       std::string_view build_id) const;

 private:
  std::vector<std::string> roots_;    // --debug-root, then ""
  std::vector<std::string> modules_;  // -m
};

// "apt install linux-image-6.1.0-56-amd64-dbg": by the form of the release; empty: a kernel of one's own.
std::string package_hint(std::string_view release);

}  // namespace unoops::symbols
