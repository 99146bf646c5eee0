// The functions that frame_roles() knows besides the architectures' entry code, which stands in their rows (EntryCode):
// data, nothing else.
#pragma once

#include <string_view>

#include "base/rooms.hpp"
#include "facts/frames.hpp"

namespace unoops::facts {

using enum FrameRole;

struct Group {
  RoleSet roles;
  std::string_view names;  // separated by blanks; a trailing '*': every name that begins so
};

// Names as kernels 2.6.32 to 6.19 print them; the file says where they live in 6.1 unless they are older or newer.
inline constexpr Group frame_groups[] = {
    // lib/dump_stack.c, kernel/panic.c, lib/bug.c, arch/*/kernel/{dumpstack,traps,process}.c
    {report,
     "dump_stack* __dump_stack* show_stack* show_trace* show_regs* show_registers __show_regs* dump_backtrace* "
     "unwind_backtrace* stack_trace_save* stack_trace_consume* save_stack* __save_stack_trace* "
     "arch_stack_walk* walk_stackframe* unwind_frame* c_backtrace print_trace* print_stack_trace* dump_mem "
     "sched_show_task* panic vpanic nmi_panic nmi_panic_self_stop check_panic_on_warn panic_on_rcu_stall "
     "panic_other_cpus_shutdown __warn __warn_printk warn_slowpath* report_bug* __report_bug* handle_bug* "
     "fixup_bug* bug_handler die __die* die_* oops_* crash_kexec* __crash_kexec* crash_setup_regs "
     "notify_die machine_kexec* bust_spinlocks printk _printk vprintk* _printk_deferred make_task_dead "
     "rewind_stack_and_make_dead rewind_stack_do_exit dump_header* warn_alloc* __dump_page* dump_page* "
     "bad_page* print_bad_pte* print_tainted* warn_bogus_irq_restore __panic panic_saved_regs"},
    // v6.1 kernel/panic.c, arch/x86/kernel/{process,reboot,smp,crash}.c
    {stop,
     "stop_this_cpu* crash_nmi_callback kdump_nmi_callback kdump_nmi_shootdown_cpus smp_stop_nmi_callback "
     "sysvec_reboot"},
    // file systems and drivers that complain of their own: fs/xfs/xfs_error.c; OpenZFS module/os/linux/spl, Lustre libcfs
    {report,
     "xfs_error_report* xfs_corruption_error* xfs_buf_corruption_error* xfs_stack_trace* spl_panic* spl_dumpstack* "
     "lbug_with_loc* libcfs_debug_dumpstack* libcfs_assertion_failed*"},
    {report | atomic, "__schedule_bug"},
    // what several architectures call alike: arch/*/mm/fault.c, arch/{sparc,alpha}/kernel/traps.c
    {exception, "do_page_fault*"},
    {exception | report, "die_if_kernel"},
    // kernel/entry/common.c, kernel/irq, kernel/softirq.c, drivers/irqchip/irq-gic*.c,
    // drivers/clocksource/arm_arch_timer.c
    {interrupt | exception, "irqentry_*"},
    {interrupt,
     "do_softirq_own_stack irq_exit* __irq_exit_rcu irq_enter* handle_irq* __handle_irq* generic_handle_*irq* "
     "__handle_domain_irq handle_domain_irq handle_edge_irq handle_level_irq handle_fasteoi_* handle_percpu_* "
     "handle_simple_irq __handle_irq_event_percpu gic_handle_irq __gic_handle_irq* do_irq* arch_timer_handler_* "
     "__flush_smp_call_function_queue flush_smp_call_function_queue generic_smp_call_function_single_interrupt "
     "csd_do_func"},
    {interrupt | stall, "hrtimer_interrupt __hrtimer_run_queues local_apic_timer_interrupt tick_*"},
    // kernel/softirq.c, kernel/time/timer.c, kernel/rcu/tree.c
    {interrupt | softirq,
     "__do_softirq do_softirq* ___do_softirq handle_softirqs invoke_softirq __softirqentry_text_start"},
    {softirq,
     "run_ksoftirqd tasklet_action* call_timer_fn expire_timers __run_timers* "
     "__run_timer_base* run_timer_base run_timer_softirq rcu_do_batch rcu_core* rcu_process_callbacks "
     "net_rx_action __napi_poll* irq_work_run* irq_work_single"},
    {softirq | thread, "rcu_nocb_cb_kthread rcu_cpu_kthread"},
    // system calls: include/linux/syscalls.h, kernel/entry, fs/read_write.c and the like (the generic door, not a file
    // system)
    {system_call,
     "do_syscall_trace* syscall_exit_to_user_mode* exit_to_user_mode_* __se_sys_* __do_sys_* "
     "__se_compat_sys_* __do_compat_sys_* SyS_* SYSC_* sys_* compat_sys_* ksys_* "
     "vfs_read vfs_write __vfs_read "
     "__vfs_write new_sync_read new_sync_write vfs_ioctl do_vfs_ioctl"},
    // not what their first letters say
    {none,
     "sys_imageblit* sys_fillrect* sys_copyarea* atomic_open* copy_page_range* clear_page_dirty_for_io "
     "free_pages_and_swap_cache"},
    // idle: kernel/sched/idle.c, drivers/cpuidle, arch/*/kernel/{process,smpboot,head_64}
    {idle,
     "cpu_startup_entry do_idle cpu_idle* cpuidle_* call_cpuidle* default_idle* arch_cpu_idle* acpi_idle_* "
     "acpi_safe_halt "
     "intel_idle* haltpoll_enter_idle poll_idle start_secondary*"},
    {idle | boot, "common_startup_64"},
    // threads: kernel/kthread.c, kernel/workqueue.c, kernel/smpboot.c
    {thread,
     "kthread ret_from_fork* __ret_from_fork worker_thread process_one_work process_scheduled_works "
     "smpboot_thread_fn kthread_worker_fn rescuer_thread cpu_stopper_thread irq_thread* io_wqe_worker io_wq_worker"},
    // boot: init/main.c
    {boot,
     "start_kernel arch_call_rest_init arch_post_acpi_subsys_init kernel_init* do_one_initcall* do_initcalls "
     "do_initcall_level do_basic_setup do_init_module load_module idempotent_init_module init_module_from_file"},
    {boot | idle, "rest_init"},
    // sanitizers: mm/kasan, mm/kmsan, kernel/kcsan, mm/kfence, lib/ubsan.c, kernel/kcov.c
    {sanitizer,
     "kasan_* __kasan_* ____kasan_* __asan_* __hwasan_* print_address_description* print_report* check_memory_region* "
     "end_report* complete_report_info* kmsan_* __msan_* __kmsan_* kcsan_* __kcsan_* __tsan_* "
     "kfence_report* kfence_* __kfence_* __ubsan_* ubsan_* handle_overflow val_to_string* "
     "__sanitizer_cov_* check_region_inline* check_bytes_and_report check_object free_debug_processing "
     "alloc_debug_processing free_consistency_checks* slab_pad_check* check_slab on_freelist"},
    {sanitizer | report, "object_err slab_err print_trailer slab_bug slab_fix print_section"},
    // allocators: mm/slub.c, mm/slab_common.c, mm/page_alloc.c, mm/vmalloc.c, kernel/rcu
    {allocator,
     "kmalloc* __kmalloc* kmem_cache_* __kmem_cache_* kfree* __kfree kvfree* kvmalloc* kvrealloc* kzalloc* "
     "kcalloc* krealloc* __krealloc* kstrdup* kmemdup* slab_* __slab_* ___slab_alloc do_slab_free "
     "___cache_free __cache_free allocate_slab new_slab new_slab_objects get_partial_node* "
     "free_to_partial_list __alloc_pages* alloc_pages* __alloc_frozen_pages* alloc_frozen_pages* "
     "get_page_from_freelist __get_free_pages __folio_alloc* folio_alloc* vma_alloc_folio* __free_pages* "
     "free_unref_* free_pages* free_pcp_prepare free_large_kmalloc vmalloc* __vmalloc* vfree* vzalloc* "
     "out_of_memory __call_rcu* call_rcu* mempool_alloc* prep_new_page post_alloc_hook kmalloc_order* "
     "kvfree_call_rcu devm_kmalloc __vunmap* vunmap* memdup_user* strndup_user* ___kmalloc*"},
    {allocator | report, "oom_kill_process"},
    // checks: lib/refcount.c, lib/list_debug.c, lib/debugobjects.c, mm/usercopy.c, lib/string_helpers.c
    {check,
     "refcount_* __refcount_* kref_* __list_add_valid* __list_del_entry_valid* list_add* list_del* "
     "__list_add __list_del* debug_print_object debug_object_* __debug_object_* debug_check_no_obj_freed "
     "__debug_check* debug_timer_* usercopy_abort __check_object_size* check_object_size "
     "__check_heap_object check_heap_object check_copy_size __copy_overflow copy_overflow fortify_panic "
     "__fortify_panic __fortify_report __stack_chk_fail ref_tracker_free* ref_tracker_alloc* timer_is_static_object "
     "work_is_static_object skb_panic skb_over_panic skb_under_panic skb_put* skb_push* skb_pull* __skb_put* "
     "__skb_push* usercopy_warn check_stack_object"},
    // helpers: lib/string.c, arch/*/lib, lib/iov_iter.c
    {memory_helper,
     "memcpy* __memcpy* memmove* __memmove* memset* __memset* memcmp memchr* memscan __pi_mem* __pi_str* "
     "strcpy* strncpy* strlcpy* strscpy* strlen* strnlen* strcmp strncmp strcasecmp strchr* strrchr strstr "
     "strcat copy_user_* _copy_from_user* _copy_to_user* copy_from_user* copy_to_user* __copy_from_user* "
     "__copy_to_user* __arch_copy_* raw_copy_* copy_mc_* _copy_*_iter* _copy_to_iter _copy_from_iter* "
     "copy_to_iter* copy_from_iter* copy_page* clear_page* csum_partial* rep_movs* rep_stos* instrument_* "
     "test_bit test_and_* set_bit clear_bit change_bit __set_bit __clear_bit __get_user_1 __get_user_2 __get_user_4 "
     "__get_user_8 __get_user_nocheck_* __put_user_1 __put_user_2 __put_user_4 __put_user_8 __put_user_nocheck_* "
     "strnstr strpbrk strspn strcspn strsep strncat strlcat strchrnul atomic_* atomic64_* arch_atomic*"},
    // locks: kernel/locking
    {lock,
     "__lock_text_start __lock_acquire* lock_acquire* lock_release* __lock_release* lock_sync* validate_chain* "
     "check_prev* "
     "check_noncircular* check_deadlock* check_irq_usage check_usage* check_wait_context mark_lock* "
     "mark_usage mark_held_locks __mark_lock* register_lock_class assign_lock_key lockdep_* "
     "debug_check_no_locks_* trace_hardirqs_* debug_spin_* _raw_spin_* __raw_spin_* _raw_read_* "
     "__raw_read_* _raw_write_* __raw_write_* do_raw_* _spin_lock* _spin_unlock* __ticket_spin_lock "
     "queued_spin_lock_slowpath native_queued_* queued_read_lock_slowpath queued_write_lock_slowpath "
     "__pv_queued_* pv_* osq_* __raw_callee_save_* rt_spin_* rtlock_* __task_rq_lock task_rq_lock* raw_spin_rq_lock* "
     "_atomic_dec_and_lock* atomic_dec_and_lock* folio_unlock unlock_page mutex_unlock* "
     "__mutex_unlock* mutex_trylock* mutex_spin_on_owner mutex_optimistic_spin up up_read* up_write* downgrade_write* "
     "__downgrade_write*"},
    {lock | report,
     "print_circular_bug* print_deadlock_bug* print_usage_bug* print_irq_inversion_bug* "
     "print_bad_irq_dependency* print_unlock_imbalance_bug* print_lock_invalid_wait_context* spin_bug "
     "spin_dump rwlock_bug*"},
    {lock | wait,
     "__ww_mutex_* __mutex_lock* mutex_lock* down_read* down_write* __down_read* __down_write* call_rwsem_* down "
     "down_interruptible down_timeout __down* rwsem_* percpu_down_* __percpu_down_read* percpu_rwsem_wait "
     "rt_mutex_* __rt_mutex_*"},
    // kernel/sched/core.c, lib/smp_processor_id.c
    {atomic | report,
     "___might_sleep __might_sleep might_sleep* __might_resched might_fault* might_alloc*  __cant_sleep __cant_migrate "
     "__might_fault "
     "check_preemption_disabled debug_smp_processor_id __this_cpu_preempt_check"},
    {atomic, "schedule_debug* preempt_count_*"},
    // sleeping: kernel/sched, kernel/time/timer.c, mm/filemap.c
    {wait,
     "context_switch __switch_to* _switch schedule_rtlock schedule_user io_schedule* bit_wait* __wait_on_* "
     "wait_on_* out_of_line_wait* "
     "folio_wait_* msleep* usleep_range* do_nanosleep hrtimer_nanosleep "
     "schedule_hrtimeout* synchronize_rcu* __synchronize_rcu wait_rcu_gp __wait_rcu_gp "
     "__cond_resched prepare_to_wait* wait_woken kthread_park* rt_mutex_schedule"},
    // __sched_text_start: the first function of the section, as kallsyms called it to v3.x
    {wait | atomic,
     "__sched_text_start __schedule* schedule schedule_timeout* schedule_preempt_disabled preempt_schedule*"},
    {idle, "schedule_idle"},
    // watchdogs: kernel/watchdog*.c, kernel/rcu/tree_stall.h, lib/nmi_backtrace.c, kernel/smp.c
    {stall | report,
     "nmi_cpu_backtrace* nmi_trigger_cpumask_backtrace* nmi_raise_cpu_backtrace arch_trigger_* "
     "trigger_*_backtrace trigger_single_cpu_backtrace rcu_dump_cpu_stacks* print_cpu_stall* "
     "print_other_cpu_stall* watchdog_timer_fn* watchdog_overflow_callback watchdog_hardlockup_* "
     "watchdog_check_* check_hung_uninterruptible_tasks check_hung_task* debug_show_all_locks"},
    {stall,
     "rcu_check_gp_* check_cpu_stall* rcu_pending* rcu_sched_clock_irq* rcu_check_callbacks "
     "update_process_times watchdog is_hardlockup perf_event_nmi_handler __perf_event_overflow "
     "perf_event_overflow intel_pmu_handle_irq*"},
    {helper, "smp_call_function* on_each_cpu*"},
    {helper | wait, "csd_lock_wait*"},
    // tracing: kernel/trace, kernel/kprobes.c, kernel/bpf, lib/fault-inject.c
    {trace,
     "__fentry__ ftrace_call ftrace_caller* ftrace_regs_* ftrace_graph_* ftrace_stub* ftrace_trampoline* ftrace_ops_* "
     "ftrace_likely_update ftrace_return_to_handler return_to_handler prepare_ftrace_return function_graph_enter* "
     "kprobe_* "
     "kretprobe_* __kretprobe_trampoline* arch_rethook_trampoline* optimized_callback bpf_trace_run* "
     "__bpf_trace_* __traceiter_* trace_call_bpf perf_trace_* trace_event_raw_event_*"},
    {trace | report, "should_fail* should_failslab __should_failslab fail_dump"},
    // on behalf of the caller: kernel/printk, lib/vsprintf.c, lib/hexdump.c, lib/klist.c, drivers/base/core.c,
    // lib/find_bit.c,
    // lib/rbtree.c, kernel/time/timer.c, kernel/workqueue.c, net/core/sock.c
    {helper,
     "string string_nocheck pointer vsnprintf snprintf scnprintf vscnprintf sprintf vsprintf kasprintf kvasprintf* "
     "va_format "
     "dev_printk* _dev_* __dev_printk netdev_printk dev_vprintk_emit hex_dump_to_buffer print_hex_dump* seq_printf "
     "seq_vprintf "
     "kobject_get* kobject_put kobject_del kobject_add kobject_add_varg kobject_init* kobject_create_and_add "
     "kobject_uevent* kobject_cleanup kobject_release kobject_rename kobject_move klist_* add_uevent_var device_add "
     "device_del device_unregister device_register device_destroy "
     "device_create* device_release "
     "get_device_parent get_device put_device device_initialize "
     "_find_* find_first_bit hlist_add* hlist_del* find_next_bit find_last_bit find_next_zero_bit find_first_zero_bit "
     "rb_insert_color rb_erase* __rb_* "
     "del_timer* timer_delete* try_to_del_timer* cancel_work* __cancel_work* cancel_delayed_work* flush_workqueue "
     "__flush_workqueue "
     "drain_workqueue destroy_workqueue try_to_grab_pending finish_wait kthread_stop "
     "mark_buffer_dirty* "
     "kfree_skb* __kfree_skb sk_skb_reason_drop remove_proc_* proc_remove usb_unlink_urb "
     "usb_deregister* "
     "simple_copy_to_iter simple_copy_from_iter crc16* crc32* crc_itu_t* crc_ccitt* crc_t10dif* "
     "find_lock_entries find_get_entries* truncate_inode_pages* __invalidate_mapping_pages invalidate_mapping_pages* "
     "stack_trace_consume_entry* "
     "__x86_indirect_thunk_* __x86_return_thunk lock_timer_base __mod_timer mod_timer* add_timer* rb_first* rb_last* "
     "rb_next rb_prev "
     "sysfs_* dpm_sysfs_* devres_* device_remove_file* devm_* device_for_each_child* __unregister_client "
     "i2c_del_adapter i2c_unregister_device "
     "rollback_registered* unregister_netdevice_many* unregister_netdevice_queue __raw_read* __raw_write* readb readw "
     "readl readq writeb writew "
     "writel writeq inb inw inl outb outw outl logic_in* logic_out* ioread8* ioread16* ioread32* iowrite8* iowrite16* "
     "iowrite32* "
     "assertfail* btrfs_assertfail* __reiserfs_panic reiserfs_write_lock* reiserfs_write_unlock* assfail fast_dput "
     "dput drop_nlink clear_nlink inc_nlink iput __wake_up* insert_work __queue_work* queue_work_on "
     "queue_delayed_work* __queue_delayed_work mod_delayed_work* xas_* xa_* __xa_* tty_unregister_device "
     "hwrng_unregister usb_kill_urb usb_poison_urb usb_kill_anchored_urbs usb_submit_urb usb_hcd_submit_urb "
     "usb_start_wait_urb usb_control_msg* usb_internal_control_msg usb_bulk_msg* usb_interrupt_msg*"},
    {wait | helper,
     "wait_for_completion* __wait_for_common wait_for_common* do_wait_for_common flush_work* __flush_work* "
     "do_read_cache_page do_read_cache_folio"},
    {softirq | helper, "__local_bh_enable_ip local_bh_enable* _local_bh_enable __local_bh_disable_ip"},
    // more of mm/slab_common.c, mm/page_alloc.c, mm/util.c, mm/mempool.c, mm/percpu.c, mm/dmapool.c,
    // drivers/base/devres.c
    {allocator,
     "vmemdup_user* kvmemdup* kstrndup alloc_page* get_zeroed_page* rmqueue* __rmqueue* free_frozen_pages* "
     "__free_frozen_pages* mempool_free* mempool_kmalloc mempool_alloc_slab alloc_percpu* __alloc_percpu* pcpu_alloc* "
     "free_percpu devres_alloc* __devres_alloc* dma_pool_alloc* dma_pool_free"},
    // mm/kasan/generic.c, lib/debugobjects.c's users, include/linux/list*.h where they are not inlined
    {sanitizer, "memory_is_poisoned* read_word_at_a_time"},
    {check,
     "debug_work_* debug_rcu_head_* debug_hrtimer_* debug_percpu_* __hlist_del list_move* list_replace* list_splice* "
     "__list_splice* hlist_bl_* hlist_nulls_add* hlist_nulls_del* check_zeroed_user"},
    // more of lib/string.c, lib/strn*_user.c, lib/usercopy.c, mm/gup.c, and the architectures' own (arch/*/lib)
    {memory_helper,
     "raw_atomic* bcmp sized_strscpy sysfs_streq skip_spaces strim strreplace match_string* memparse mem_is_zero "
     "strncpy_from_user* strnlen_user* do_strncpy_from_user* do_strnlen_user* strlen_user* copyin copyout clear_user* "
     "__clear_user* __arch_clear_user __raw_copy_* __asm_copy_* fallback_scalar_usercopy* __copy_tofrom_user* "
     "arm_copy_* __arm_copy_* __copy_user* __pi_clear_page __pi_copy_page mmiocpy mmioset do_csum "
     "fault_in_readable fault_in_writeable fault_in_iov_iter_* __test_and_* arch_test_* "
     "arch_set_bit arch_clear_bit arch_change_bit arch___* variable_test_bit constant_test_bit const_test_bit "
     "copy_from_kernel_nofault* copy_to_kernel_nofault* strncpy_from_kernel_nofault probe_kernel_* __probe_kernel_* "
     "test_bit_acquire generic_test_bit generic___* find_next_and_bit find_nth_bit __find_nth*"},
    // inline functions of include/linux/{spinlock,rwlock,seqlock,rcupdate,local_lock}.h where they are not inlined, and
    // the rest of kernel/locking
    {lock,
     "spin_lock* spin_unlock* spin_trylock* raw_spin_* read_lock* read_unlock* write_lock* write_unlock* read_trylock* "
     "write_trylock* arch_spin_* arch_read_* arch_write_* queued_spin_* queued_read_* queued_write_* mutex_is_locked* "
     "ww_mutex_* down_trylock down_killable percpu_up_* __percpu_up_* read_seqbegin* read_seqretry* write_seqlock* "
     "write_sequnlock* do_write_seqcount* seqcount_lockdep_reader_access* rcu_read_lock* rcu_read_unlock* "
     "__rcu_read_lock* __rcu_read_unlock* rcu_lock_acquire* rcu_lock_release* rcu_is_watching rcu_lockdep_* "
     "reacquire_held_locks find_held_lock match_held_lock __lock_is_held lock_is_held* lock_pin* lock_unpin* "
     "lock_repin* lock_set_class* __lock_set_class* lock_downgrade* __lock_downgrade* lock_contended lock_acquired "
     "debug_mutex_* debug_rt_mutex_* lock_map_acquire* lock_map_release* look_up_lock_class hlock_class __bfs* "
     "local_lock* local_unlock*"},
    // more of lib/{vsprintf,kstrtox,hexdump,bitmap,sort,crc32,crc64,xxhash}.c, net/core/dev.c,
    // kernel/{workqueue,kthread}.c, kernel/time/hrtimer.c, kernel/sched/{completion,swait}.c, drivers/base/core.c,
    // drivers/usb/core/urb.c, fs/inode.c, fs/buffer.c, arch/x86/lib/retpoline.S, include/asm-generic/io.h
    {helper,
     "vsscanf sscanf simple_strto* kstrto* _kstrto* hex_to_bin hex2bin bin2hex bitmap_* __bitmap_* bsearch sort sort_r "
     "list_sort __crc32* crc64* crc8 xxh32* xxh64* hrtimer_start* hrtimer_cancel hrtimer_try_to_cancel hrtimer_init* "
     "complete complete_all swake_up* __swake_up* kthread_queue_* kthread_flush_* kthread_cancel_* device_pm_* "
     "usb_free_urb usb_get_urb usb_anchor_urb usb_unanchor_urb tty_register_device* set_nlink mark_buffer_async_write "
     "mark_buffer_write_io_error "
     "bstr_printf vbin_printf put_dec* hex_string widen_string string_escape_mem seq_put* seq_write seq_escape* "
     "__netdev_printk netdev_info netdev_warn netdev_err netdev_notice netdev_alert netdev_crit netdev_emerg "
     "flush_delayed_work* disable_work* __disable_work* kthread_stop_put timer_shutdown* device_remove_group* "
     "bus_remove_device unregister_netdevice unregister_netdev tty_port_unregister_device consume_skb "
     "__x86_indirect_* srso_* retbleed_* its_return_thunk inb_p outb_p insb insw insl outsb outsw outsl"},
};

// Where work is handed on, besides the entries of system calls: softirqs and timers, threads, and the doors of families
// of drivers and protocols.
inline constexpr Group frame_doors[] = {
    {door,
     "__do_softirq do_softirq* ___do_softirq handle_softirqs __softirqentry_text_start run_ksoftirqd tasklet_action* "
     "call_timer_fn expire_timers "
     "__run_timers* run_timer_softirq __run_timer_base* run_timer_base __hrtimer_run_queues hrtimer_run* "
     "__run_hrtimer* rcu_do_batch rcu_core* rcu_process_callbacks "
     "irq_work_run* irq_work_single __handle_irq_event_percpu handle_irq_event_percpu generic_smp_call_function_* "
     "flush_smp_call_function_queue"},
    {door,
     "process_one_work process_scheduled_works kthread ret_from_fork* smpboot_thread_fn kthread_worker_fn "
     "task_work_run start_secondary cpu_startup_entry do_one_initcall irq_thread handle_sysrq"},
    // one system call for all devices
    {door,
     "SyS_ioctl SYSC_ioctl compat_SyS_ioctl compat_SYSC_ioctl sys_ioctl compat_sys_ioctl __se_sys_ioctl "
     "__do_sys_ioctl __se_compat_sys_ioctl __do_compat_sys_ioctl"},
    // fs/read_write.c, fs/ioctl.c, block/ioctl.c; net/socket.c, net/core/dev.c, net/core/rtnetlink.c,
    // net/netfilter/nfnetlink.c, net/netlink/genetlink.c
    {door,
     "vfs_read vfs_write vfs_readv vfs_writev __vfs_read __vfs_write new_sync_read new_sync_write do_iter_read* "
     "do_iter_write* call_read_iter call_write_iter call_mmap vfs_iter_* vfs_ioctl do_vfs_ioctl ksys_ioctl "
     "blkdev_ioctl compat_blkdev_ioctl sock_sendmsg* __sock_sendmsg sock_sendmsg_nosec sock_read_iter sock_write_iter "
     "netif_receive_skb* __netif_receive_skb* "
     "nfnetlink_rcv_msg rtnetlink_rcv_msg __sys_setsockopt do_sock_setsockopt __fput do_dentry_open"},
};

}  // namespace unoops::facts
