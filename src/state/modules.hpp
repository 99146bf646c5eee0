// The modules that the kernel of a dump had loaded: their code, its names and its ORC tables, out of its memory. So no
// .ko is needed, and nothing has to be moved to where it was loaded.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/rooms.hpp"
#include "debuginfo/orc.hpp"
#include "state/target.hpp"

namespace unoops::state {

// What an address of a module's code is called.
struct CodeName {
  std::string symbol;
  std::uint64_t begin = 0, size = 0;  // as kallsyms has it
};

class LoadedModule {
 public:
  // `at`: of its struct module.
  LoadedModule(Target&, std::uint64_t at);

  const std::string& name() const { return name_; }
  bool holds(std::uint64_t address) const;
  std::vector<std::uint64_t> begins() const;  // of its parts
  std::optional<OrcEntry> orc(Target&, const OrcLayout&, std::uint64_t address);
  // `symbols_left`: so many symbols may still be kept, of all modules.
  std::optional<CodeName> code_name(Target&, std::uint64_t address, std::size_t& symbols_left);

 private:
  struct Part {
    std::uint64_t begin = 0, size = 0;
  };
  struct Row {
    std::uint64_t address, name;
  };
  void add_part(Target&, std::uint64_t object, std::string_view type, std::string_view prefix);
  void read_names(Target&, std::size_t& symbols_left);

  std::uint64_t at_;
  std::string name_;
  std::vector<Part> parts_;
  bool names_read_ = false;
  std::vector<Row> rows_;  // by address
};

// In the order of their list; fewer where that breaks off.
std::vector<LoadedModule> loaded_modules(Target&);

}  // namespace unoops::state
