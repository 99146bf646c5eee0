// System.map and /proc/kallsyms: names and addresses without a vmlinux.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/rooms.hpp"
#include "unoops/error.hpp"

namespace unoops::symbols {

class SymbolMap {
 public:
  // Reads the file (or a compressed one). An error where it can't be read, holds no symbol, or only zero addresses
  // (kernel.kptr_restrict hides them).
  static Expected<SymbolMap> open(const std::string& path);
  static Expected<SymbolMap> parse(std::string text, const std::string& name);

  struct Row {
    std::string_view name, module;
    std::uint64_t address = 0, size = 0;  // size: to the next address of the same module
  };
  std::vector<Row> find(std::string_view name, std::string_view module) const;
  std::optional<Row> covering(std::uint64_t address) const;

 private:
  std::string text_;
  std::vector<Row> rows_;  // by address
  std::vector<std::uint32_t> by_name_;
};

}  // namespace unoops::symbols
