/* What the pieces of the demo kernel share. Shaped after the kernel's interfaces, written for this project (MIT). */
#ifndef DEMO_H
#define DEMO_H

typedef unsigned long size_t;
typedef long ssize_t;
typedef long long loff_t;
typedef _Bool bool;

#define noinline __attribute__((noinline, noipa))
#define inline inline __attribute__((always_inline))

struct file;
struct file_operations {
  ssize_t (*read)(struct file *, char *, size_t, loff_t *);
  ssize_t (*write)(struct file *, const char *, size_t, loff_t *);
};
struct file {
  unsigned int f_mode;
  loff_t f_pos;
  const struct file_operations *f_op;
  void *private_data;
};

struct pt_regs {
  unsigned long r15, r14, r13, r12, bp, bx, r11, r10, r9, r8, ax, cx, dx, si, di, orig_ax, ip, cs, flags, sp, ss;
};

void fd_install(unsigned int fd, struct file *file);
ssize_t vfs_write(struct file *file, const char *buf, size_t count, loff_t *pos);
ssize_t ksys_write(unsigned int fd, const char *buf, size_t count);
long __x64_sys_write(const struct pt_regs *regs);
void do_syscall_64(struct pt_regs *regs, int nr);
void *kmalloc(size_t size);
void kfree(const void *object);

#endif
