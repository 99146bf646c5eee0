// The registers of each function on a stack, as far as its callees have kept them: the kernel's own tables lead from frame
// to frame, DWARF tells where the registers were saved on the way.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "base/rooms.hpp"
#include "debuginfo/call_frames.hpp"
#include "state/machine.hpp"

namespace unoops::state {

struct FrameRegisters {
  std::array<std::optional<std::uint64_t>, CallFrame::registers> values = {};  // by DWARF numbers
  std::optional<std::uint64_t> frame_address = {};  // the canonical one, where both tables agree on it
};

// Of one frame; nothing: no tables are there for its code.
using CallFrameOf = std::function<std::optional<CallFrame>(const UnwoundFrame&)>;

// The registers of frames [first, end) of the stack. `at_top`: of frames.front(), as the dump or the scheduler saved them.
std::vector<FrameRegisters> registers_along(Target&, const UnwoundStack&, std::size_t first, std::size_t end,
                                            const FrameRegisters& at_top, const CallFrameOf&);

// Where a CPU stopped, or a task sleeps.
FrameRegisters registers_at_top(Target&, const Cpu&);
FrameRegisters registers_at_top(Target&, const Task&);

}  // namespace unoops::state
