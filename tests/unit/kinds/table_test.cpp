// The table of kinds tests itself: every row can be found, and is what its own sample line says.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>
#include <string>
#include <vector>

#include "catch.hpp"
#include "kinds/kind.hpp"
#include "kinds/sentence.hpp"
#include "parse/header_index.hpp"
#include "read_reports.hpp"

using namespace unoops;
using namespace unoops::kinds;
using namespace unoops::parse;

TEST_CASE("kinds have ids and names of their own, and a title") {
  std::set<std::string_view> ids;
  for (const Kind* kind : kind_rows()) {
    CAPTURE(kind->info.id);
    CHECK(ids.insert(kind->info.id).second);
    CHECK_FALSE(kind->info.name.empty());
    CHECK((kind->title_of || !kind->title.empty()));
    CHECK(find_kind(kind->info.id) == &kind->info);
  }
}

namespace {
// Every '{' and '[' is closed, and a gap in brackets is the only thing that nests.
bool is_well_formed(std::string_view sentence) {
  std::string open;
  for (const char c : sentence) {
    if (c == '[' && !open.empty()) return false;
    if (c == '{' && open.ends_with('{')) return false;
    if (c == '[' || c == '{') open += c;
    if (c != ']' && c != '}') continue;
    if (!open.ends_with(c == ']' ? '[' : '{')) return false;
    open.pop_back();
  }
  return open.empty() && !sentence.empty();
}

// The names in a sentence's gaps: "{stuck-seconds|many}".
std::vector<std::string_view> gaps_of(std::string_view sentence) {
  std::vector<std::string_view> names;
  for (auto at = sentence.find('{'); at != std::string_view::npos; at = sentence.find('{', at + 1))
    names.push_back(sentence.substr(at + 1, sentence.find_first_of("|}", at) - at - 1));
  return names;
}
}  // namespace

TEST_CASE("a row has a sentence, and says its gaps") {
  for (const Kind* kind : kind_rows()) {
    CAPTURE(kind->info.id);
    CHECK(is_well_formed(kind->sentence));
    CHECK((kind->next.empty() || is_well_formed(kind->next)));
    std::string said = std::string(kind->sentence) + std::string(kind->next);
    for (const Wording& wording : kind->wordings) {
      CAPTURE(wording.sentence);
      CHECK(is_well_formed(wording.sentence));
      CHECK((wording.next.empty() || is_well_formed(wording.next)));
      said += "{" + std::string(wording.told_by) + "}" + std::string(wording.sentence) + std::string(wording.next);
    }
    for (const Gap& gap : kind->gaps) {
      CAPTURE(gap.name);
      CHECK(said.find("{" + std::string(gap.name)) != std::string::npos);
    }
    for (const auto name : gaps_of(said)) {
      CAPTURE(name);
      CHECK((name.empty() || explain::is_gap(name, *kind)));
    }
  }
}

// testdata/<id>/<scenario>.log with what must come out beside it: a report of this kind (tests/golden compares them).
TEST_CASE("a row has a golden log") {
  for (const Kind* kind : kind_rows()) {
    if (kind->has(Trait::not_stopped)) continue;  // no line tells it: tests/real/live.py
    const auto folder = std::filesystem::path(TESTDATA) / kind->info.id;
    const auto field = "\"kind\":\"" + std::string(kind->info.id) + "\"";
    CAPTURE(folder);
    REQUIRE(std::filesystem::is_directory(folder));
    bool found = false;
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
      auto log = entry.path();
      if (log.extension() != ".json" || !exists(log.replace_extension(".log"))) continue;
      std::ifstream golden(entry.path());
      const std::string text(std::istreambuf_iterator<char>(golden), {});
      found |= text.find(field) != std::string::npos;
    }
    CHECK(found);
  }
}

TEST_CASE("every trait is a row's; what one row alone may have is one row's") {
  Traits all;
  for (const Kind* kind : kind_rows()) all = all | kind->info.traits;
  for (std::uint32_t bit = 1; bit <= static_cast<std::uint32_t>(Trait::names_helper); bit <<= 1) {
    CAPTURE(bit);
    CHECK(all.has(static_cast<Trait>(bit)));
  }
  for (const Trait one : {Trait::headless, Trait::derives_panic, Trait::not_stopped})
    CHECK(std::ranges::count_if(kind_rows(), [&](const Kind* kind) { return kind->has(one); }) == 1);
}

TEST_CASE("a row's rules have ids of their own") {
  for (const Kind* kind : kind_rows()) {
    std::set<std::string_view> ids;
    for (const Rule& rule : kind->rules) {
      CAPTURE(kind->info.id, rule.id);
      CHECK(ids.insert(rule.id).second);
      CHECK(rule.apply != nullptr);
    }
  }
}

TEST_CASE("every needle is found where it stands") {
  for (const Kind* kind : kind_rows())
    for (const Header& header : kind->headers) {
      CAPTURE(kind->info.id, header.needle);
      REQUIRE((header.needle.size() >= 4 || header.needle.starts_with('[')));
      const std::string line = "x " + std::string(header.needle) + "y";
      bool found = false;
      header_index().find(line, [&](const HeaderHit& hit) { return found |= hit.header == &header && hit.at == 2; });
      CHECK(found);
    }
}

TEST_CASE("a row without headers refines one that has them") {
  for (const Kind* kind : kind_rows()) {
    if (!kind->headers.empty() || kind->has(Trait::headless | Trait::not_stopped)) continue;
    if (kind->refines && kind->refines->has(Trait::headless)) continue;  // told by what is left: kinds/lost_head
    CAPTURE(kind->info.id);
    REQUIRE(kind->refines != nullptr);
    CHECK(kind->claims != nullptr);
    CHECK_FALSE(kind->refines->headers.empty());
  }
}

namespace {
struct Sample {
  const char* line;
  const char* id;
};
}  // namespace

TEST_CASE("a header's sample line opens its kind") {
  const auto sample = GENERATE(values<Sample>({
      {"BUG: kernel NULL pointer dereference, address: 0000000000000008", "null-pointer-dereference"},
      {"BUG: unable to handle kernel NULL pointer dereference at           (null)", "null-pointer-dereference"},
      {"BUG: Kernel NULL pointer dereference on read at 0x00000008", "null-pointer-dereference"},
      {"Unable to handle kernel NULL pointer dereference at virtual address 0000000000000018",
       "null-pointer-dereference"},
      {"BUG: unable to handle page fault for address: ffffc90001234000", "page-fault"},
      {"BUG: unable to handle kernel paging request at ffffeb0400000000", "page-fault"},
      {"BUG: Unable to handle kernel data access on write at 0xc00800000deadbee", "page-fault"},
      {"BUG: Unable to handle kernel instruction fetch", "page-fault"},
      {"Unable to handle kernel paging request at virtual address dead000000000100", "page-fault"},
      {"Unable to handle kernel pointer dereference in virtual kernel address space", "page-fault"},
      {"CPU 1 Unable to handle kernel paging request at virtual address ffff000000000008, epc == ffffffff80101234, ra "
       "== ffffffff80105678",
       "page-fault"},
      {"Unable to handle kernel paging request for data at address 0xc0000000deadbeef", "page-fault"},
      {"trig: Corrupted page table at address 7f1200001000", "page-fault"},
      {"Unhandled fault: imprecise external abort (0x1406) at 0x00000e30", "unhandled-fault"},
      {"Unhandled prefetch abort: breakpoint debug exception (0x002) at 0x00000e30", "unhandled-fault"},
      {"Alignment trap: not handling instruction e1932f9f at [<8028bd58>]", "alignment-fault"},
      {"general protection fault: 0000 [#1] SMP", "general-protection-fault"},
      {"Oops: general protection fault, probably for non-canonical address 0xdead000000000100: 0000 [#1] SMP PTI",
       "general-protection-fault"},
      {"segment-related general protection fault: e030 [#1] SMP", "general-protection-fault"},
      {"stack segment: 0000 [#1] PREEMPT SMP", "stack-segment"},
      {"divide error: 0000 [#1] SMP", "divide-error"},
      {"Oops: divide error: 0000 [#1] SMP", "divide-error"},
      {"int3: 0000 [#1] SMP", "int3"},
      {"invalid opcode: 0000 [#1] SMP", "invalid-opcode"},
      {"control protection: 0003 [#1] SMP", "control-protection"},
      {"traps: overflow: 0000 [#1] SMP", "exception"},
      {"simd exception: 0000 [#1] SMP", "exception"},
      {"BUG: TASK stack guard page was hit at ffffc90000567ff8 (stack is ffffc90000568000..ffffc9000056bfff)",
       "stack-guard"},
      {"BUG: stack guard page was hit at ffffc90000567ff8 (stack is ffffc90000568000..ffffc9000056bfff)",
       "stack-guard"},
      {"Insufficient stack space to handle exception!", "stack-overflow"},
      {"Kernel stack overflow.", "stack-overflow"},
      {"traps: PANIC: double fault, error_code: 0x0", "double-fault"},
      {"kernel BUG at fs/ext4/inode.c:12!", "kernel-bug"},
      {"kernel BUG at lib/list_debug.c:51!", "list-corruption"},
      {"kernel BUG at mm/usercopy.c:101!", "usercopy"},
      {"Kernel BUG at foo+0x1/0x2 [verbose debug info unavailable]", "kernel-bug"},
      {"WARNING: CPU: 1 PID: 115 at fs/x.c:12 foo+0x1/0x2", "warning"},
      {"WARNING: CPU: 1 PID: 115 at lib/refcount.c:28 refcount_warn_saturate+0xba/0x110", "refcount"},
      {"WARNING: CPU: 1 PID: 115 at lib/debugobjects.c:502 debug_print_object+0x6e/0x90", "debug-object"},
      {"WARNING: CPU: 1 PID: 115 at lib/kobject.c:244 kobject_add_internal+0x3f6/0xbc0", "kobject"},
      {"WARNING: CPU: 1 PID: 115 at mm/util.c:591 kvmalloc_node+0x111/0x120", "kmalloc-size"},
      {"WARNING: CPU: 1 PID: 115 at kernel/locking/lockdep.c:704 register_lock_class+0xce6/0x2650", "locking"},
      {"WARNING: CPU: 1 PID: 115 at lib/list_debug.c:29 __list_add_valid+0x1/0x20", "list-corruption-warning"},
      {"WARNING: CPU: 1 PID: 115 at net/sched/sch_generic.c:525 dev_watchdog+0x207/0x210", "netdev-watchdog"},
      {"WARNING: CPU: 1 PID: 115 at drivers/usb/core/urb.c:478 usb_submit_urb+0x1188/0x1460", "usb-urb"},
      {"WARNING: at net/core/dev.c:31 foo+0x2f/0x40 [mod]()", "warning"},
      {"WARNING: [x < y] fs/x.c:12 at foo+0x1/0x2, CPU#0: a/b/115", "warning"},
      {"WARNING: kernel stack regs at ffff8801d100fea8 in trig:115 has bad 'bp' value ffff8801d100ff28", "unwinder"},
      {"watchdog: BUG: soft lockup - CPU#1 stuck for 26s! [kworker/1:2:115]", "soft-lockup"},
      {"NMI watchdog: Watchdog detected hard LOCKUP on cpu 3", "hard-lockup"},
      {"watchdog: CPU 3 self-detected hard LOCKUP @ foo+0x1/0x2", "hard-lockup"},
      {"watchdog: CPU 1 detected hard LOCKUP on other CPUs 3", "hard-lockup"},
      {"smp: csd: Detected non-responsive CSD lock (#1) on CPU#0, waiting 5000000000 ns for CPU#01 "
       "do_nothing+0x0/0x10(0x0).",
       "csd-lockup"},
      {"rcu: INFO: rcu_preempt self-detected stall on CPU", "rcu-stall"},
      {"INFO: rcu_sched detected stalls on CPUs/tasks: { 2 5} (detected by 0, t=21002 jiffies, g=1, c=0, q=0)",
       "rcu-stall"},
      {"rcu: INFO: rcu_preempt detected expedited stalls on CPUs/tasks: { 0-.... } 21 jiffies s: 173 root: 0x1/.",
       "rcu-stall"},
      {"INFO: rcu_tasks detected stalls on tasks:", "rcu-stall"},
      {"INFO: task kworker/0:1:17 blocked for more than 120 seconds.", "hung-task"},
      {"INFO: task trig:115 blocked in I/O wait for more than 120 seconds.", "hung-task"},
      {"INFO: task a blocked:115 can't die for more than 143 seconds.", "hung-task"},
      {"BUG: workqueue lockup - pool cpus=0 node=0 flags=0x0 nice=0 stuck for 32s!", "workqueue-lockup"},
      {"BUG: workqueue leaked lock or atomic: kworker/0:0/0x00000000/4", "workqueue-leak"},
      {"BUG: scheduling while atomic: trig/115/0x00000002", "scheduling-while-atomic"},
      {"BUG: sleeping function called from invalid context at mm/slab.h:446", "sleeping-in-atomic"},
      {"BUG: assuming atomic context at kernel/seccomp.c:271", "not-atomic"},
      {"BUG: using __this_cpu_read() in preemptible [00000000] code: trig/115", "preemptible-per-cpu"},
      {"BUG: spinlock bad magic on CPU#1, trig/115", "spinlock"},
      {"BUG: rwlock wrong owner on CPU#0, trig/115, 00000000c0ffee00", "rwlock"},
      {"irq 16: nobody cared (try booting with the \"irqpoll\" option)", "irq-nobody-cared"},
      {"unregister_netdevice: waiting for lo to become free. Usage count = 2", "netdevice-leak"},
      {"VFS: Busy inodes after unmount of sda1. Self-destruct in 5 seconds.  Have a nice day...", "busy-inodes"},
      {"e1000e 0000:00:1f.6 eth0: NETDEV WATCHDOG: CPU: 2: transmit queue 0 timed out 5432 ms", "transmit-timeout"},
      {"Uhhuh. NMI received for unknown reason 2d on CPU 0.", "nmi"},
      {"Kernel panic - not syncing: no more cookies", "panic"},
      {"Kernel panic - not syncing: stack-protector: Kernel stack is corrupted in: foo+0x7ea/0x7f0", "stack-protector"},
      {"Kernel panic - not syncing: corrupted stack end detected inside scheduler", "stack-end"},
      {"Kernel panic - not syncing: Attempted to kill init! exitcode=0x00000100", "init-killed"},
      {"Kernel panic - not syncing: VFS: Unable to mount root fs on unknown-block(0,0)", "no-root"},
      {"Internal error: synchronous external abort: 96000010 [#1] PREEMPT SMP", "internal-error"},
      {"Oops: 0002 [#1] SMP", "oops"},
      {"Oops - illegal instruction [#1]", "oops"},
      {"Kernel bug detected[#1]:", "bug-trap"},
      {"fixpoint divide exception: 0009 ilc:2 [#1] SMP", "divide-trap"},
      {"illegal operation: 0001 ilc:1 [#1] SMP", "oops"},
      {"Oops: Kernel access of bad area, sig: 11 [#1]", "oops"},
      {"swapper(1): Oops [#1]", "oops"},
  }));
  CAPTURE(sample.line);
  const auto reports = test::read_reports("[    1.000000] " + std::string(sample.line) + "\n");
  REQUIRE(reports.size() == 1);
  CHECK(reports[0].kind->id == sample.id);
}

TEST_CASE("what only looks like a header opens nothing") {
  const auto* line = GENERATE(values<const char*>({
      "rcu: \tRCU CPU stall warnings timeout set to 100 (rcu_cpu_stall_timeout).",
      "INFO: NMI handler (perf_event_nmi_handler) took too long to run: 2.277 msecs",
      "NMI watchdog: Enabled. Permanently consumes one hw-PMU counter.",
      "INFO: task trig:115 is blocked on a mutex likely owned by task holder:12.",
      "WARNING: the mand mount option is being deprecated and",
      "Spectre V2 : WARNING: Unprivileged eBPF is enabled with eIBRS on, data leaks possible",
      "trig[115]: segfault at 0 ip 000055d0c0de sp 00007ffe5 error 4 in trig[55d0c0de+1000]",
      "traps: trig[115] general protection fault ip:55d0c0de sp:7ffe5 error:0 in trig[55d0c0de+1000]",
      "traps: trig[115] trap divide error ip:55d0c0de sp:7ffe5 error:0 in trig[55d0c0de+1000]",
      "Command line: oops=panic panic_on_warn=1",
      "systemd[1]: Listening on debug: 0000 [#1 socket.",
  }));
  CAPTURE(line);
  CHECK(test::read_reports("[    1.000000] " + std::string(line) + "\n").empty());
}
