// Code as rustc describes it: functions below namespaces and types, v0 names as linkage names, inlined into one another.
// The line of MARK(x) is what the tests expect.
#include "mark.h"

volatile int sink;

namespace kernel::sync {
struct Mutex {
  int state;
  INLINE void bump(int n) {
    sink += n;
    MARK(bump);
  }
  NOINLINE void lock(int n) __asm__("_RNvMs_NtCs1234_6kernel4syncNtB4_5Mutex4lock");
};

void Mutex::lock(int n) {
  state = n;
  bump(n); /* call bump */
  MARK(lock);
}
}  // namespace kernel::sync

extern "C" void _start() {
  kernel::sync::Mutex m;
  m.lock(3);
}
