/* System calls, the C side. */
#include "../../../demo.h"

typedef long (*sys_call_ptr_t)(const struct pt_regs *);

static long sys_ni_syscall(const struct pt_regs *regs) {
  return regs ? -38 : 0;
}

static const sys_call_ptr_t sys_call_table[] = {sys_ni_syscall, __x64_sys_write, sys_ni_syscall};

static inline bool do_syscall_x64(struct pt_regs *regs, unsigned int nr) {
  if (nr >= sizeof sys_call_table / sizeof sys_call_table[0]) return 0;
  regs->ax = (unsigned long)sys_call_table[nr](regs);
  return 1;
}

noinline void do_syscall_64(struct pt_regs *regs, int nr) {
  if (!do_syscall_x64(regs, (unsigned int)nr)) regs->ax = (unsigned long)sys_ni_syscall(regs);
}
