// Accesses whose pointers have a name in C: tests/unit/inspect/naming_test.cpp finds each by its displacement.
struct parcel {
  char pad[0x28];
  int weight;  // 0x28
};
struct queue {
  char pad[0x18];
  struct parcel *head;  // 0x18
};
struct dev {
  char pad[0x40];
  struct queue *queue;     // 0x40
  struct parcel *slot[8];  // 0x48
  union {
    struct queue *queue;
    struct parcel *parcel;  // 0x88
  } either;
};
struct dev *devices[4];

int chain(struct dev *dev) { return dev->queue->head->weight; }

int indexed(struct dev *dev, long i) { return dev->slot[i]->weight; }

int global(void) { return devices[2]->queue->head->weight; }

int ambiguous(struct dev *dev) { return dev->either.parcel->weight; }

static inline int weigh(struct parcel *parcel) { return parcel->weight; }
int inlined(struct dev *dev) { return weigh(dev->queue->head) + 1; }

// A function without DWARF: only its caller can say what it was given.
int bare(struct parcel *parcel);
__asm__(
    ".globl bare\n"
    ".type bare, @function\n"
    "bare: movl 0x28(%rdi), %eax\n"
    "ret\n"
    ".size bare, . - bare\n");
int caller(struct dev *dev) { return bare(dev->queue->head) + 1; }
