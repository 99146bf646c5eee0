// The log's own traces against the stacks of the dump.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "base/rooms.hpp"
#include "unoops/report.hpp"

namespace unoops::state {

// A frame of an unwound stack, with the name that the kernel would print.
struct NamedFrame {
  SymbolRef ref;
  Context context = Context::task;
};

bool same_place(const SymbolRef&, const SymbolRef&);

// True: the stack holds every confirmed frame of the report's trace of that role, in their order. Then the trace has
// become the stack: what the kernel only guessed ('?') is confirmed or gone, and what it left out is there.
// `pid`: of the task whose traces are meant, where several tasks have some of that role.
bool make_exact(Report&, StackRole, const std::vector<NamedFrame>& stack, std::optional<std::int64_t> pid = {});

}  // namespace unoops::state
