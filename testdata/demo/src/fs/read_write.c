/* write(2), from the system call to the driver. */
#include "../demo.h"

static struct file *open_files[64];

static inline struct file *fdget(unsigned int fd) {
  return fd < 64 ? open_files[fd] : (struct file *)0;
}

noinline void fd_install(unsigned int fd, struct file *file) {
  if (fd < 64) open_files[fd] = file;
}

noinline ssize_t vfs_write(struct file *file, const char *buf, size_t count, loff_t *pos) {
  ssize_t written;
  if (!(file->f_mode & 2)) return -9;
  if (!file->f_op->write) return -22;
  written = file->f_op->write(file, buf, count, pos);
  if (written > 0) *pos += written;
  return written;
}

noinline ssize_t ksys_write(unsigned int fd, const char *buf, size_t count) {
  struct file *file = fdget(fd);
  ssize_t written;
  loff_t pos;
  if (!file) return -9;
  pos = file->f_pos;
  written = vfs_write(file, buf, count, &pos);
  file->f_pos = pos;
  return written;
}

static inline long __se_sys_write(unsigned long fd, unsigned long buf, unsigned long count) {
  return ksys_write((unsigned int)fd, (const char *)buf, count);
}

noinline long __x64_sys_write(const struct pt_regs *regs) {
  return __se_sys_write(regs->di, regs->si, regs->dx);
}
