// A kernel's memory with changes in it, beside a vmlinux that is whole: its CPUs, tasks, stacks and locks. No crash, no
// hang, and no more comes out than a report may hold. Does nothing where no gcc is.
#include <optional>

#include "base/limits.hpp"
#include "edits.hpp"
#include "state/examine.hpp"
#include "state/unlogged.hpp"
#include "unit/state/dumped_kernel.hpp"

namespace {

using namespace unoops;
using namespace unoops::test;
using fuzz::Edits;
using fuzz::require;

// Pointers to what is there are worth more than any number.
constexpr const char* places[] = {"init_task",     "sleeper",      "runner",      "lock",          "signals",
                                  "sleeper_stack", "runner_stack", "irq_stack_0", "current_task",  "sleeps",
                                  "outer",         "inner",        "entry",       "ret_from_fork", "lost",
                                  "from_irq",      "nr_cpu_ids",   "panic_cpu"};

void change(DumpedKernel& kernel, Edits edits) {
  auto& pages = kernel.pages();
  while (edits.next() && !pages.by_address.empty()) {
    const auto* symbol = places[edits.place() % std::size(places)];
    const auto word = edits.place() / std::size(places) % 600;
    switch (edits.what() % 8) {
      case 0:
      case 1:
      case 2: {
        const auto* to = places[edits.value() % std::size(places)];
        const auto delta = edits.value() / std::size(places) % 4096;
        kernel.set(symbol, word, kernel.address(to) + delta);
        break;
      }
      case 3:
        kernel.set(symbol, word, edits.word());
        break;
      case 4:
        kernel.set_register(edits.place() % 21,
                            kernel.address(places[edits.value() % std::size(places)]) + edits.what() / 8 * 8);
        break;
      case 5:
        kernel.set_register(edits.place() % 21, edits.word());
        break;
      case 6:
        kernel.drop_page(kernel.address(symbol));
        break;
      default:
        if (pages.cpus.size() < 4) pages.cpus.push_back(pages.cpus[0].substr(0, edits.value() % 400));
    }
  }
}

void look_at(state::Machine& machine) {
  Report r;
  r.severity = Severity::fatal;
  r.panic = Panic{.reason = "test", .line = 1};
  r.pid = 10;
  r.machine.emplace();
  Stack& stack = r.stacks.emplace_back();
  stack.role = StackRole::trace;
  for (const char* name : {"sleeps", "outer"}) {
    Frame& f = stack.frames.emplace_back();
    f.ref.symbol = name;
    f.ref.offset = 5;
  }
  state::examine(r, machine, true);
  std::size_t frames = 0;
  for (const auto& s : r.stacks) frames += s.frames.size();
  require(frames <= base::limits::report_frames + 1024, "a report has no more frames than it may");
  require(r.machine->missing.size() <= base::limits::messages + 1, "nor more words");
  state::lines_of_panic(machine);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static DumpedKernel kernel;
  if (!kernel.built()) return 0;
  static const Pages whole = kernel.pages();
  kernel.pages() = whole;
  change(kernel, Edits(data, size));
  if (kernel.pages().by_address.empty()) return 0;
  if (auto* machine = kernel.machine()) look_at(*machine);
  return 0;
}
