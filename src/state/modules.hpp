// The modules that the kernel of a dump had loaded: their code, its names and its ORC tables, out of its memory. So no
// .ko is needed, and nothing has to be moved to where it was loaded.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/rooms.hpp"
#include "debuginfo/orc.hpp"
#include "state/target.hpp"

namespace unoops::state {

// What an address of a module is called.
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
  // The same of its variables.
  std::optional<CodeName> object_name(Target&, std::uint64_t address, std::size_t& symbols_left);
  // Where a section of its file was loaded; nothing: it was not, or nobody knows.
  std::optional<std::uint64_t> section(Target&, std::string_view name);
  // Its code and its variables.
  bool covers(std::uint64_t address) const;

 private:
  struct Part {
    std::uint64_t begin = 0, size = 0;
  };
  struct Row {
    std::uint64_t address, name, size;
  };
  void add_part(Target&, std::uint64_t object, std::string_view type, std::string_view prefix);
  void read_names(Target&, std::size_t& symbols_left);
  void read_sections(Target&);

  std::uint64_t at_;
  std::string name_;
  std::vector<Part> parts_;  // code
  std::vector<Part> whole_;  // with their data
  bool names_read_ = false;
  std::vector<Row> rows_, objects_;  // by address
  std::optional<std::vector<std::pair<std::string, std::uint64_t>>> sections_;
};

// In the order of their list; fewer where that breaks off.
std::vector<LoadedModule> loaded_modules(Target&);

}  // namespace unoops::state
