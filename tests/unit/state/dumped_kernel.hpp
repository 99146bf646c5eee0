// A dump of testdata/debuginfo/dumped.c: its image is all the memory there is, and each test damages some of it.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "debuginfo/debug_file.hpp"
#include "memory/core_file.hpp"
#include "memory/target_memory.hpp"
#include "state/machine.hpp"
#include "unit/memory/dump_writer.hpp"
#include "unit/symbols/fixture.hpp"

namespace unoops::test {

class DumpedKernel {
 public:
  DumpedKernel();
  bool built() const { return file_ != nullptr; }

  std::uint64_t address(const std::string& symbol);
  // The word of an array, in the memory of the dump.
  void set(const std::string& symbol, std::size_t index, std::uint64_t value);
  // Of a CPU's registers, by their place in struct pt_regs.
  void set_register(std::size_t index, std::uint64_t value);
  void drop_page(std::uint64_t address);

  // Takes the dump. Null: the file does not fit.
  state::Machine* machine();
  // "outer+0x5 ret_from_fork+0x5 | entry"
  std::string text(const state::UnwoundStack&);
  std::string stack_of_cpu();
  std::string stack_of_task(std::size_t index);
  Pages& pages() { return pages_; }
  // What the dump adds to the report of a panic whose trace has these frames, "?" before a guess.
  Report examined(const std::vector<std::string>& trace, bool all_tasks = false);

 private:
  TempDir dir_;
  std::unique_ptr<debuginfo::DebugFile> file_;
  Pages pages_;
  std::unique_ptr<memory::CoreFile> core_;
  std::optional<memory::TargetMemory> memory_;
  std::unique_ptr<state::Machine> machine_;
};

}  // namespace unoops::test
