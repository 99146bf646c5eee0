// The stack in memory that the report's own trace is of.
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "base/rooms.hpp"
#include "state/frame_registers.hpp"
#include "state/machine.hpp"
#include "unoops/report.hpp"

namespace unoops::state {

struct OwnFrames {
  UnwoundStack stack;
  FrameRegisters at_top;
  std::vector<Frame*> shown;  // of each frame of the stack, the report's frame; null: it has none
  std::size_t first = 0;      // of the stack: what faulted, or the first that may be to blame
  bool faulted = false;       // the first one is what the registers of the report are of, or it called what is no code
};

// Nothing: the dump has no stack that the report's trace fits.
std::optional<OwnFrames> own_frames(Report&, Machine&);
// Of a CPU, or of a task that sleeps, that the report shows beside its own.
std::optional<OwnFrames> frames_of(Report&, Machine&, const Cpu&);
std::optional<OwnFrames> frames_of(Report&, Machine&, const Task&);

}  // namespace unoops::state
