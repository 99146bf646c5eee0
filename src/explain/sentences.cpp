// One sentence a kind: what happened.
#include <algorithm>
#include <array>

#include "explain/summary.hpp"

namespace unoops {
namespace {

struct Row {
  std::string_view kind, sentence;
};
constexpr auto rows = std::to_array<Row>({
    // Sleeping and preemption
    {"scheduling-while-atomic",
     "the task tried to sleep[ in {culprit}] where it must not: it held a spinlock, or interrupts or preemption were "
     "off"},
    {"sleeping-in-atomic",
     "{culprit|a function} may sleep, but was called where that is forbidden: under a spinlock, or with interrupts or "
     "preemption off"},
    {"bug-message", "the kernel says that it found a bug in itself[: {complaint}]"},
    {"not-atomic", "{culprit|a function} needs preemption to be off, but was called with preemption on"},
    {"preemptible-per-cpu", "{culprit|a function} used the data of its CPU while it could be moved to another CPU"},
    {"workqueue-leak", "a work item[ ({work-function})] ended with {leaked|a lock held or preemption off}"},
    // Memory management
    {"bad-page",
     "the page allocator got a page in a state that it must not be in[: {page-reason}]; somebody freed it while it was "
     "used, or overwrote its struct page"},
    {"bad-page-map",
     "a page table of {task|a process} maps a page[ at {address}] that it must not map[: {page-reason}]"},
    {"mm-counter", "the memory counters of an exiting process do not end at zero[: {counter} is {value}]"},
    {"bad-page-table",
     "a page table holds an entry ({entry|pmd}) that is not valid: the table was overwritten, or memory is bad"},
    {"slab", "an object of {object-cache|a slab cache} was damaged: {bug-type|its guard bytes changed}"},
    {"memory-leak", "nothing points to an allocated object[ of {object-size} bytes] any more: it was never freed"},
    {"kmalloc-size",
     "{culprit|a caller} asked the allocator for an impossible size: most often a length that was not checked"},
    {"vmalloc-size", "{culprit|a caller} asked vmalloc for zero bytes"},
    // Checks of the kernel's own
    {"refcount", "a reference counter went wrong: {message|it was raised from zero, or fell below}"},
    {"kobject",
     "the kernel refuses what was done with a kobject: {message|before it was set up, or after it was gone}"},
    {"usercopy",
     "a copy from or to user space would have left the kernel object it belongs to: {message|its length is wrong}"},
    {"usercopy-warning",
     "a copy from or to user space touches a part of an object that must not be copied: {message|no whitelist}"},
    {"fortify",
     "a string or memory function would have written or read past its buffer: {message|the length is wrong}"},
    {"fortify-warning", "a memory function goes past the field that it was given: {message|the length is wrong}"},
    {"ubsan", "what C leaves undefined was done[ ({bug-type})][ at {place}][: {detail}]"},
    {"kfence", "{bug-type|bad memory access}[ in {culprit}][, object of {object-cache} ({object-size} bytes)]"},
    {"kmsan", "a value that was never set was used[ in {culprit}]: {bug-type|uninitialised memory}"},
    {"kcsan",
     "two tasks touched the same memory at once, at least one of them writing, without a lock or atomic access[: "
     "{functions}]"},
    {"cfi-warning",
     "an indirect call went to a function of another type: a wrong cast, or an overwritten function pointer"},
    {"control-protection",
     "a return or an indirect jump went where it must not: the return address or a function pointer was changed, or "
     "the target lacks ENDBR"},
    {"control-protection-warning",
     "a return or an indirect jump went where it must not: the target lacks ENDBR, or a pointer was changed"},
    {"missing-endbr", "an indirect call or jump went where none may go (no ENDBR there)"},
    // CPU exceptions
    {"internal-error", "the CPU raised an exception in kernel code that it can't go on from[ in {culprit}][: {die}]"},
    {"invalid-opcode",
     "the CPU met an instruction that it does not know[ in {culprit}]: a jump into the middle of code or into data, or "
     "code that was overwritten"},
    {"divide-error", "a division by zero[ in {culprit}], or a result too large for its register"},
    {"divide-trap", "a division by zero[ in {culprit}]"},
    {"int3", "a breakpoint instruction was run[ in {culprit}] that no debugger or probe claims"},
    {"exception", "the CPU raised an exception that the kernel has no answer to[: {exception}]"},
    {"early-exception",
     "the CPU raised an exception[ in {culprit}] so early at boot that nothing can handle it yet[: {exception}]"},
    {"alignment-fault", "an access[ to {address}] that is not aligned to its size, which this CPU can't do"},
    {"stack-protector", "a function overwrote its own stack frame (buffer overflow on the stack)[: {culprit}]"},
    {"stack-end", "the end of a task's kernel stack was overwritten: it ran over"},
    {"unwinder", "the unwinder could not walk a kernel stack: {what|it} does not fit[ (bad {value} value)]"},
    // Hardware
    {"machine-check",
     "the CPU reports a hardware error that it could not correct[: {error-code}][: {detail}][ (bank {bank})]"},
    {"machine-check-corrected", "the CPU corrected a hardware error[: {error-code}][: {detail}][ (bank {bank})]"},
    {"hardware-error", "the platform reports a hardware error that was not corrected[: {error}][, {dimm}]"},
    {"pcie-error", "a PCIe device[ {device}] reports an error that was not corrected[: {error}]"},
    {"pcie-error-corrected", "a PCIe device[ {device}] reports an error that the link corrected[: {error}]"},
    {"iommu-fault", "the IOMMU refused an access of[ device {device}] to memory[ at {address}][ ({reason})]"},
    {"nmi",
     "a non-maskable interrupt came for no known reason[ ({nmi-reason})]: often hardware, sometimes a performance "
     "counter"},
    {"irq-nobody-cared", "an interrupt line[ ({irq})] fired that no handler wanted; the kernel switched it off"},
    // Locks
    {"lockdep",
     "locks are taken in an order that can deadlock: {wanted-lock|one lock} is wanted while {held-lock|another} is "
     "held, and elsewhere it is the other way round"},
    {"lockdep-state",
     "{wanted-lock|a lock} is taken in interrupts, and elsewhere with interrupts on: an interrupt that comes while it "
     "is held deadlocks[ ({usage})]"},
    {"lockdep-wait-context",
     "a lock that may sleep[ ({wanted-lock})] was taken where sleeping is forbidden[: {held-lock} is held]"},
    {"lockdep-balance", "a lock was released that is not held, or twice[: {wanted-lock}]"},
    {"lockdep-held-lock",
     "a lock[ ({held-lock})] is still held where that is wrong: {problem|its memory is freed, or its task ends}"},
    {"lockdep-user-space", "{task|a task} goes back to user space with a lock held[: {held-lock}]"},
    {"lockdep-rcu", "data under RCU was used[ at {place}] without the lock that protects it"},
    {"lockdep-key", "a lock is used that lockdep can't classify: its key is not static, or it was never initialised"},
    {"lockdep-limit", "lockdep ran out of its own tables and switched itself off[: {limit}]"},
    {"spinlock", "a spinlock was misused: {lock-bug|it is in an impossible state}"},
    {"rwlock", "a reader-writer lock was misused: {lock-bug|it is in an impossible state}"},
    {"locking", "a lock was misused: {message|it was not initialised, or freed}"},
    // Stalls
    {"soft-lockup",
     "CPU {cpu|?} ran kernel code for {stuck-seconds|many} s without letting another task run[; it was in {culprit}]"},
    {"hard-lockup", "CPU {hard-lockup-cpu|?} ran with interrupts off for too long[; it was in {culprit}]"},
    {"rcu-stall",
     "a CPU or task stays in the kernel for too long, and RCU waits for it[ (CPU {stalled-cpus}, {stalled-jiffies} "
     "jiffies)][; it was in {culprit}]"},
    {"hung-task",
     "{task|a task} has waited[ in {culprit}] for more than {blocked-seconds|many} s and can't be interrupted"},
    {"workqueue-lockup",
     "a worker pool has made no progress for {stuck-seconds|many} s: a work item runs too long, or sleeps with the "
     "pool's only worker"},
    {"netdev-watchdog", "a network device sent nothing for too long, its queue is reset[: {message}]"},
    {"transmit-timeout", "a network device sent nothing for too long, its queue is reset[: {device}][, {detail}]"},
    // Objects in use
    {"dentry-in-use",
     "a file system is unmounted while a directory entry of it is still in use: {message|a reference was not given "
     "back}"},
    {"netdevice-leak",
     "a network device can't be removed: somebody still holds {usage-count|some} references to it[ ({device})]"},
    {"busy-inodes",
     "the file system[ on {device}] was unmounted while inodes of it were in use: they will be used after they are "
     "freed"},
    {"proc-registration", "a /proc entry was registered that exists already: {message|the same name twice}"},
    {"usb-urb",
     "a driver sent a USB request that does not fit its endpoint: it did not check what the device says of itself[ "
     "({message})]"},
    // Ends, and what nobody need fear
    {"panic", "the kernel stopped the machine on purpose: {reason|no reason was given}"},
    {"init-killed", "the first process (init) ended, without which no system runs"},
    {"no-root",
     "the kernel found no root file system to start from, or no init in it: {reason|a driver, a parameter or the "
     "initramfs is missing}"},
    {"stack-dump", "somebody asked for a stack trace in {culprit|the code} (dump_stack); nothing need be wrong"},
    {"sysrq-dump", "somebody asked for this dump[ (sysrq: {action})]; nothing need be wrong"},
    {"fault-injection", "a failure was injected on purpose[ ({name})], to test what the caller does"},
});

}  // namespace

std::string_view sentence_of(std::string_view kind) {
  const auto at = std::ranges::find(rows, kind, &Row::kind);
  return at == rows.end() ? std::string_view{} : at->sentence;
}

}  // namespace unoops
