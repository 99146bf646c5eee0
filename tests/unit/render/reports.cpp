#include "reports.hpp"

#include "report/fact_names.hpp"
#include "report/stack_role.hpp"

namespace unoops::test {

namespace {

const KindInfo null_pointer{"null-pointer-dereference", "NULL pointer dereference", Severity::error};
const KindInfo kasan_kind{"kasan", "KASAN", Severity::error, Trait::checked_access, "KASAN"};
const KindInfo warning_kind{"warning", "WARNING", Severity::warning};
const KindInfo hung{"hung-task", "hung task", Severity::error};
const KindInfo deadlock{"lockdep", "lockdep", Severity::warning};
const KindInfo oom_kind{"oom-kill", "OOM kill", Severity::notice};
const KindInfo panic_kind{"panic", "panic", Severity::fatal};

Report report_of(const KindInfo& kind, std::uint64_t number, std::string title) {
  Report r;
  r.number = number;
  r.kind = &kind;
  r.severity = kind.severity;
  r.title = std::move(title);
  r.signature = "1:" + std::string(kind.id) + "-0123456789abcdef";
  r.line_first = number * 100;
  r.line_last = number * 100 + 60;
  r.time_us = static_cast<std::int64_t>(number) * 1'000'000 + 447'000;
  return r;
}

Stack stack(std::string label, Context context, std::vector<Frame> frames) {
  Stack s;
  s.label = std::move(label);
  s.role = report::role_of_label(s.label);
  s.context = context;
  s.frames = std::move(frames);
  return s;
}

void run_by(Report& r, int cpu, std::int64_t pid, std::string comm) {
  r.cpu = cpu;
  r.pid = pid;
  r.comm = std::move(comm);
  r.kernel.release = "6.1.0-56-amd64";
  r.kernel.version = "#1  Debian 6.1.192-2";
  r.hardware = "QEMU Standard PC (i440FX + PIIX, 1996), BIOS 1.16.2-debian-1.16.2-1 04/01/2014";
  r.taint = {"G           OE", {{'O', "out-of-tree module"}, {'E', "unsigned module"}}};
}

std::vector<Frame> write_tail() {
  return {at(frame("kfault_dispatch", 0x97, 0xd0, "kfault"), "/usr/src/kfault/src/core.c", 93),
          at(frame("kfault_trigger_write", 0x12c, 0x190, "kfault"), "/usr/src/kfault/src/core.c", 118),
          at(frame("full_proxy_write", 0x83, 0xb0), "fs/debugfs/file.c", 244),
          guessed(frame("mntput_no_expire", 0x4a, 0x250)),
          at(frame("vfs_write", 0x1a6, 0x6f0), "fs/read_write.c", 582),
          at(frame("ksys_write", 0xcb, 0x170), "fs/read_write.c", 637),
          at(frame("do_syscall_64", 0x3c, 0x90), "arch/x86/entry/common.c", 80),
          at(frame("entry_SYSCALL_64_after_hwframe", 0x4b, 0xb5), "arch/x86/entry/entry_64.S", 120)};
}

std::vector<Frame> with_tail(std::vector<Frame> head) {
  for (auto& f : write_tail()) head.push_back(std::move(f));
  return head;
}

}  // namespace

Frame frame(std::string symbol, std::uint64_t offset, std::uint64_t size, std::string module) {
  Frame f;
  f.ref.symbol = std::move(symbol);
  f.ref.offset = offset;
  f.ref.size = size;
  f.ref.module = std::move(module);
  return f;
}

Frame guessed(Frame f) {
  f.reliable = false;
  return f;
}

Frame at(Frame f, std::string file, unsigned line) {
  std::vector<Location> chain;
  if (auto* have = std::get_if<std::vector<Location>>(&f.lookup)) chain = *have;
  chain.push_back({f.ref.symbol, std::move(file), line, 0, false});
  f.lookup = std::move(chain);
  return f;
}

Frame inlined(Frame f, std::string function, std::string file, unsigned line) {
  auto chain = std::get<std::vector<Location>>(f.lookup);
  chain.insert(chain.begin(), Location{std::move(function), std::move(file), line, 0, true});
  f.lookup = std::move(chain);
  return f;
}

Report oops() {
  Report r = report_of(null_pointer, 1, "BUG: unable to handle kernel NULL pointer dereference in kfault_complete");
  run_by(r, 1, 0, "swapper/1");
  r.arch = find_arch("x86_64");
  r.severity = Severity::fatal;
  r.panic = Panic{"Fatal exception in interrupt", 406};
  r.headline = "BUG: kernel NULL pointer dereference, address: 0000000000000008";
  r.fault.address = 8;
  r.fault.access = Access::write;
  r.fault.error_code = "0002";
  r.fault.error_bits = {"write", "supervisor", "not present"};
  r.site.bad_pointer.address_class = AddressClass::null_offset;
  r.registers = {{"RAX", 0, 64},
                 {"RBX", 0xffff8b1f42f80c00, 64},
                 {"RCX", 0x2710, 64},
                 {"RSP", 0xffffcc0e400d0e98, 64},
                 {"CR2", 8, 64}};
  r.user_registers = {{"RAX", 0xffffffffffffffda, 64}};
  r.code = {{0x48, 0x8b, 0x43, 0x50, 0x48, 0xc7, 0x40, 0x08, 0, 0, 0, 0, 0x5b}, 4, 1, ""};
  Frame pc = at(frame("kfault_complete", 0x15, 0x30, "kfault"), "/usr/src/kfault/src/ctx.c", 28);
  pc.ref.pc = PcKind::exact;
  Frame timers = inlined(at(frame("__run_timers", 0x222, 0x2c0), "kernel/time/timer.c", 2023), "expire_timers",
                         "kernel/time/timer.c", 1752);
  Frame pointer = guessed(frame("kfault_timeout", 0, 0x30, "kfault"));
  pointer.ref.pc = PcKind::pointer;
  pointer.lookup = Unresolved{Miss::pointer, ""};
  r.stacks = {stack("pc", Context::none, {pc}),
              stack("Call Trace", Context::irq,
                    {at(frame("kfault_timeout", 0x18, 0x30, "kfault"), "/usr/src/kfault/src/ctx.c", 36),
                     at(frame("call_timer_fn", 0x27, 0x130), "kernel/time/timer.c", 1701), timers,
                     at(frame("run_timer_softirq", 0x19, 0x30), "kernel/time/timer.c", 2036),
                     at(frame("__do_softirq", 0xc5, 0x2ab), "kernel/softirq.c", 571),
                     at(frame("irq_exit_rcu", 0x82, 0xb0), "kernel/softirq.c", 660),
                     at(frame("sysvec_apic_timer_interrupt", 0x9e, 0xc0), "arch/x86/kernel/apic/apic.c", 1106)}),
              stack("Call Trace", Context::task,
                    {at(frame("native_safe_halt", 0xb, 0x10), "arch/x86/include/asm/irqflags.h", 52), pointer,
                     at(frame("default_idle", 0xa, 0x10), "arch/x86/kernel/process.c", 730),
                     at(frame("do_idle", 0x1e9, 0x270), "kernel/sched/idle.c", 298),
                     at(frame("cpu_startup_entry", 0x26, 0x30), "kernel/sched/idle.c", 399)})};
  r.culprit_stack = 0;
  r.culprit_frame = 0;
  r.modules = {{"kfault", "OE"}, {"kfault_aux", "OE"}, {"ext4", ""}, {"jbd2", ""}};
  r.site.instructions = {{0, 0x11, {0x48, 0x8b, 0x43, 0x50}, "mov    0x50(%rbx),%rax", false, "rax = dev->port.tx = 0"},
                         {4, 0x15, {0x48, 0xc7, 0x40, 8, 0, 0, 0, 0}, "movq   $0x0,0x8(%rax)", true, "tx->head = NULL"},
                         {12, 0x1d, {0x5b}, "pop    %rbx", false, ""}};
  r.site.base_register = "RAX";
  r.site.base_value = 0;
  r.site.displacement = 8;
  r.site.effective_address = 8;
  r.site.is_write = true;
  r.site.access_size = 8;
  r.site.operation = Operation::store;
  r.site.agrees_with_fault_address = true;
  r.explanation.summary = "write through a NULL pointer: dev->port.tx is NULL, ->head was written";
  r.site.cause = Cause{"dev->port.tx",
                       "struct kfault_queue",
                       "head",
                       8,
                       0,
                       Confidence::certain,
                       "kfault_complete",
                       "location list and Code bytes agree"};
  r.explanation.findings = {
      {"error-code", "error code 0x0002: write, supervisor mode, page not present", "Oops: 0002", Confidence::certain}};
  r.explanation.who = "CPU 1, swapper/1 (idle, pid 0) was interrupted; it is not the culprit";
  r.explanation.why_fatal = "an oops in interrupt context can't kill a task: \"Fatal exception in interrupt\"";
  r.explanation.next_steps = {"find what leaves port.tx NULL while this timer is armed"};
  r.symbol_notes = {"vmlinux fits: banner, 14 of 14 sizes.", "kfault.ko fits: 2 of 2 sizes."};
  r.raw = {r.headline, "#PF: supervisor write access in kernel mode"};
  return r;
}

Report kasan() {
  Report r = report_of(kasan_kind, 2, "KASAN: use-after-free Read in kfault_read_state");
  run_by(r, 0, 55, "trig");
  r.arch = find_arch("x86_64");
  r.caller = "T55";
  r.follows = 1;
  r.fault.access = Access::read;
  r.fault.size = 4;
  r.fault.address = 0xffff88800289300c;
  Frame top = at(frame("kfault_read_state", 0xd, 0x20, "kfault"), "/usr/src/kfault/src/heap.c", 36);
  r.stacks = {stack("Call Trace", Context::task,
                    with_tail({at(frame("dump_stack_lvl", 0x4c, 0x5f), "lib/dump_stack.c", 106),
                               at(frame("print_report", 0x16c, 0x4a3), "mm/kasan/report.c", 430),
                               at(frame("kasan_report", 0xc0, 0x100), "mm/kasan/report.c", 536), top,
                               at(frame("kf_uaf_read", 0x4b, 0xb0, "kfault"), "/usr/src/kfault/src/heap.c", 49)})),
              stack("Freed by task 55", Context::none,
                    with_tail({at(frame("kasan_save_stack", 0x22, 0x40), "mm/kasan/common.c", 45),
                               at(frame("kmem_cache_free", 0xec, 0x330), "mm/slub.c", 3716),
                               at(frame("kf_uaf_read", 0x43, 0xb0, "kfault"), "/usr/src/kfault/src/heap.c", 47)}))};
  r.culprit_stack = 0;
  r.culprit_frame = 3;
  r.set_fact(report::fact::bug_type, "use-after-free");
  r.set_fact(report::fact::object_cache, "kfault_req");
  return r;
}

Report warning() {
  Report r = report_of(warning_kind, 3, "WARNING in kf_warn");
  run_by(r, 0, 115, "trig");
  r.headline = "WARNING: CPU: 0 PID: 115 at drivers/x.c:19 kf_warn+0x1a/0x20 [kfault]";
  r.messages = {"refcount_t: underflow; use-after-free."};
  r.stacks = {stack("Call Trace", Context::task,
                    {frame("kf_warn", 0x1a, 0x20, "kfault"), frame("kfault_dispatch", 0x60, 0xb0, "kfault"),
                     guessed(frame("path_openat", 0xa7d, 0x1260)), frame("vfs_write", 0xc7, 0x3f0),
                     frame("ksys_write", 0x6b, 0xf0), frame("do_syscall_64", 0x5d, 0xb0)})};
  r.culprit_stack = 0;
  r.culprit_frame = 0;
  return r;
}

Report hung_task() {
  Report r = report_of(hung, 4, "INFO: task hung in kf_hung");
  r.arch = find_arch("arm64");
  r.pid = 117;
  r.comm = "trig";
  r.kernel.release = "6.1.0-56-arm64";
  r.headline = "INFO: task trig:117 blocked for more than 3 seconds.";
  r.stacks = {stack("Call Trace", Context::none,
                    {frame("__switch_to", 0xe8, 0x120), frame("__schedule", 0x340, 0x920),
                     frame("mutex_lock", 0x78, 0x90), frame("kf_hung", 0x68, 0x90, "kfault"),
                     frame("el0t_64_sync_handler", 0xf4, 0x120), frame("el0t_64_sync", 0x18c, 0x190)})};
  r.culprit_stack = 0;
  r.culprit_frame = 3;
  return r;
}

Report lockdep() {
  Report r = report_of(deadlock, 5, "possible deadlock in kf_lock_ba");
  run_by(r, 0, 55, "trig");
  r.headline = "WARNING: possible circular locking dependency detected";
  for (int i = 0; i < 60; ++i) r.messages.push_back("   lock(&dev->lock" + std::to_string(i) + ");");
  r.stacks = {stack("-> #1 (&dev->lock2){+.+.}-{2:2}", Context::none,
                    with_tail({frame("_raw_spin_lock", 0x27, 0x40), frame("kf_lock_ab", 0x1d, 0x30, "kfault")})),
              stack("Call Trace", Context::task,
                    with_tail({frame("dump_stack_lvl", 0x4c, 0x5f), frame("__lock_acquire", 0x1c40, 0x33f0),
                               frame("lock_acquire", 0x162, 0x3a0), frame("kf_lock_ba", 0x1d, 0x30, "kfault")}))};
  r.culprit_stack = 1;
  r.culprit_frame = 3;
  return r;
}

Report oom() {
  Report r = report_of(oom_kind, 6, "hog invoked oom-killer");
  run_by(r, 0, 158, "hog");
  r.messages = {"Mem-Info:", "active_anon:48090 inactive_anon:0"};
  r.stacks = {
      stack("Call Trace", Context::task, {frame("dump_stack_lvl", 0x64, 0x80), frame("out_of_memory", 0x257, 0x520)})};
  return r;
}

Report bare_panic() {
  Report r = report_of(panic_kind, 7, "kernel panic: Attempted to kill init!");
  r.time_us.reset();
  r.panic = Panic{"Attempted to kill init! exitcode=0x0000000b", 700};
  r.defects = {{DefectKind::truncated, "the log ends within the report"}};
  r.corrupted = true;
  r.code.problem = "Unable to access opcode bytes at 0xffffffffffffffd6.";
  return r;
}

Report hostile() {
  Report r = report_of(warning_kind, 8, "WARNING in \x1b[31m<script>alert(1)</script>\xff\xfe");
  r.comm =
      "a\nb\r\x07\"&<>\x9b"
      "31m";
  r.pid = -1;
  r.uid = 4294967295;
  r.file = "/tmp/\xff\xc3(.log";
  r.host = "\xed\xa0\x80";
  r.headline =
      "\xe2\x80\xae"
      "gnp.exe \xe2\x80\xa8 next";
  r.messages = {std::string("nul\0byte", 8), std::string(5000, 'x')};
  r.set_fact(report::fact::reason, "\x1b]0;title\x07");
  r.modules = {{"<b>", "\x1b"}};
  r.registers = {{"R\xff", ~0ull, 64}};
  r.taint = {"\x80", {{'\x80', "what"}}};
  r.stacks = {stack("\x1b[2J", Context::other, {frame("sym\x1b[0m", ~0ull, ~0ull, "m\xff")})};
  r.stacks[0].context_word = "<TASK>";
  r.raw = {"\x1b[2Jraw</pre><script>"};
  r.warnings = {"\x1b[0mwarn"};
  return r;
}

std::vector<Report> all_reports() {
  return {oops(), kasan(), warning(), hung_task(), lockdep(), oom(), bare_panic(), hostile()};
}

}  // namespace unoops::test
