#include "facts/skip.hpp"

#include <algorithm>
#include <array>

#include "base/text.hpp"

namespace unoops {
namespace {

constexpr auto reporting = std::to_array<std::string_view>({
    // lib/dump_stack.c, kernel/panic.c, arch/*/kernel/{traps,dumpstack,stacktrace}.c
    "dump_stack*", "__dump_stack", "show_stack*", "dump_backtrace*", "panic", "vpanic", "__warn*", "warn_slowpath*", "report_bug", "fixup_bug*",
    "show_regs*", "show_trace*", "print_trace*", "die", "__die*", "die_body", "oops_end", "oops_exit", "oops_begin", "do_error_trap", "do_trap*", "handle_bug",
    "exc_*", "asm_exc_*", "asm_sysvec_*", "sysvec_*", "error_entry", "do_invalid_op", "invalid_op", "do_general_protection", "general_protection", "page_fault",
    "do_page_fault", "__do_page_fault", "do_user_addr_fault", "bad_area*", "__bad_area*", "no_context", "page_fault_oops", "kernelmode_fixup_or_oops",
    "do_kern_addr_fault", "bug_handler", "brk_handler", "do_debug_exception", "call_break_hook", "el1_*", "el1h_*", "early_brk64", "_mcount", "ret_to_user",
    "dump_header", "stack_trace_save", "save_stack*", "arch_stack_walk", "walk_stackframe", "unwind_backtrace", "notify_die", "atomic_notifier_call_chain",
    "nmi_cpu_backtrace*", "nmi_trigger_cpumask_backtrace", "arch_trigger_cpumask_backtrace", "nmi_handle", "default_do_nmi", "do_nmi", "end_repeat_nmi",
    "nmi_raise_cpu_backtrace", "trigger_*_cpu*_backtrace", "print_address_description*", "__asan_*", "kasan_*", "__kasan_*", "check_memory_region*", "print_report",
    "__hwasan_*", "__msan_*", "kmsan_*", "__kmsan_*", "__tsan_*", "kcsan_*", "__kcsan*", "__ubsan_*", "ubsan_*", "handle_overflow", "val_to_string", "ubsan_epilogue", "kfence_*",
    "lockdep_rcu_suspicious", "print_*_bug*", "__might_sleep", "___might_sleep", "__might_resched", "___might_resched", "might_fault", "__might_fault", "_cond_resched", "__cond_resched",
    "check_preemption_disabled", "debug_smp_processor_id", "__this_cpu_preempt_check", "object_err", "print_trailer", "slab_err", "slab_bug", "check_bytes_and_report",
    "debug_print_object", "debug_check_no_obj_freed", "__debug_check_no_obj_freed", "debug_object_*", "refcount_warn_saturate*", "__stack_chk_fail", "fail_dump", "should_fail*", "__fortify_*", "fortify_panic",
});

constexpr auto helpers = std::to_array<std::string_view>({
    "memcpy*", "__memcpy*", "memset*", "__memset*", "memmove*", "__memmove*", "memcmp*", "strlen", "strcmp", "strncmp", "strcpy", "strncpy", "strlcpy", "strscpy", "strnlen", "strchr", "__pi_*",
    "copy_from_user*", "copy_to_user*", "_copy_*", "__copy_*", "copy_user_*", "raw_copy_*", "__raw_copy_*", "__get_user*", "__put_user*", "rep_movs*", "__clear_user", "clear_user*",
    "__list_add_valid*", "__list_del_entry_valid*", "list_del*", "list_add*", "__list_*", "refcount_*", "__refcount_*", "kref_*", "atomic_*", "__atomic_*", "__fget*", "instrument_*",
    "_raw_spin_*", "__raw_spin_*", "do_raw_*", "_raw_read_*", "_raw_write_*", "__raw_*", "queued_*", "native_queued_*", "__pv_queued_*", "mutex_lock*", "__mutex_*", "mutex_unlock", "mutex_trylock", "mutex_spin*", "rwsem_*", "down_read*", "down_write*", "up_read", "up_write", "__down_*", "down", "up", "lock_acquire*", "__lock_acquire*", "lock_release*", "__lock_release*", "lock_sock_nested", "spin_*", "rt_spin_*", "rtlock_*", "rt_mutex_*",
    "kmalloc*", "__kmalloc*", "__do_kmalloc*", "kzalloc*", "kfree*", "__kmem_cache_*", "kmem_cache_*", "slab_*", "__slab_*", "___slab_*", "free_unref_*", "__free_pages*", "free_pages*", "alloc_pages*", "__alloc_pages*", "get_page_from_freelist", "vmalloc*", "__vmalloc*", "vfree", "__vfree", "vzalloc*", "kvmalloc*", "kvfree*", "krealloc*", "__krealloc*", "kstrdup*", "kmemdup*", "do_slab_free", "qlist_free_all", "qlink_free", "quarantine_*", "kasan_quarantine*", "__fortify*", "usercopy_abort", "__check_heap_object", "__check_object_size*", "check_heap_object",
});

}  // namespace

bool in_patterns(std::string_view plain, std::span<const std::string_view> patterns) {
  return std::ranges::any_of(patterns, [&](std::string_view pattern) { return matches_pattern(plain, pattern); });
}

bool is_reporting(std::string_view plain) { return in_patterns(plain, reporting); }
bool is_helper(std::string_view plain) { return in_patterns(plain, helpers); }

}  // namespace unoops
