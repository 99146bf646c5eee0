// What the functions of a trace take of the stack.
#pragma once

#include "inspect/scene.hpp"
#include "symbols/file_store.hpp"

namespace unoops::inspect {

// Fills site.stack_use where a stack ran over: by the files of the frames, and by the log's own Code bytes. null: none.
void measure_stack(Report&, const Disassembler&, FileStore*);

}  // namespace unoops::inspect
