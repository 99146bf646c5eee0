// A trace that no headline announced: dump_stack(), or the rest of a report whose head is lost. lib/dump_stack.c.
#include "kinds/kind.hpp"

namespace unoops::kinds {

extern constinit const Kind stack_dump{
    .info = {"stack-dump", "stack dump", Severity::notice, Trait::traceless | Trait::headless},
    .title = "stack dump",
    .sentence = "somebody asked for a stack trace in {culprit|the code} (dump_stack); nothing need be wrong",
};

}  // namespace unoops::kinds
