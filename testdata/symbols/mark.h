/* MARK(x) puts a symbol mark_x at one instruction: what is looked up there must answer with the line that it stands on. */
#define MARK(name) __asm__ volatile(".globl mark_" #name "\nmark_" #name ":\n\tnop")
#define INLINE static inline __attribute__((always_inline))
#define IN(section_name) __attribute__((noinline, section(section_name)))
#define NOINLINE __attribute__((noinline))
