/* Inlined twice over, in code of six sections. The line of MARK(x) and the lines that say "call x" are what the tests expect. */
#include "mark.h"

volatile int sink;
struct shared of_chain;

INLINE void innermost(int n) {
  sink += n;
  MARK(innermost);
}

INLINE void middle(int n) {
  for (int i = 0; i < n; ++i) sink ^= i;
  innermost(n); /* call innermost */
  MARK(middle);
}

NOINLINE void outer(int n) {
  sink = n;
  middle(n); /* call middle */
  MARK(outer);
}

IN(".init.text") void in_init(void) {
  sink = 1;
  MARK(init);
}

IN(".exit.text") void in_exit(void) {
  sink = 2;
  MARK(exit);
}

IN(".text.unlikely") void in_unlikely(void) {
  sink = 3;
  MARK(unlikely);
}

IN(".noinstr.text") void in_noinstr(void) {
  sink = 4;
  MARK(noinstr);
}

IN(".text.hot") void in_hot(void) {
  sink = 5;
  MARK(hot);
}

void caller(int n);
void _start(void) {
  outer(7);
  in_init();
  in_exit();
  in_unlikely();
  in_noinstr();
  in_hot();
  caller(3);
}
