/* MARK(x) puts a symbol mark_x at one instruction: what is looked up there must answer with the line that it stands on. */
#define MARK(name) __asm__ volatile(".globl mark_" #name "\nmark_" #name ":\n\tnop")
#define INLINE static inline __attribute__((always_inline))
#define IN(section_name) __attribute__((noinline, section(section_name)))
#define NOINLINE __attribute__((noinline))

/* Types that the units share: what dwz puts into a partial unit. */
struct shared {
  struct shared *next, *previous;
  unsigned long long counters[7];
  int (*compare)(const struct shared *, const struct shared *);
  enum { shared_new, shared_open, shared_closed } state;
};
