// Calls through pointers that have a name in C, and calls that wait: tests/unit/inspect/calls_test.cpp.
struct dev;
struct ops {
  long pad[2];
  int (*start)(struct dev* dev);  // 0x10
  void* raw;
};
union hook {
  int (*one)(long n);
  int (*two)(struct dev* dev);
};
struct link {
  struct link *next, *prev;
};
struct dev {
  const struct ops* ops;
  union {
    struct link list;
    struct {
      long uses;
      int (*destroy)(struct dev* dev);
    };
  };
  union hook hook;
  void* priv;
  const struct ops* slot[4];
};
struct owner {
  long pad[6];
  int (*finish)(struct owner* owner);
  struct dev dev;
};
void barrier(void) { __asm__ volatile("" ::: "memory"); }

int member(struct dev* dev) { return dev->ops->start(dev) + 1; }

// A void pointer that a cast makes a function's, as tracepoints keep them.
int untyped(struct dev* dev) { return ((int (*)(struct dev*))dev->ops->raw)(dev) + 1; }

// Of the union's members one is a function's pointer.
int in_union(struct dev* dev) { return dev->destroy(dev) + 1; }

// All of the union's members are.
int hooked(struct dev* dev) { return dev->hook.two(dev) + 1; }

// A cast that needs no variable: no type tells the member.
int cast(struct dev* dev) { return ((const struct ops*)dev->priv)->start(dev) + 1; }

// The walk over an array, whose first round may stand apart.
int walk(struct dev* dev, long n) {
  int sum = 0;
  for (long i = 0; i < n; ++i) sum += dev->slot[i]->start(dev);
  return sum;
}

struct mutex {
  long owner;
};
struct mutex table_lock;
struct user {
  long uses;
  struct mutex lock;
};
void __attribute__((noinline)) mutex_lock(struct mutex* lock) { __asm__ volatile("" : : "r"(lock) : "memory"); }

int waits(struct user* user) {
  mutex_lock(&user->lock);
  return 1;
}
int waits_for_table(void) {
  mutex_lock(&table_lock);
  return 1;
}
int __attribute__((noinline)) hands_on(struct mutex* lock) {
  mutex_lock(lock);
  barrier();
  return 1;
}
int asks(struct user* user) { return hands_on(&user->lock) + 1; }

void *memcpy(void *to, const void *from, unsigned long n);
__asm__(
    ".globl memcpy\n"
    ".type memcpy, @function\n"
    "memcpy: movq %rdi, %rax\n"
    "movq %rdx, %rcx\n"
    "rep movsb\n"
    "ret\n"
    ".size memcpy, . - memcpy\n");
int copies(struct dev *dev, unsigned long n) {
  __builtin_memcpy(dev->priv, dev->ops, n);
  return 1;
}
