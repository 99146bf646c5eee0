// The symbols room's code view as the data flow's program.
#pragma once

#include <optional>
#include <vector>

#include "base/rooms.hpp"
#include "inspect/program.hpp"
#include "symbols/code_view.hpp"

namespace unoops::inspect {

class ViewProgram : public Program {
 public:
  explicit ViewProgram(CodeView view) : view_(std::move(view)) {}
  const CodeView& view() const { return view_; }
  // The same file seen from another function of the same section.
  CodeView at(std::uint64_t start, std::span<const std::uint8_t> bytes) const;

  std::optional<Relocation> relocation(std::uint64_t address, unsigned bytes) override;
  std::optional<NamedPlace> symbol_at(std::uint64_t address) override;
  std::span<const std::uint8_t> code(std::uint64_t begin, std::uint64_t end) override;

 private:
  CodeView view_;
  std::optional<std::vector<Relocation>> relocations_;
};

}  // namespace unoops::inspect
