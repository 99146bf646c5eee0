// A trace that no headline announced: dump_stack(), or the rest of a report whose head is lost. lib/dump_stack.c.
#include "kinds/kind.hpp"

namespace unoops {

extern constinit const Kind stack_dump;
constinit const Kind stack_dump{
    .info = {"stack-dump", "stack dump", Severity::notice},
    .title = "stack dump",
    .headless = true,
    .traceless = true,
};

}  // namespace unoops
