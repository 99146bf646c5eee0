/* Compiled twice, with TWIN=1 and TWIN=2: static functions of one name, of different sizes (type_show) and of equal ones
   (same_show). The second one's lines are shifted by #line. */
#include "mark.h"

extern volatile int sink;
#define GLUE(a, b) a##b
#define NAME(a, b) GLUE(a, b)

struct shared NAME(of_twin, TWIN);
#if TWIN == 2
#line 100
#endif
static NOINLINE void same_show(int n) {
  sink += n;
  sink ^= TWIN; /* same */
}

static NOINLINE void type_show(int n) {
  sink += n; /* type */
#if TWIN == 2
  for (int i = 0; i < n; ++i) sink *= i + 3;
#endif
}

void NAME(twin_caller, TWIN)(int n) {
  same_show(n);
  type_show(n);
}
#if TWIN == 1
void twin_caller2(int n);
void caller(int n) {
  twin_caller1(n);
  twin_caller2(n);
}
__attribute__((section(".modinfo"), used)) static const char vermagic[] = "vermagic=6.1.0-9-test SMP preempt mod_unload ";
const char linux_banner[] = "Linux version 6.1.0-9-test (me@here) (gcc 12) #1 SMP Test 6.1.27-1 (2023-05-08)\n";
#endif
