// The names of the facts that kinds keep (Report::facts), each with what it says. A name never changes its meaning,
// because programs read it from the JSON; docs/report.schema.json prints this list (tests/schema/fact_names.py).
#pragma once

#include <string_view>

#include "base/rooms.hpp"
#include "unoops/report.hpp"

namespace unoops::report::fact {

inline constexpr FactName action{"action", "what sysrq was asked to show"};
inline constexpr FactName age{"age", "how long ago the leaked object was allocated", FactType::seconds};
inline constexpr FactName agent{
    "agent", "which part of a PCIe device tells of the error, as printed: Receiver ID, Requester ID, ..."};
inline constexpr FactName allocated_age{"allocated-age", "how many jiffies ago SLUB's object was allocated",
                                        FactType::number};
inline constexpr FactName allocator{"allocator",
                                    "whose allocation failed where it is not the page allocator: vmalloc or slab"};
inline constexpr FactName bank{"bank", "the machine-check bank", FactType::number};
inline constexpr FactName blocked_how{"blocked-how", "what khungtaskd calls it: blocked, or a task that can't die"};
inline constexpr FactName blocked_seconds{"blocked-seconds", "how long the task has waited", FactType::number};
inline constexpr FactName blocker{"blocker", "the task that holds the lock, where the kernel names it"};
inline constexpr FactName bug_type{"bug-type",
                                   "what the detector (KASAN, KFENCE, KCSAN, KMSAN, UBSAN, SLUB) calls the defect"};
inline constexpr FactName busiest_irq{"busiest-irq",
                                      "the interrupt that came most often during a lockup, and how often"};
inline constexpr FactName callbacks{"callbacks", "how many callbacks wait for RCU's grace period, on all CPUs",
                                    FactType::number};
inline constexpr FactName complaint{"complaint", "the words behind BUG: of a line that no other kind knows"};
inline constexpr FactName condition{"condition", "the condition that a BUG_ON or WARN_ON printed"};
inline constexpr FactName constraint{"constraint", "which limit the allocation ran into, as the OOM killer names it"};
inline constexpr FactName count{"count", "how many errors the line stands for", FactType::number};
inline constexpr FactName counter{"counter", "the counter that should be zero"};
inline constexpr FactName cpu_time{"cpu-time", "where a stuck CPU spent its time in the last sample, as printed"};
inline constexpr FactName crc{"crc", "the checksum of the leaked object"};
inline constexpr FactName debugger{"debugger", "the debugger that printed traces of the report: crash"};
inline constexpr FactName detail{"detail", "the rest of what the header's next line says"};
inline constexpr FactName detecting_cpu{"detecting-cpu", "the CPU that noticed the stall of others", FactType::number};
inline constexpr FactName device{"device",
                                 "the device that it is about: a PCI address, a network interface, a file system"};
inline constexpr FactName die{"die", "the words that the architecture's die() was called with"};
inline constexpr FactName dimm{"dimm", "the memory module"};
inline constexpr FactName done{"done", "whether the OOM killer has named its victim", FactType::flag};
inline constexpr FactName entry{"entry", "which page table entry was bad: pte, pmd, ..."};
inline constexpr FactName error{"error", "the error's own name or message"};
inline constexpr FactName error_code{"error-code", "the machine check's error code in words"};
inline constexpr FactName error_type{"error-type", "the type of the memory error as firmware reports it"};
inline constexpr FactName esr{"esr", "the ESR that arm64 printed with a sanitizer's trap"};
inline constexpr FactName event{"event", "what the IOMMU reports"};
inline constexpr FactName event_severity{"event-severity", "how severe firmware calls the event"};
inline constexpr FactName exception{"exception", "the exception's name as printed"};
inline constexpr FactName exit_irqs{"exit-irqs",
                                    "set to off where the kernel notes that the task exited with interrupts disabled"};
inline constexpr FactName exit_preempt_count{
    "exit-preempt-count", "the preempt count with which the task exited, in decimal", FactType::number};
inline constexpr FactName fault_words{"fault-words",
                                      "how the architecture calls the fault, where it is no plain page fault"};
inline constexpr FactName first_error{"first-error", "the error that the device marks as the first of several"};
inline constexpr FactName fixed{"fixed", "what SLUB did to go on, or that it did not"};
inline constexpr FactName forced_scans{
    "forced-scans", "how often RCU looked for a sign of the CPUs in this grace period", FactType::number};
inline constexpr FactName freed_age{
    "freed-age", "how many jiffies ago SLUB's object was freed, perhaps in an earlier life", FactType::number};
inline constexpr FactName function{"function", "the function that must not be called in preemptible code"};
inline constexpr FactName functions{"functions", "the two functions of a data race"};
inline constexpr FactName gfp_mask{"gfp-mask", "the flags of the allocation"};
inline constexpr FactName global_status{"global-status", "the machine check's global status (MCG_STATUS), in hex"};
inline constexpr FactName gp_state{
    "gp-state", "what the grace-period kthread of RCU was doing, and its task's state: RCU_GP_WAIT_FQS 0x402"};
inline constexpr FactName gps_behind{"gps-behind", "by how many grace periods the stalled CPU is behind",
                                     FactType::number};
inline constexpr FactName handlers{"handlers", "the handlers of the interrupt, in their order"};
inline constexpr FactName hard_lockup_cpu{"hard-lockup-cpu", "the CPU that is locked up, where another one reports it",
                                          FactType::number};
inline constexpr FactName held_lock{"held-lock", "the lock that is held"};
inline constexpr FactName idle_cpus{"idle-cpus", "the CPUs that idled when they were looked at", FactType::numbers};
inline constexpr FactName in_flight{"in-flight", "the work items that run"};
inline constexpr FactName ipid{"ipid",
                               "the instance of the unit that reports the machine check (AMD's MCA_IPID), in hex"};
inline constexpr FactName irq{"irq", "the number of the interrupt", FactType::number};
inline constexpr FactName irq_safe_lock{"irq-safe-lock", "the lock that lockdep calls irq-safe: interrupts take it"};
inline constexpr FactName irq_unsafe_lock{"irq-unsafe-lock",
                                          "the lock that lockdep calls irq-unsafe: it is taken with interrupts on"};
inline constexpr FactName kasan_range{"kasan-range", "what KASAN says of the address whose shadow was read"};
inline constexpr FactName leaked{"leaked", "what a work item left behind"};
inline constexpr FactName limit{"limit", "the limit of lockdep that was reached"};
inline constexpr FactName location{"location", "on which side of the object the address lies"};
inline constexpr FactName location_bytes{
    "location-bytes", "how many bytes from the object, or within it, the address lies", FactType::number};
inline constexpr FactName lock_bug{"lock-bug", "what is wrong with the spinlock or rwlock"};
inline constexpr FactName lost_head{"lost-head", "what a report is by what is left of it, where its beginning is lost"};
inline constexpr FactName memcg{"memcg", "whether the memory cgroup ran out, not the machine", FactType::flag};
inline constexpr FactName memory_tag{"memory-tag", "the tag of the memory (KASAN with tags)"};
inline constexpr FactName microcode{"microcode", "the version of the CPU's microcode"};
inline constexpr FactName misc{"misc", "the machine-check bank's MISC register, in hex"};
inline constexpr FactName name{"name", "the name of the fault injection"};
inline constexpr FactName nmi_reason{"nmi-reason", "the reason byte of an unknown NMI"};
inline constexpr FactName no_handler{"no-handler", "the device whose driver has no handler for its errors"};
inline constexpr FactName object_address{"object-address", "where the object starts"};
inline constexpr FactName object_cache{"object-cache", "the slab cache of the object"};
inline constexpr FactName object_size{"object-size", "the size of the object", FactType::number};
inline constexpr FactName oom_memcg{"oom-memcg", "the memory cgroup whose limit was reached"};
inline constexpr FactName order{"order", "the allocation's order: two to its power is the number of pages",
                                FactType::number};
inline constexpr FactName overwritten{"overwritten", "which bytes were overwritten, and with what"};
inline constexpr FactName page_frame{"page-frame", "the number of the page frame"};
inline constexpr FactName page_reason{"page-reason", "why the page was dumped"};
inline constexpr FactName pages_ram{"pages-ram", "how many pages of memory the machine has", FactType::number};
inline constexpr FactName place{"place", "the source line that the kernel names: file:line"};
inline constexpr FactName pointer_tag{"pointer-tag", "the tag of the pointer (KASAN with tags)"};
inline constexpr FactName pool{"pool", "the worker pool that is stuck"};
inline constexpr FactName preempt_count{"preempt-count", "the preempt count, in hex"};
inline constexpr FactName previous_boot{"previous-boot", "whether the hardware error is of the boot before",
                                        FactType::flag};
inline constexpr FactName problem{"problem", "what lockdep found"};
inline constexpr FactName processor{"processor", "the processor as a machine check prints it: vendor:cpuid"};
inline constexpr FactName pte{"pte", "the page table entry, in hex"};
inline constexpr FactName rcu_flavour{"rcu-flavour", "the RCU flavour that stalls"};
inline constexpr FactName reason{"reason", "why: the words of the panic, or of the IOMMU"};
inline constexpr FactName record{"record", "the number of the hardware error's record, which its lines share"};
inline constexpr FactName recovery{"recovery", "how the attempt to recover the device ended"};
inline constexpr FactName region{"region", "the memory of the object: first and last address"};
inline constexpr FactName region_state{"region-state", "whether the object is allocated or freed"};
inline constexpr FactName section_type{"section-type", "what the hardware error is of: memory error, PCIe error, ..."};
inline constexpr FactName severity_text{"severity-text", "how severe the hardware error is, as printed"};
inline constexpr FactName size{"size", "the size of the allocation that failed", FactType::number};
inline constexpr FactName source{"source", "who reports the hardware's trouble: EDAC MC0, GHES 1, DMAR, AMD-Vi, ..."};
inline constexpr FactName stack{"stack", "which stack ran over"};
inline constexpr FactName stack_object{"stack-object", "the variable on the stack that KASAN names"};
inline constexpr FactName stack_offset{"stack-offset", "where the address lies in the function's stack frame",
                                       FactType::number};
inline constexpr FactName stack_range{"stack-range", "first and last address of the stack"};
inline constexpr FactName stalled_cpus{"stalled-cpus", "the CPUs that stall", FactType::numbers};
inline constexpr FactName stalled_jiffies{"stalled-jiffies", "how long they have, in jiffies", FactType::number};
inline constexpr FactName stalled_softirqs{
    "stalled-softirqs",
    "how many RCU softirqs the stalled CPU had run when the grace period began, and when it was looked at: 233/233"};
inline constexpr FactName stalled_tasks{"stalled-tasks", "the pids of the tasks that RCU waits for", FactType::numbers};
inline constexpr FactName stalled_ticks{
    "stalled-ticks", "how many timer ticks the stalled CPU took in this grace period", FactType::number};
inline constexpr FactName starved_cpu{"starved-cpu", "the CPU that RCU's grace-period kthread was to run on",
                                      FactType::number};
inline constexpr FactName starved_jiffies{
    "starved-jiffies", "for how long RCU's grace-period kthread did not run, in jiffies", FactType::number};
inline constexpr FactName status{"status", "the status register of the machine-check bank"};
inline constexpr FactName status_bits{"status-bits", "its bits in words"};
inline constexpr FactName stuck_seconds{"stuck-seconds", "how long the CPU, or the pool, has been stuck",
                                        FactType::number};
inline constexpr FactName swap_free{"swap-free", "free swap space", FactType::kilobytes};
inline constexpr FactName swap_total{"swap-total", "all swap space", FactType::kilobytes};
inline constexpr FactName syndrome{"syndrome", "the machine-check bank's syndrome (AMD's MCA_SYND), in hex"};
inline constexpr FactName task_memcg{"task-memcg", "the memory cgroup of the victim"};
inline constexpr FactName timer_cpu{"timer-cpu", "the CPU whose timers may be the reason that RCU was not woken",
                                    FactType::number};
inline constexpr FactName title_word{"title-word", "BUG or WARNING, as lockdep's title begins"};
inline constexpr FactName type{"type", "the layer of the PCIe error"};
inline constexpr FactName uncorrected{"uncorrected", "whether the hardware did not correct the error", FactType::flag};
inline constexpr FactName uninitialized_bytes{"uninitialized-bytes", "which bytes were never set"};
inline constexpr FactName unit{
    "unit", "the part of the machine that a machine check is of: a CPU's unit, a cache, a memory controller, a bus"};
inline constexpr FactName usage{"usage", "the two uses of the lock that exclude each other"};
inline constexpr FactName usage_count{"usage-count", "how many references are left", FactType::number};
inline constexpr FactName value{"value", "the bad value"};
inline constexpr FactName value_after{"value-after", "the value that another CPU wrote"};
inline constexpr FactName value_before{"value-before", "the value before that"};
inline constexpr FactName variable{"variable", "the variable that was never set"};
inline constexpr FactName victim{"victim", "the name of the task that was killed"};
inline constexpr FactName victim_anon_rss{"victim-anon-rss", "its anonymous memory", FactType::kilobytes};
inline constexpr FactName victim_file_rss{"victim-file-rss", "its memory of files", FactType::kilobytes};
inline constexpr FactName victim_pid{"victim-pid", "its pid", FactType::number};
inline constexpr FactName victim_shmem_rss{"victim-shmem-rss", "its shared memory", FactType::kilobytes};
inline constexpr FactName victim_total_vm{"victim-total-vm", "its address space", FactType::kilobytes};
inline constexpr FactName waited_ns{"waited-ns", "how long the CPU has waited, in nanoseconds", FactType::number};
inline constexpr FactName waiting_cpu{"waiting-cpu", "the CPU that waits", FactType::number};
inline constexpr FactName wanted_lock{"wanted-lock", "the lock that is wanted"};
inline constexpr FactName what{"what", "what the unwinder looked at: regs or frame"};
inline constexpr FactName work_function{"work-function", "the function of the work item"};

inline constexpr FactName all[] = {action,
                                   age,
                                   agent,
                                   allocated_age,
                                   allocator,
                                   bank,
                                   blocked_how,
                                   blocked_seconds,
                                   blocker,
                                   bug_type,
                                   busiest_irq,
                                   callbacks,
                                   complaint,
                                   condition,
                                   constraint,
                                   count,
                                   counter,
                                   cpu_time,
                                   crc,
                                   debugger,
                                   detail,
                                   detecting_cpu,
                                   device,
                                   die,
                                   dimm,
                                   done,
                                   entry,
                                   error,
                                   error_code,
                                   error_type,
                                   esr,
                                   event,
                                   event_severity,
                                   exception,
                                   exit_irqs,
                                   exit_preempt_count,
                                   fault_words,
                                   first_error,
                                   fixed,
                                   forced_scans,
                                   freed_age,
                                   function,
                                   functions,
                                   gfp_mask,
                                   global_status,
                                   gp_state,
                                   gps_behind,
                                   handlers,
                                   hard_lockup_cpu,
                                   held_lock,
                                   idle_cpus,
                                   in_flight,
                                   ipid,
                                   irq,
                                   irq_safe_lock,
                                   irq_unsafe_lock,
                                   kasan_range,
                                   leaked,
                                   limit,
                                   location,
                                   location_bytes,
                                   lock_bug,
                                   lost_head,
                                   memcg,
                                   memory_tag,
                                   microcode,
                                   misc,
                                   name,
                                   nmi_reason,
                                   no_handler,
                                   object_address,
                                   object_cache,
                                   object_size,
                                   oom_memcg,
                                   order,
                                   overwritten,
                                   page_frame,
                                   page_reason,
                                   pages_ram,
                                   place,
                                   pointer_tag,
                                   pool,
                                   preempt_count,
                                   previous_boot,
                                   problem,
                                   processor,
                                   pte,
                                   rcu_flavour,
                                   reason,
                                   record,
                                   recovery,
                                   region,
                                   region_state,
                                   section_type,
                                   severity_text,
                                   size,
                                   source,
                                   stack,
                                   stack_object,
                                   stack_offset,
                                   stack_range,
                                   stalled_cpus,
                                   stalled_jiffies,
                                   stalled_softirqs,
                                   stalled_tasks,
                                   stalled_ticks,
                                   starved_cpu,
                                   starved_jiffies,
                                   status,
                                   status_bits,
                                   stuck_seconds,
                                   swap_free,
                                   swap_total,
                                   syndrome,
                                   task_memcg,
                                   timer_cpu,
                                   title_word,
                                   type,
                                   uncorrected,
                                   uninitialized_bytes,
                                   unit,
                                   usage,
                                   usage_count,
                                   value,
                                   value_after,
                                   value_before,
                                   variable,
                                   victim,
                                   victim_anon_rss,
                                   victim_file_rss,
                                   victim_pid,
                                   victim_shmem_rss,
                                   victim_total_vm,
                                   waited_ns,
                                   waiting_cpu,
                                   wanted_lock,
                                   what,
                                   work_function};

// By its name in Report::facts.
FactType type_of(std::string_view id);

}  // namespace unoops::report::fact
