/* courier: a driver that takes parcels from user space and keeps them in a queue. It has one bug: the queue is made when
 * the device is started, and nothing keeps a program from writing before that. */
#include "../demo.h"

struct parcel {
  struct parcel *next;
  size_t bytes;
  const char *from;
};

struct courier_queue {
  unsigned long flags;
  struct parcel *head;
  unsigned int depth;
};

struct courier_dev {
  int id;
  unsigned long accepted;
  struct courier_queue *queue; /* made by courier_start */
};

extern void *kmalloc(size_t size);
extern void kfree(const void *object);

static inline void queue_push(struct courier_queue *queue, struct parcel *parcel) {
  parcel->next = queue->head;
  queue->head = parcel;
  queue->depth++;
}

noinline int courier_start(struct courier_dev *dev) {
  struct courier_queue *queue = kmalloc(sizeof *queue);
  if (!queue) return -12;
  queue->head = 0;
  queue->depth = 0;
  dev->queue = queue;
  return 0;
}

static noinline int courier_submit(struct courier_dev *dev, struct parcel *parcel) {
  dev->accepted++;
  queue_push(dev->queue, parcel);
  return dev->id;
}

static inline struct parcel *wrap(const char *buf, size_t count) {
  struct parcel *parcel = kmalloc(sizeof *parcel);
  if (!parcel) return 0;
  parcel->bytes = count;
  parcel->from = buf;
  return parcel;
}

static inline int courier_post(struct courier_dev *dev, const char *buf, size_t count) {
  struct parcel *parcel = wrap(buf, count);
  if (!parcel) return -12;
  if (courier_submit(dev, parcel) < 0) {
    kfree(parcel);
    return -5;
  }
  return 0;
}

static noinline ssize_t courier_write(struct file *file, const char *buf, size_t count, loff_t *pos) {
  int error = courier_post(file->private_data, buf, count);
  return error ? error : (ssize_t)count;
}

static noinline ssize_t courier_read(struct file *file, char *buf, size_t count, loff_t *pos) {
  struct courier_dev *dev = file->private_data;
  return dev->queue && dev->queue->head && count ? (ssize_t)dev->queue->head->bytes : 0;
}

const struct file_operations courier_fops = {.read = courier_read, .write = courier_write};

/* What the module loader reads (include/linux/module.h). */
struct module {
  unsigned long state, list[2];
  char name[56];
} __this_module __attribute__((section(".gnu.linkonce.this_module"))) = {.name = "courier"};

const char modinfo[] __attribute__((section(".modinfo"))) =
    "license=MIT\0depends=\0name=courier\0vermagic=6.1.0-demo SMP preempt mod_unload modversions ";
