// The symbols room's code view as the data flow's program.
#pragma once

#include <optional>
#include <vector>

#include "base/rooms.hpp"
#include "inspect/program.hpp"
#include "symbols/code_view.hpp"

namespace unoops::inspect {

// Data symbols of a file by address. Text symbols the symbols room has indexed already.
class DataSymbols {
 public:
  explicit DataSymbols(DebugFile&);
  std::optional<NamedPlace> covering(std::uint64_t address) const;

 private:
  struct Entry {
    std::uint64_t address, size;
    const char* name;
  };
  std::vector<Entry> entries_;
};

class ViewProgram : public Program {
 public:
  ViewProgram(FileStore& impl, CodeView view) : impl_(impl), view_(std::move(view)) {}
  const CodeView& view() const { return view_; }
  // The same file seen from another function of the same section.
  CodeView at(std::uint64_t start, std::span<const std::uint8_t> bytes) const;

  std::optional<Target> relocation(std::uint64_t address, unsigned bytes) override;
  std::optional<NamedPlace> symbol_at(std::uint64_t address) override;
  std::span<const std::uint8_t> code(std::uint64_t begin, std::uint64_t end) override;

 private:
  FileStore& impl_;
  CodeView view_;
  std::optional<std::vector<CodeRelocation>> relocations_;
  std::shared_ptr<DataSymbols> data_;
};

}  // namespace unoops::inspect
