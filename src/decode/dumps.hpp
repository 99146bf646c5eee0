// The memory dumps whose logs are decoded, for what lies beside the log. Its reports come with the opened file, because
// they may be explained long after their source was read, and by another decoder. The reader of its pages is one of our
// own, because that of the log may still be at work in another thread.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "base/rooms.hpp"
#include "memory/core_file.hpp"
#include "memory/target_memory.hpp"
#include "state/machine.hpp"
#include "symbols/file_store.hpp"
#include "unoops/report.hpp"
#include "unoops/source.hpp"

namespace unoops::decode {

class Dumps {
 public:
  // Adds to the report what its dump's memory tells; nothing where no vmlinux fits.
  void examine(Report&, const DumpBytes&, FileStore&, bool all_tasks);
  // What its memory held when the machine stopped, behind the naming of the bad pointer.
  void add_values(Report&, const DumpBytes&, FileStore&, bool all);
  // Is the report of what the dump still shows: a crash, a task that hangs in it? False, too, where no vmlinux fits.
  bool shows(Report&, const DumpBytes&, FileStore&);
  // For one whose log it lacks: what the kernel would have printed last; empty where no vmlinux fits.
  std::string lines_of_panic(const DumpBytes&, FileStore&);
  // The vmlinux of the last one is going to be closed.
  void forget();

  // Null: no vmlinux fits.
  Machine* machine_of(const DumpBytes&, FileStore&);

 private:
  // The last one: reports come in the order of their sources.
  DumpBytes bytes_;
  const DebugFile* vmlinux_ = nullptr;
  std::unique_ptr<CoreFile> core_;
  std::optional<TargetMemory> memory_;
  std::unique_ptr<Machine> machine_;
};

}  // namespace unoops::decode
