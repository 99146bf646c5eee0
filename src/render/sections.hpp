// A report's stacks as people see them: a trace is one, however often it changes its context, and starts at the pc.
#pragma once

#include <vector>

#include "base/rooms.hpp"
#include "unoops/report.hpp"

namespace unoops::render {

struct SectionFrame {
  const Frame* frame = nullptr;
  bool culprit = false;
  bool interrupted = false;  // the pc of what an interrupt, an NMI or a system call interrupted
  bool link_register = false;
  std::string_view context;  // "task", "irq", ...
  bool stale = false;        // a link register that points into the function of the pc: no caller
};

struct Section {
  const Stack* stack = nullptr;  // the first trace: label, CPU, task
  std::string_view context;      // of its first frame
  std::vector<SectionFrame> frames;
};

// Without what the kernel only prints again: repeated pcs, a pc that is the trace's first frame, too. `all`: with them.
std::vector<Section> sections_of(const Report&, bool all);

// One address with words before it: no trace.
bool is_single_address(const Stack&);

}  // namespace unoops::render
