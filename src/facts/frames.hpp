// What a function does in a trace when it is not the one to blame: reporting machinery, entry code, idle loops, ...
// Titles and signatures skip by it, the text report folds by it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/rooms.hpp"
#include "unoops/flags.hpp"

namespace unoops::facts {

enum class FrameRole : std::uint32_t {
  none = 0,
  report = 1u << 0,       // prints the report: dump_stack, __warn, die, panic
  exception = 1u << 1,    // brought the CPU from the fault to the report: exc_page_fault, el1h_64_sync
  interrupt = 1u << 2,    // hardware interrupt entry and exit: asm_sysvec_*, irq_exit_rcu, gic_handle_irq
  softirq = 1u << 3,      // runs soft interrupts and timers: __do_softirq, call_timer_fn, rcu_core
  system_call = 1u << 4,  // from the system call instruction to the file system's door: do_syscall_64, vfs_write
  idle = 1u << 5,         // the idle loop and what started it
  thread = 1u << 6,       // kthread, worker_thread, ret_from_fork
  boot = 1u << 7,         // start_kernel and initcalls
  sanitizer = 1u << 8,    // KASAN, KMSAN, KCSAN, KFENCE, UBSAN, KCOV
  allocator = 1u << 9,    // kmalloc, kfree, page allocator
  check = 1u << 10,       // checks on behalf of the caller: refcount, list debugging, debugobjects, usercopy, fortify
  memory_helper = 1u << 11,  // memcpy, strlen, copy_from_user: the caller passed the bad pointer
  lock = 1u << 12,           // lock primitives and lockdep
  atomic = 1u << 13,         // might_sleep, preempt_count checks
  wait = 1u << 14,           // schedule and the ways to sleep
  stall = 1u << 15,          // watchdogs, RCU's stall detector, NMI backtraces
  trace = 1u << 16,          // ftrace, kprobes, BPF, fault injection
  helper = 1u << 17,         // generic code that does what its caller asked: printk, klist, driver core, bit searches
  stop = 1u << 19,           // halts a CPU because another one panics, or hands over to the crash kernel
  door = 1u << 18,           // hands work on: what it called is the work (the system call, timer, work item, protocol)
};

using RoleSet = Flags<FrameRole>;
constexpr RoleSet operator|(FrameRole a, FrameRole b) { return RoleSet(a) | b; }

// All roles of a function by its printed name; decorations are stripped first. Empty: nothing is known, so it may be to
// blame.
RoleSet frame_roles(std::string_view symbol);

// The name without what compiler and build add: .isra.0, .cold, .llvm.123, _noprof, __pfx_, ppc64's leading dot.
std::string_view plain_symbol(std::string_view symbol);

// As it stands in the source: plain, and Rust's names spelled out.
std::string source_name(std::string_view symbol);

// Of the kernel's own headers: code that was inlined from there does what its caller asked.
bool is_kernel_header(std::string_view file);

// For captions: "interrupt entry". One role only.
std::string_view role_name(FrameRole);

}  // namespace unoops::facts
