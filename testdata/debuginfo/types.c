// Types in all their forms: what stands at which offset is told in tests/unit/debuginfo/c_types_test.cpp.
typedef unsigned int u32;
typedef unsigned long long u64;
typedef struct {
  int counter;
} atomic_t;

enum mode { MODE_A, MODE_B };
struct point {
  int x, y;
};
typedef struct point point_t;
struct pair {
  struct point a, b;
};

struct plain {
  u32 flags;           // 0
  enum mode mode;      // 4
  const char *name;    // 8
  struct pair pair;    // 16
  point_t corner;      // 32
  atomic_t users;      // 40
  int grid[2][3];      // 44
  struct point at[4];  // 68
  struct plain *next;  // 104
  struct plain **all;  // 112
};

struct unions {
  union {
    int number;       // 0
    struct {
      short low, high;
    };
  };
  union {
    struct point *point;  // 8
    struct pair *pair;
  } either;
  union {
    u64 raw;            // 16
    struct point *one;
  };
};

struct bits {
  u32 first : 1, second : 3, third : 4;  // 0
  u32 wide : 20;                         // 8 bits in
  int after;                             // 4
};

struct tail {
  int count;            // 0
  struct point item[];  // 4
};

struct ops {
  int (*open)(struct plain *, u32);            // 0
  void (*close)(void);                         // 8
  int (*print)(const char *, ...);             // 16
  struct ops *(*find)(const struct point *);   // 24
};

struct plain plain;
struct unions unions;
struct bits bits;
struct tail tail;
struct ops ops;
struct plain *plain_pointer;
point_t *corner_pointer;
int number;
int *number_pointer;
char *const *names;
void *nothing;
u64 numbers[8];
