// A kernel that is nothing but its data: tasks, stacks and ORC tables, for tests/unit/state to take a dump of. Members
// stand elsewhere than in any kernel: who knows them by heart reads nonsense.
typedef unsigned long word;

struct list_head {
  struct list_head *next, *prev;
};
struct pt_regs {
  word r15, r14, r13, r12, bp, bx, r11, r10, r9, r8, ax, cx, dx, si, di, orig_ax, ip, cs, flags, sp, ss;
};
struct inactive_task_frame {
  word r15, r14, r13, r12, bx, bp, ret_addr;
};
struct irq_stack {
  char stack[4096];
};
struct orc_entry {
  short sp_offset, bp_offset;
  unsigned sp_reg : 4, bp_reg : 4, type : 2, end : 1;
} __attribute__((packed));
struct thread_struct {
  word other, sp;
};
struct signal_struct {
  word other;
  struct list_head thread_head;
};
struct task_struct {
  char comm[16];
  int exit_state, pid;
  struct list_head thread_node, tasks;
  struct signal_struct *signal;
  void *stack;
  struct thread_struct thread;
  struct rt_mutex_waiter *pi_blocked_on;
  unsigned __state;
};

struct mutex {
  word owner;
  struct list_head wait_list;
};
struct mutex_waiter {
  struct task_struct *task;
  struct list_head list;
};

struct rt_mutex_base {
  word waiters;
  struct task_struct *owner;
};
struct rt_mutex_waiter {
  struct rt_mutex_base *lock;
  struct task_struct *task;
};

// Each of 16 bytes, with what the tables say of it.
#define CODE(name, sp_offset, bp_offset, sp_reg, bp_reg, type, end)                       \
  extern char name[];                                                                     \
  asm(".text\n.globl " #name "\n.type " #name ",@function\n" #name                        \
      ":\n.fill 16,1,0x90\n.size " #name ",16\n"                                          \
      ".section .orc_unwind_ip,\"a\"\n.long " #name " - .\n"                              \
      ".section .orc_unwind,\"a\"\n.short " #sp_offset "," #bp_offset ","                 \
      #sp_reg "|" #bp_reg "<<4|" #type "<<8|" #end "<<10\n.text\n")
asm(".text\n.globl _stext\n_stext:\n");
CODE(sleeps, 16, -16, 4, 1, 0, 0);  // the frame lies at bp
CODE(outer, 16, 0, 5, 0, 0, 0);
CODE(inner, 8, 0, 5, 0, 0, 0);
CODE(entry, 0, 0, 5, 0, 1, 0);  // struct pt_regs lies at sp
CODE(ret_from_fork, 0, 0, 0, 0, 0, 1);
CODE(lost, 0, 0, 0, 0, 0, 0);
CODE(from_irq, 0, 0, 9, 0, 0, 0);  // the last word of the interrupts' stack leads to the task's

#define AT(place) ((word)(place))

extern struct task_struct init_task, sleeper, runner;
extern struct mutex lock;
extern struct rt_mutex_base rt_lock;

word sleeper_stack[512] = {
    [485] = AT(&sleeper_stack[490]), AT(sleeps + 5),                         // struct inactive_task_frame
    [490] = 0x1234, AT(outer + 5), 0, AT(ret_from_fork + 5),
    [495] = AT(&rt_lock), AT(&sleeper),                                      // struct rt_mutex_waiter
    [500] = AT(&sleeper), AT(&lock.wait_list), AT(&lock.wait_list)};          // struct mutex_waiter
word runner_stack[512] = {
    [480] = AT(outer + 5), 0, AT(entry + 5),
    [483 + 16] = 0x401000, 0x33, 0x246, 0x7ffc0000, 0x2b};                    // struct pt_regs
word irq_stack_0[512] = {[500] = AT(from_irq + 5), [511] = AT(&runner_stack[479])};

struct rt_mutex_base rt_lock = {1, (void *)(AT(&runner) + 1)};
struct mutex lock = {AT(&runner) + 1, {(void *)&sleeper_stack[501], (void *)&sleeper_stack[501]}};
struct signal_struct signals[2] = {{0, {&sleeper.thread_node, &sleeper.thread_node}},
                                   {0, {&runner.thread_node, &runner.thread_node}}};
struct task_struct init_task = {.comm = "swapper/0", .tasks = {&sleeper.tasks, &runner.tasks}};
struct task_struct sleeper = {.comm = "sleeper",
                              .pid = 10,
                              .__state = 2,
                              .tasks = {&runner.tasks, &init_task.tasks},
                              .thread_node = {&signals[0].thread_head, &signals[0].thread_head},
                              .signal = &signals[0],
                              .stack = sleeper_stack,
                              .thread = {0, AT(&sleeper_stack[480])}};
struct task_struct runner = {.comm = "runner",
                             .pid = 11,
                             .tasks = {&init_task.tasks, &sleeper.tasks},
                             .thread_node = {&signals[1].thread_head, &signals[1].thread_head},
                             .signal = &signals[1],
                             .stack = runner_stack};

// The area of the second CPU lies a word behind that of the first.
#define PER_CPU __attribute__((section(".data..percpu")))
struct task_struct *current_task[2] PER_CPU = {&runner, &init_task};
word hardirq_stack_ptr[2] PER_CPU = {AT(&irq_stack_0[511]), 0};
word __per_cpu_offset[2] = {0, sizeof(word)};
int panic_cpu = 0;
unsigned nr_cpu_ids = 2;

// So that DWARF has their types.
struct orc_entry an_orc_entry;
struct pt_regs a_pt_regs;
struct irq_stack an_irq_stack;
struct mutex_waiter a_mutex_waiter;
struct rt_mutex_waiter an_rt_mutex_waiter;
struct inactive_task_frame an_inactive_task_frame;
void unwind_next_frame(void) {}

// A slab of two pages with eight objects of 1,024 bytes.
struct page {
  word flags, compound_head, others[2];
};
struct slab {
  word flags;
  void *freelist;
  struct kmem_cache *slab_cache;
  unsigned inuse : 16, objects : 15, frozen : 1;
};
struct kmem_cache_cpu {
  void *freelist;
  struct slab *slab;
};
struct kmem_cache {
  struct kmem_cache_cpu *cpu_slab;
  unsigned size, object_size, offset;
  int refcount;
  word random;
  const char *name;
  struct list_head list;
};
extern struct list_head slab_caches;
struct kmem_cache_cpu a_cpus_slabs[2] PER_CPU;
char slab_memory[8192] __attribute__((aligned(8192)));
struct page descriptors[2];
word vmemmap_base;
struct kmem_cache a_cache = {
    a_cpus_slabs, 1024, 1000, 512, 1, 0, "things", {&slab_caches, &slab_caches}};
struct list_head slab_caches = {&a_cache.list, &a_cache.list};
struct slab a_slab_type;

// What values look like.
enum color { RED, GREEN = 7 };
struct inner {
  int counted;
  struct list_head nothing;
};
struct shown {
  char name[8];
  int negative;
  unsigned low : 3, high : 5;
  enum color color;
  void *null, *error, *poison;
  word large;
  struct mutex held;
  struct list_head one;
  struct inner inner;
  unsigned char bytes[4];
  void (*call)(void);
  _Bool yes;
  const char *words;
};
extern struct shown shown;
struct list_head other = {&shown.one, &shown.one};
struct shown shown __attribute__((aligned(256))) = {"things", -5, 5, 17, GREEN, 0, (void *)-12, (void *)0xdead000000000100, 0x1234567890, {AT(&runner) + 1}, {&other, &other},
                      {3, {&shown.inner.nothing, &shown.inner.nothing}}, {1, 2, 3, 255}, unwind_next_frame, 1, "said \"so\""};
