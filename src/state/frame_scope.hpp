// The functions of one frame of a stack with their variables.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/rooms.hpp"
#include "debuginfo/live_variables.hpp"
#include "state/frame_registers.hpp"
#include "state/machine.hpp"
#include "symbols/file_store.hpp"

namespace unoops::state {

// Where the code of a frame is in its symbol file.
struct FramePlace {
  DebugFile* file = nullptr;
  std::uint64_t address = 0;  // of the instruction, or of the last byte of the call
  std::uint64_t moved = 0;    // run-time address minus the file's
};
// Nothing: no file, or one that does not fit.
std::optional<FramePlace> place_of(const UnwoundFrame&, Machine&, FileStore&);

class FrameScope {
 public:
  // Nothing: no debug information of the function.
  static std::optional<FrameScope> of(Machine&, const FramePlace&, const FrameRegisters&);

  const std::vector<LiveVariable>& variables() const { return scope_.variables; }
  // Nothing: its value is not there any more.
  std::optional<ValuePlace> find(const LiveVariable&) const;

 private:
  FrameScope(Machine& machine, const FramePlace& place, const FrameRegisters& registers, LiveScope scope)
      : machine_(&machine), place_(place), registers_(registers), scope_(std::move(scope)) {}

  Machine* machine_;
  FramePlace place_;
  FrameRegisters registers_;
  LiveScope scope_;
};

}  // namespace unoops::state
