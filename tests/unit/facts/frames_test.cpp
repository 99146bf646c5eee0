#include "facts/frames.hpp"

#include "catch.hpp"

using namespace unoops;
using namespace unoops::facts;
using R = FrameRole;

TEST_CASE("decorations do not change a symbol's name") {
  CHECK(plain_symbol("kf_panic.cold") == "kf_panic");
  CHECK(plain_symbol("foo.constprop.0.isra.0.cold") == "foo");
  CHECK(plain_symbol("foo.cold.3") == "foo");
  CHECK(plain_symbol("__kmalloc_noprof") == "__kmalloc");
  CHECK(plain_symbol("__pfx_foo") == "foo");
  CHECK(plain_symbol(".do_page_fault") == "do_page_fault");
  CHECK(plain_symbol("foo.llvm.12345") == "foo");
  CHECK(plain_symbol("foo.coldest") == "foo.coldest");
  CHECK(plain_symbol("_noprof") == "_noprof");
  CHECK(plain_symbol("").empty());
}

TEST_CASE("a function's roles go by exact name, then by its longest prefix") {
  CHECK(frame_roles("dump_stack_lvl").has(R::report));
  CHECK(frame_roles("asm_exc_page_fault").has(R::exception));
  CHECK(frame_roles("asm_sysvec_apic_timer_interrupt").has(R::interrupt));
  CHECK(frame_roles("do_syscall_64").has(R::system_call));
  CHECK(frame_roles("ksys_write").has(R::system_call));
  CHECK(frame_roles("el0t_64_sync_handler").has(R::system_call));
  CHECK(frame_roles("native_safe_halt").has(R::idle));
  CHECK(frame_roles("ret_from_fork_asm").has(R::thread));
  CHECK(frame_roles("__kasan_slab_alloc").has(R::sanitizer));
  CHECK(frame_roles("kmem_cache_alloc_noprof").has(R::allocator));
  CHECK(frame_roles("__mutex_lock.constprop.0") == (R::lock | R::wait));
  CHECK(frame_roles("die").has(R::report));
}

TEST_CASE("a look-alike has no role") {
  for (const char* name : {"kf_bug_on", "diet_fetch", "sys_imageblit", "atomic_open", "kthread_run_demo",
                           "ext4_file_write_iter", "schedule_delayed_work", "copy_page_range", "", "vfs_statx"})
    CHECK_FALSE(frame_roles(name).any());
}
