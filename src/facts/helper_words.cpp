#include "facts/helper_words.hpp"

#include <algorithm>
#include <array>
#include <vector>

namespace unoops::facts {
namespace {

// Separated by blanks. The subjects and words are those of the lists' bot (google/syzkaller, pkg/report/linux.go).
// NOLINTBEGIN(bugprone-suspicious-missing-comma): the words of one subject go over several lines.
constexpr std::string_view helper_words[] = {
    // sanitizers and their hooks
    "kasan hwasan __asan __msan kmsan __sanitizer kcsan_setup_watchpoint check_memory_region check_heap_object "
    "check_object read_word_at_a_time read_once*nocheck write_once*nocheck __phys_addr __fortify_report hex_dump "
    "seqprop_assert",
    // the report itself
    "panic report_bug fixup_bug print_report print_address_description print_usage_bug print_unlock imbalance_bug "
    "show_stack dump_stack walk_stack dump_backtrace stack_trace_save stack_trace_consume_entry arch_stack_walk __warn "
    "warn_slowpath warn_alloc warn_bogus do_error do_trap _trap$ invalid_op program_check_ print_tainted ^get_taint$ "
    "assertfail",
    // faults on the way in
    "el1_abort el1h_64_sync do_mem_abort do_translation_fault do_kernel_fault _indirect_thunk_",
    // allocation: kmalloc, kzalloc, kcalloc, kvmalloc, vzalloc, devm_kmalloc ...
    "alloc_page malloc zalloc calloc krealloc kmem_cache allocate_slab slab_ __alloc_frozen_pages ^kfree$ ^kvfree$ "
    "kfree_skb memdup strdup kasprintf ida_free",
    // page cache
    "folio_alloc folio_unlock filemap_alloc_folio filemap_get_folio find_or_create_page do_read_cache_folio "
    "read_cache_page pagecache_get_page grab_cache_page_write_begin find_lock_entries truncate_inode_pages_range "
    "^lock_page ^unlock_page mark_buffer_dirty xas_start xas_load xas_find",
    // locks
    "lockdep lock_acquire lock_release lock_class mark_lock held_locks spin_lock spin_unlock spin_trylock raw_spin_rq "
    "read_lock read_unlock read_trylock write_lock write_unlock write_trylock downgrade_write check_wait_context "
    "^down$ down_read down_write down_trylock "
    "up_read up_write ^mutex_ ^__mutex_ ^rt_mutex_ osq_lock osq_unlock owner_on_cpu bh_enable bh_disable "
    "trace_hardirq trace_softirq lockdep_hardirq lockdep_softirq cleanup_srcu_struct",
    // atomics, counters, bits
    "atomic_inc atomic_dec atomic_read atomic_set atomic_add atomic_sub atomic_or atomic_and atomic_xor atomic_fetch "
    "atomic_xchg atomic_cmpxchg atomic_try atomic64_ atomic_long_ ^refcount_ ^kref_ ref_tracker set_bit clear_bit "
    "change_bit test_bit",
    // memory and strings
    "memcpy memcmp memset memchr memmove strcmp strncmp strcpy strlcpy strncpy strscpy strlen strnlen strstr strnstr "
    "strchr string pointer snprintf scnprintf va_format",
    // user space copies
    "copy_to_user copy_from_user copy_to_iter copy_from_iter copy_page_to_iter copy_page_from_iter copy_folio_to_iter "
    "^copyin$ ^copyout$ put_user get_user might_fault extract_user_to_sg extract_iter_to_sg",
    // checks
    "might_sleep __might_resched debug_object timer_is_static_object work_is_static_object",
    // lists, trees
    "list_add list_del list_replace list_move list_splice ^rb_ ^__rb_ ^klist_ rhashtable_lookup",
    // waiting, waking, work
    "__wake_up finish_wait ^complete$ wait_for_completion flush_work __cancel_work_timer cancel_work_sync "
    "try_to_grab_pending flush_workqueue drain_workqueue destroy_workqueue queue_work insert_work queue_delayed_work "
    "kthread_stop",
    // timers
    "del_timer timer_delete_sync sk_stop_timer_sync mod_timer lock_timer_base",
    // objects, devices
    "kobject_ add_uevent_var get_device_parent device_add device_del device_unregister device_destroy device_release "
    "device_for_each_child device_remove_file ^put_device$ devres_release_all sysfs_remove unregister_netdev "
    "rollback_registered tty_unregister_device hwrng_unregister i2c_del_adapter __unregister_client",
    // USB
    "usb_submit_urb usb_hcd_submit_urb usb_control_msg usb_kill_urb usb_kill_anchored_urbs dummy_urb_enqueue",
    // inodes, dentries
    "^iput$ ^iput_final$ ^ihold$ dput drop_nlink",
    // messages
    "printk dev_info dev_notice dev_warn dev_err dev_alert dev_crit dev_emerg perf_trace",
    // port and memory I/O
    "readb$ readw$ readl$ readq$ writeb$ writew$ writel$ writeq$ logic_in logic_out",
    // checksums
    "^crc* crc_itu_t",
};
// NOLINTEND(bugprone-suspicious-missing-comma)

// The words by their first three letters, because a name is asked for hundreds of them at once.
class WordIndex {
 public:
  WordIndex() {
    for (std::string_view row : helper_words)
      while (!row.empty()) {
        const auto word = row.substr(0, row.find(' '));
        row.remove_prefix(std::min(row.size(), word.size() + 1));
        words_[key(word.substr(word.starts_with('^') ? 1 : 0))].push_back(word);
      }
  }
  bool any_in(std::string_view name) const {
    for (std::size_t at = 0; at + key_letters <= name.size(); ++at) {
      const auto& words = words_[key(name.substr(at))];
      if (std::ranges::any_of(words, [&](std::string_view word) { return has_word(name, word); })) return true;
    }
    return false;
  }

 private:
  static constexpr std::size_t key_letters = 3;
  static std::size_t key(std::string_view text) {
    const auto letter = [&](std::size_t i) { return static_cast<std::size_t>(static_cast<unsigned char>(text[i])); };
    return (letter(0) * 31 * 31 + letter(1) * 31 + letter(2)) % 1024;
  }

  std::array<std::vector<std::string_view>, 1024> words_;
};

}  // namespace

bool has_word(std::string_view name, std::string_view word) {
  const bool start = word.starts_with('^'), end = word.ends_with('$');
  word = word.substr(start ? 1 : 0);
  if (end) word.remove_suffix(1);
  if (const auto gap = word.find('*'); gap != std::string_view::npos) {
    const auto at = name.find(word.substr(0, gap));
    if (at == std::string_view::npos || (start && at != 0)) return false;
    return name.find(word.substr(gap + 1), at + gap) != std::string_view::npos;
  }
  if (start && end) return name == word;
  if (start) return name.starts_with(word);
  if (end) return name.ends_with(word);
  return name.find(word) != std::string_view::npos;
}

bool has_any_word(std::string_view name, std::string_view words) {
  while (!words.empty()) {
    const auto word = words.substr(0, words.find(' '));
    words.remove_prefix(std::min(words.size(), word.size() + 1));
    if (!word.empty() && has_word(name, word)) return true;
  }
  return false;
}

bool is_titles_helper(std::string_view plain) {
  static const WordIndex index;
  return index.any_in(plain);
}

bool busy_waits(std::string_view symbol) {
  static constexpr std::string_view words =
      "^delay_ ^__delay ^__udelay ^__const_udelay ^__ndelay ^udelay ^__timer_delay ^__bad_udelay";
  return has_any_word(symbol, words);
}

bool passes_time(std::string_view symbol) {
  static constexpr std::string_view clocks =
      "^arch_timer_read_counter ^arch_counter_get ^read_hpet ^native_read_tsc ^ktime_get ^sched_clock ^cpu_relax";
  return busy_waits(symbol) || has_any_word(symbol, clocks);
}

}  // namespace unoops::facts
