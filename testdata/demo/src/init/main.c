/* The demo kernel's beginning: nothing of it runs, it is there to be looked up. */
#include "../demo.h"

const char linux_banner[] __attribute__((section(".rodata"))) =
    "Linux version 6.1.0-demo (courier@demo) (gcc-12 (Debian 12.2.0-14) 12.2.0, GNU ld 2.40) #1 SMP PREEMPT_DYNAMIC\n";

static unsigned long pool[512];
static unsigned long *next_free = pool;

noinline void *kmalloc(size_t size) {
  unsigned long *object = next_free;
  next_free += (size + 7) / 8;
  return object;
}

noinline void kfree(const void *object) {
  if (object) next_free = (unsigned long *)object;
}

noinline int kernel_init(void *unused) {
  void *first = kmalloc(sizeof(struct file));
  kfree(unused);
  return first != unused;
}
