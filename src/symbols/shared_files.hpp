// What the kernels of a run share: each file is opened once, whatever boots and releases need it, because a fleet's archive
// has thousands of boots of one kernel. Not thread-safe.
#pragma once

#include <sys/stat.h>

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_set>

#include "base/rooms.hpp"
#include "debuginfo/debug_file.hpp"
#include "symbols/debuginfod.hpp"
#include "symbols/finder.hpp"
#include "symbols/symbol_map.hpp"
#include "unoops/error.hpp"
#include "unoops/symbolizer.hpp"

namespace unoops::symbols {

class SharedFiles {
 public:
  explicit SharedFiles(SymbolOptions);
  const SymbolOptions& options() const { return options_; }

  // A path that was missing once is not looked for again: most logs of a run ask for the same ones.
  bool is_there(const std::string& path);
  // Files and directories live as long as somebody uses them. A file that another one has taken the place of, or that was
  // written to, is opened anew; one that passed a bound stays what it is, so that it is read in vain only once.
  Expected<std::shared_ptr<DebugFile>> open(const std::string& path);
  std::shared_ptr<ModuleDirectory> directory(const std::string& path);
  // What --kallsyms or --system-map names, read when it is first needed.
  const Expected<SymbolMap>& map(const std::string& path);

  const Finder& finder() const { return finder_; }
  // Where files may be that a log of this release names. What one release adds stays for the others: the directories are
  // this machine's.
  const std::shared_ptr<SymbolRoots>& roots(std::string_view release);
  Debuginfod* debuginfod() { return debuginfod_.get(); }  // null: it must not be asked

 private:
  struct File {
    std::weak_ptr<DebugFile> file;
    struct stat at_opening {};
  };

  const SymbolOptions options_;
  const Finder finder_;
  std::shared_ptr<SymbolRoots> roots_;  // made when the first file is found
  std::unique_ptr<Debuginfod> debuginfod_;
  std::unordered_set<std::string> missing_;
  std::map<std::string, File> files_;
  std::map<std::string, std::weak_ptr<ModuleDirectory>> directories_;
  std::map<std::string, Expected<SymbolMap>> maps_;
};

}  // namespace unoops::symbols
