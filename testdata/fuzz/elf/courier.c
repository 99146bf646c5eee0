// What the symbol files of this directory were made of (make.sh).
struct deep;
typedef int (*callback)(struct deep *, int (*)(void *));
struct list { struct list *next, *prev; };
union word { long whole; char parts[8]; callback call; };
struct deep { struct list list; union word words[4]; unsigned low : 3, high : 5; callback calls[2]; struct { int a, b; } inner; };
struct courier { struct deep *deep; struct list queue; int (*submit)(struct courier *, callback); char name[16]; };
static struct courier the_courier;
static inline __attribute__((always_inline)) int push(struct courier *c, int n) {
  for (int i = 0; i < n; ++i) {
    struct deep *d = c->deep;
    d->words[i & 3].whole += i;
    if (d->list.next) d->low = i;
  }
  return c->deep->inner.b;
}
__attribute__((noinline)) int courier_submit(struct courier *c, long *head) { *head = c->deep->inner.a; return push(c, 7); }
__attribute__((noinline)) long courier_write(struct courier *c, long n) { long h = 0; courier_submit(c, &h); return h + n; }
__attribute__((noinline)) long vfs_write(long fd, const char *buf, long n) { return courier_write(&the_courier, fd + n + (long)buf) + 1; }
const char linux_banner[] = "Linux version 6.1.0-demo (us@here) #1 SMP";
void _start(void) { vfs_write(3, 0, 29); }
