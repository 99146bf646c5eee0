// Two CPUs that print at once, without caller ids: the order in which a dump is printed tells whose line it is.
#include <algorithm>
#include <string>
#include <vector>

#include "../kinds/read_reports.hpp"
#include "catch.hpp"

namespace unoops::test {
namespace {

const std::vector<std::string> page_fault = {
    "CPU: 1 PID: 500 Comm: alpha Not tainted 4.20.0+ #1",
    "Hardware name: QEMU",
    "RIP: 0010:alpha_find+0x11/0x80",
    "Code: 55 53 <48> 8b 50 30 c3",
    "RSP: 0018:ffffc90001000c50 EFLAGS: 00010002",
    "RAX: 000000fe00000400 RBX: ffff888200000008 RCX: 0000000000000001",
    "RDX: 0000000000000002 RSI: 0000000000000003 RDI: 0000000000000004",
    "CR2: 000000fe00000430 CR3: 0000000200000000 CR4: 00000000001406e0",
    "Call Trace:",
    " alpha_walk+0x7f/0x100",
};
const std::vector<std::string> double_fault = {
    "CPU: 0 PID: 0 Comm: swapper/0 Not tainted 4.20.0+ #1",
    "Hardware name: QEMU",
    "RIP: 0010:beta_send+0x10e/0x3e0",
    "Code: 53 41 55 <50> e8 00 00 00 00",
    "RSP: 0018:ffff888200001000 EFLAGS: 00010282",
    "RAX: 0000000000000000 RBX: ffffc90002000540 RCX: ffff8881e0000050",
    "RDX: 00000000000000dd RSI: 0000000000000000 RDI: 0000000000000000",
    "CR2: ffff888200000ff8 CR3: 0000000200000000 CR4: 00000000001406f0",
    "Call Trace:",
    " beta_top+0x3c/0x80",
};

std::uint64_t value_of(const Report& r, std::string_view name) {
  const auto* reg = r.reg(name);
  return reg ? reg->value : 0;
}

bool has_defect(const Report& r, DefectKind kind) {
  return std::ranges::find(r.defects, kind, &Defect::kind) != r.defects.end();
}

std::vector<std::string> symbols_of(const Stack& stack) {
  std::vector<std::string> out;
  for (const auto& frame : stack.frames) out.push_back(frame.ref.symbol);
  return out;
}

}  // namespace

TEST_CASE("two dumps line by line: each keeps its registers, code and frames") {
  std::string log =
      "[    1.000000] BUG: unable to handle kernel paging request at 000000fe00000430\n"
      "[    1.000001] PGD 0 P4D 0\n"
      "[    1.000002] Oops: 0000 [#1] PREEMPT SMP\n"
      "[    1.000003] PANIC: double fault, error_code: 0x0\n";
  for (std::size_t i = 0; i < page_fault.size(); ++i)
    log += "[    1.000010] " + page_fault[i] + "\n[    1.000111] " + double_fault[i] + "\n";
  const auto reports = read_reports(log);
  REQUIRE(reports.size() == 2);
  const auto &first = reports[0], &second = reports[1];
  CHECK(first.comm == "alpha");
  CHECK(value_of(first, "RAX") == 0xfe00000400);
  CHECK(value_of(first, "RDX") == 2);
  CHECK(value_of(first, "CR2") == 0xfe00000430);
  CHECK(first.code.bytes.size() == 7);
  REQUIRE(stack_of(first, "Call Trace"));
  CHECK(stack_of(first, "Call Trace")->frames.front().ref.symbol == "alpha_walk");
  CHECK(second.comm == "swapper/0");
  CHECK(value_of(second, "RSP") == 0xffff888200001000);
  CHECK(value_of(second, "RDX") == 0xdd);
  CHECK(second.code.bytes.size() == 9);
  REQUIRE(stack_of(second, "Call Trace"));
  CHECK(stack_of(second, "Call Trace")->frames.front().ref.symbol == "beta_top");
}

TEST_CASE("registers between the lines of a report that prints none are another report's") {
  const auto reports = read_reports(
      "[    1.000000] FAULT_INJECTION: forcing a failure.\n"
      "[    1.000000] name failslab, interval 1, probability 0, space 0, times 0\n"
      "[    1.000001] CPU: 0 PID: 7 Comm: gamma Not tainted 4.15.0+ #2\n"
      "[    1.000002] Call Trace:\n"
      "[    1.000003]  dump_stack+0x194/0x257\n"
      "[    1.000004] general protection fault: 0000 [#1] SMP KASAN\n"
      "[    1.000005]  should_fail+0x8c0/0xa40\n"
      "[    1.000006] Dumping ftrace buffer:\n"
      "[    1.000007]  should_failslab+0xec/0x120\n"
      "[    1.000008]    (ftrace buffer empty)\n"
      "[    1.000009]  gamma_alloc+0x5a/0x750\n"
      "[    1.000010] Modules linked in:\n"
      "[    1.000011] CPU: 1 PID: 8 Comm: delta Not tainted 4.15.0+ #2\n"
      "[    1.000012]  gamma_dump+0x545/0xcf0\n"
      "[    1.000013] RIP: 0010:delta_table+0x132d/0x1a30\n"
      "[    1.000014]  gamma_top+0x1/0x2\n"
      "[    1.000015] RSP: 0018:ffff8801d30d6728 EFLAGS: 00010246\n"
      "[    1.000016] RAX: 0000000000000000 RBX: ffff8801ac392080 RCX: ffffffff84db22a1\n"
      "[    1.000017] Call Trace:\n"
      "[    1.000018]  delta_top+0x1/0x2\n"
      "[    1.000019] Code: \n"
      "[    1.000020] Free swap  = 0kB\n"
      "[    1.000021] 53 41 \n"
      "[    1.000022] Total swap = 0kB\n"
      "[    1.000023] 55 <48> 8b 03 c3 \n");
  REQUIRE(reports.size() == 2);
  const auto& injected = reports[0];
  CHECK(injected.kind->id == "fault-injection");
  CHECK(injected.registers.empty());
  REQUIRE(stack_of(injected, "Call Trace"));
  CHECK(stack_of(injected, "Call Trace")->frames.size() == 6);
  const auto& died = reports[1];
  CHECK(died.comm == "delta");
  CHECK(value_of(died, "RBX") == 0xffff8801ac392080);
  CHECK(died.code.bytes == std::vector<std::uint8_t>{0x53, 0x41, 0x55, 0x48, 0x8b, 0x03, 0xc3});
  CHECK(died.code.fault_offset == 3u);
}

TEST_CASE("a panic belongs to the caller that died") {
  const auto reports = read_reports(
      "[    1.000000][   T10] BUG: unable to handle kernel paging request at ffffe8ffffe00000\n"
      "[    1.000001][   T10] Oops: 0000 [#1] PREEMPT SMP\n"
      "[    1.000002][   T10] CPU: 0 PID: 10 Comm: alpha Not tainted 5.0.0+ #1\n"
      "[    1.000003][   T11] BUG: unable to handle kernel paging request at ffffe9048f3cce38\n"
      "[    1.000004][   T11] Oops: 0000 [#2] PREEMPT SMP\n"
      "[    1.000005][   T11] CPU: 1 PID: 11 Comm: beta Not tainted 5.0.0+ #1\n"
      "[    1.000006][   T10] Kernel panic - not syncing: Fatal exception\n"
      "[    1.000007][   T11] RIP: 0010:beta_send+0x10e/0x3e0\n"
      "[    1.000008][   T11] RSP: 0018:ffff88806b61fd18 EFLAGS: 00010092\n"
      "[    1.000009][   T11] R13: ffff88812c2d8dc0 R14: 0000000000000cc0 R15: ffffe8ffffd04830\n");
  REQUIRE(reports.size() == 2);
  CHECK(reports[0].panic);
  CHECK_FALSE(reports[1].panic);
  CHECK(value_of(reports[1], "R15") == 0xffffe8ffffd04830);
}

TEST_CASE("the panic that follows names the task of a warning's first line") {
  const auto reports = read_reports(
      "[    1.000000] WARNING: CPU: 0 PID: 5944 at ./include/net/sock.h:1508 strp_data_ready+0x2b7/0x390\n"
      "[    1.000001] Kernel panic - not syncing: panic_on_warn set ...\n"
      "[    1.000002] \n"
      "[    1.000003] CPU: 0 PID: 5944 Comm: alpha Not tainted 4.15.0+ #1\n"
      "[    1.000004] Call Trace:\n"
      "[    1.000005]  panic+0x1e4/0x41c\n");
  REQUIRE(reports.size() == 1);
  CHECK(reports[0].comm == "alpha");
}

TEST_CASE("s390 prints its code row by row, the row that faulted marked") {
  const auto reports = read_reports(
      "[    3.478353] Unable to handle kernel pointer dereference in virtual kernel address space\n"
      "[    3.478432] Failing address: 0000000000000000 TEID: 0000000000000483\n"
      "[    3.478650] Oops: 0004 ilc:2 [#1] SMP \n"
      "[    3.478916] CPU: 0 PID: 112 Comm: alpha Not tainted 6.1.0 #1\n"
      "[    3.479085] Krnl PSW : 0704e00180000000 000003ff7fe32654 (alpha_find+0x1c/0x20 [alpha])\n"
      "[    3.479522] Krnl GPRS: 000000000000000f 000003ff7fe32638 0000000002bad540 0000000000000000\n"
      "[    3.480023] Krnl Code: 000003ff7fe3264a: a7290000\t\tlghi\t%r2,0\n"
      "[    3.480023]           #000003ff7fe3264e: 07fe\t\tbcr\t15,%r14\n"
      "[    3.480023]           >000003ff7fe32650: 0707\t\tbcr\t0,%r7\n"
      "[    3.480023]            000003ff7fe32652: 0707\t\tbcr\t0,%r7\n"
      "[    3.480507] Call Trace:\n"
      "[    3.480760]  [<000003ff7fe32654>] alpha_find+0x1c/0x20 [alpha] \n");
  REQUIRE(reports.size() == 1);
  CHECK(reports[0].code.bytes.size() == 10);
  CHECK(reports[0].code.fault_offset == 6u);
}

TEST_CASE("one line has the pc of a 32-bit ARM and its link register") {
  const auto reports = read_reports(
      "[    1.000000] Unable to handle kernel paging request at virtual address 0c0c9ca0\n"
      "[    1.000000] Internal error: Oops: 5 [#1] PREEMPT\n"
      "[    1.000000] CPU: 0    Not tainted  (2.6.32 #22)\n"
      "[    1.000000] PC is at alpha_map+0x70/0x2c0\n"
      "[    1.000000] LR is at alpha_queue+0x2c/0xa4\n"
      "[    1.000000] pc : [<c01751ac>]    lr : [<c025a42c>]    psr: 80000013\n"
      "[    1.000000] sp : c23e1db0  ip : c3cf8848  fp : c23e1df4\n");
  REQUIRE(reports.size() == 1);
  REQUIRE(reports[0].arch);
  CHECK(reports[0].arch->id == "arm");
  CHECK(value_of(reports[0], "pc") == 0xc01751ac);
  CHECK(value_of(reports[0], "lr") == 0xc025a42c);
}

TEST_CASE("powerpc prints its registers by rows") {
  const auto reports = read_reports(
      "[    2.201000] BUG: Kernel NULL pointer dereference on read at 0x00000008\n"
      "[    2.201000] Faulting instruction address: 0xc0080000006c0708\n"
      "[    2.201000] Oops: Kernel access of bad area, sig: 11 [#1]\n"
      "[    2.201000] CPU: 0 PID: 116 Comm: alpha Not tainted 6.1.0 #1\n"
      "[    2.201000] NIP:  c0080000006c0708 LR: c0080000006c0754 CTR: c000000000dcac00\n"
      "[    2.201000] GPR00: c0080000006c0754 c0000000045e3950 c0080000006f8100 c0000000030ed514 \n"
      "[    2.201000] GPR08: c0080000006d0a04 0000000000000000 0000000000000001 c0080000006c4d50 \n"
      "[    2.201000] NIP [c0080000006c0708] alpha_find+0x10/0x48\n");
  REQUIRE(reports.size() == 1);
  CHECK(value_of(reports[0], "GPR01") == 0xc0000000045e3950);
  CHECK(reports[0].reg("GPR09"));
  CHECK(value_of(reports[0], "GPR10") == 1);
}

TEST_CASE("a call of nothing is the caller's, whom the link register names") {
  const auto powerpc = read_reports(
      "[    2.131903] BUG: Unable to handle kernel instruction fetch (NULL pointer?)\n"
      "[    2.131934] Faulting instruction address: 0x00000000\n"
      "[    2.132180] Oops: Kernel access of bad area, sig: 11 [#1]\n"
      "[    2.132693] CPU: 0 PID: 116 Comm: alpha Not tainted 6.1.0 #1\n"
      "[    2.132893] NIP:  0000000000000000 LR: c008000000210ba0 CTR: 0000000000000000\n"
      "[    2.133476] NIP [0000000000000000] 0x0\n"
      "[    2.133734] LR [c008000000210ba0] alpha_call+0x68/0xa0\n"
      "[    2.134181] Call Trace:\n"
      "[    2.134235] [c0000000049038a0] [c008000000210b7c] alpha_call+0x44/0xa0 (unreliable)\n"
      "[    2.134335] [c000000004903910] [c008000000210440] alpha_top+0x1f8/0x2b0\n");
  REQUIRE(powerpc.size() == 1);
  CHECK(powerpc[0].title == "BUG: unable to handle kernel NULL pointer dereference in alpha_call");
  CHECK(powerpc[0].fault.access == Access::execute);
  const auto arm64 = read_reports(
      "[    3.010000] Unable to handle kernel NULL pointer dereference at virtual address 0000000000000000\n"
      "[    3.010001]   ESR = 0x0000000086000006\n"
      "[    3.010002] Internal error: Oops: 0000000086000006 [#1] SMP\n"
      "[    3.010003] CPU: 0 PID: 117 Comm: alpha Not tainted 6.1.0 #1\n"
      "[    3.010004] pc : 0x0\n"
      "[    3.010005] lr : alpha_call+0x54/0x70\n"
      "[    3.010006] sp : ffff800008243c10\n"
      "[    3.010007] Call trace:\n"
      "[    3.010008]  0x0\n"
      "[    3.010009]  alpha_top+0x78/0xd0\n");
  REQUIRE(arm64.size() == 1);
  CHECK(arm64[0].title == "BUG: unable to handle kernel NULL pointer dereference in alpha_call");
}

namespace {

// Two warnings of one function by turns, as a slow console hands itself over (lab: k612-dual-warn).
constexpr std::string_view two_warnings =
    "[    2.686113] ------------[ cut here ]------------\n"
    "[    2.686456] WARNING: CPU: 0 PID: 171 at drivers/demo/ctx.c:195 demo_racer+0x8a/0xb0 [demo]\n"
    "[    2.686852] Modules linked in: demo(OE)\n"
    "[    2.687062]  demo_aux(OE) ext4 crc32c_generic\n"
    "[    2.688767] ------------[ cut here ]------------\n"
    "[    2.689507] WARNING: CPU: 1 PID: 172 at drivers/demo/ctx.c:193 demo_racer+0x72/0xb0 [demo]\n"
    "[    2.689612] Modules linked in: demo(OE) demo_aux(OE) ext4 crc32c_generic\n"
    "[    2.689750]  mbcache\n"
    "[    2.689900]  mbcache\n"
    "[    2.690059] CPU: 1 UID: 0 PID: 172 Comm: racer/1 Tainted: G        W  OE      6.12.117 #1  Debian 6.12\n"
    "[    2.690136] CPU: 0 UID: 0 PID: 171 Comm: racer/0 Tainted: G        W  OE      6.12.117 #1  Debian 6.12\n"
    "[    2.690217] RIP: 0010:demo_racer+0x8a/0xb0 [demo]\n"
    "[    2.690363] RIP: 0010:demo_racer+0x72/0xb0 [demo]\n"
    "[    2.690452] Code: 85 c0 <0f> 0b 83 c3\n"
    "[    2.690677] Code: 40 83 <0f> 0b 16 c1\n"
    "[    2.690801] RSP: 0018:ffffceab80473ee0 EFLAGS: 00000246\n"
    "[    2.690853] RSP: 0018:ffffceab80483ee0 EFLAGS: 00000286\n"
    "[    2.691036] Call Trace:\n"
    "[    2.691042]  <TASK>\n"
    "[    2.691050]  kthread+0xd2/0x100\n"
    "[    2.691221] Call Trace:\n"
    "[    2.691225]  <TASK>\n"
    "[    2.691382]  ret_from_fork+0x34/0x50\n"
    "[    2.691509]  kthread+0xd2/0x100\n"
    "[    2.692099]  ret_from_fork_asm+0x1a/0x30\n"
    "[    2.692273]  ret_from_fork+0x34/0x50\n"
    "[    2.692470]  </TASK>\n"
    "[    2.692622]  ret_from_fork_asm+0x1a/0x30\n"
    "[    2.692716] ---[ end trace 0000000000000000 ]---\n"
    "[    2.692925]  </TASK>\n"
    "[    2.693096] ---[ end trace 0000000000000000 ]---\n";

}  // namespace

TEST_CASE("two warnings of one function by turns: each trace is whole") {
  const auto reports = read_reports(two_warnings);
  REQUIRE(reports.size() == 2);
  for (const auto& report : reports) {
    REQUIRE(stack_of(report, "Call Trace"));
    CHECK(symbols_of(*stack_of(report, "Call Trace")) ==
          std::vector<std::string>{"kthread", "ret_from_fork", "ret_from_fork_asm"});
    CHECK_FALSE(report.corrupted);  // the header names the culprit
  }
  CHECK(reports[0].pid == 171);
  CHECK(value_of(reports[0], "RSP") == 0xffffceab80473ee0);
  CHECK(value_of(reports[1], "RSP") == 0xffffceab80483ee0);
  CHECK(reports[0].modules.size() == reports[1].modules.size());
}

TEST_CASE("where two reports expect the same frame, both say so") {
  const auto reports = read_reports(
      "[    1.000000] INFO: task alpha:500 blocked for more than 120 seconds.\n"
      "[    1.000001]       Not tainted 6.1.0 #1\n"
      "[    1.000002] task:alpha state:D stack:0 pid:500 ppid:1 flags:0x00000000\n"
      "[    1.000003] Call Trace:\n"
      "[    1.000004] BUG: sleeping function called from invalid context at mm/demo.c:12\n"
      "[    1.000005] in_atomic(): 1, irqs_disabled(): 0, non_block: 0, pid: 501, name: beta\n"
      "[    1.000006] CPU: 1 PID: 501 Comm: beta Not tainted 6.1.0 #1\n"
      "[    1.000007] Call Trace:\n"
      "[    1.000008]  beta_sleep+0x1/0x20\n"
      "[    1.000100]  alpha_wait+0x1/0x20\n"
      "[    1.000200]  beta_top+0x1/0x20\n");
  REQUIRE(reports.size() == 2);
  for (const auto& report : reports) CHECK(has_defect(report, DefectKind::interleaved));
}

TEST_CASE("the error code and CR2 tell two page faults apart") {
  const auto reports = read_reports(
      "[    1.000000] BUG: kernel NULL pointer dereference, address: 0000000000000008\n"
      "[    1.000001] BUG: unable to handle page fault for address: ffffc90001234000\n"
      "[    1.000002] #PF: error_code(0x0002) - not-present page\n"
      "[    1.000003] #PF: error_code(0x0000) - not-present page\n"
      "[    1.000004] Oops: 0000 [#1] PREEMPT SMP\n"
      "[    1.000005] Oops: 0002 [#2] PREEMPT SMP\n");
  REQUIRE(reports.size() == 2);
  for (const auto& report : reports) {
    CHECK(report.die_number);
  }
  CHECK(has_defect(reports[0], DefectKind::truncated));
  CHECK(has_defect(reports[1], DefectKind::no_end));
  CHECK(reports[0].fault.error_code != reports[1].fault.error_code);
}

TEST_CASE("a caller that prints a report of its own gives no line to another one") {
  const auto reports = read_reports(
      "[    1.000000][  T101] WARNING: CPU: 0 PID: 101 at drivers/demo/demo.c:88 demo_pack+0x4d/0x60 [demo]\n"
      "[    1.000001][  T102] WARNING: CPU: 1 PID: 102 at drivers/demo/demo.c:99 demo_send+0x4d/0x60 [demo]\n"
      "[    1.000002][  T101] CPU: 0 PID: 101 Comm: alpha Not tainted 6.1.0 #1\n"
      "[    1.000003][  T101] Call Trace:\n"
      "[    1.000004][  T101]  alpha_top+0x1/0x20\n"
      "[    1.000005][  T102]  <TASK>\n"
      "[    1.000006][  T102]  beta_top+0x1/0x20\n"
      "[    1.000007][  T101]  alpha_end+0x1/0x20\n");
  REQUIRE(!reports.empty());
  REQUIRE(stack_of(reports[0], "Call Trace"));
  CHECK(symbols_of(*stack_of(reports[0], "Call Trace")) == std::vector<std::string>{"alpha_top", "alpha_end"});
  CHECK_FALSE(has_defect(reports[0], DefectKind::interleaved));
}

TEST_CASE("a sanitizer's report does not die") {
  const auto reports = read_reports(
      "[    1.000000] ==================================================================\n"
      "[    1.000001] BUG: KCSAN: data-race in demo_get / demo_put\n"
      "[    1.000002] divide error: 0000 [#1] PREEMPT SMP\n"
      "[    1.000003] CPU: 1 PID: 12 Comm: beta Not tainted 6.1.0 #1\n"
      "[    1.000004] RIP: 0010:beta_find+0x1/0x20\n");
  REQUIRE(reports.size() == 2);
  CHECK_FALSE(reports[0].die_number);
  CHECK(reports[1].comm == "beta");
}

TEST_CASE("two messages on a line: that the first may have lost its end is told") {
  const auto reports = read_reports(
      "[    1.000000] BUG: kernel NULL pointer dereference, address: 0000000000000008\n"
      "[    1.000001] Oops: 0002 [#1] PREEMPT SMP\n"
      "[    1.000002] CPU: 1 PID: 12 Comm: beta Not tainted 6.1.0 #1\n"
      "[    1.000003] RIP: 001[    1.000004] Code: 48 89 <48> 8b 03\n"
      "[    1.000005] RSP: 0018:ffffceab80473ee0 EFLAGS: 00000246\n"
      "[    1.000006] Call Trace:\n"
      "[    1.000007]  beta_top+0x1/0x20\n"
      "[    1.000008] ---[ end trace 0000000000000000 ]---\n");
  REQUIRE(reports.size() == 1);
  CHECK(has_defect(reports[0], DefectKind::garbled));
  CHECK(reports[0].corrupted);  // the pc was to name the culprit
}

TEST_CASE("a program's registers belong to the trace that came from it, not to the oops that awaits its own") {
  const auto reports = read_reports(
      "[    1.000000] BUG: unable to handle kernel paging request at ffffffff0001eea6\n"
      "[    1.000100] ==================================================================\n"
      "[    1.000101] BUG: KASAN: use-after-free in tree_first+0x7c/0xa0\n"
      "[    1.000102] Read of size 8 at addr ffff8801d92ca840 by task demo/5\n"
      "[    1.000103] CPU: 0 PID: 5 Comm: demo Not tainted 4.15.0 #97\n"
      "[    1.000104] Call Trace:\n"
      "[    1.000105]  kasan_report+0x23b/0x360\n"
      "[    1.000106]  tree_first+0x7c/0xa0\n"
      "[    1.000107]  group_join+0x120/0x2d0\n"
      "[    1.000108]  entry_SYSCALL_64_fastpath+0x29/0xa0\n"
      "[    1.000109] RIP: 0033:0x452cf9\n"
      "[    1.000110] RSP: 002b:00007f88b463ac58 EFLAGS: 00000212 ORIG_RAX: 0000000000000036\n"
      "[    1.000111] RAX: ffffffffffffffda RBX: 000000000071bea0 RCX: 0000000000452cf9\n"
      "[    1.000112] ==================================================================\n"
      "[    1.000400] IP: tree_last+0x8d/0x260\n"
      "[    1.000401] Oops: 0002 [#1] SMP KASAN\n"
      "[    1.000402] CPU: 1 PID: 6 Comm: other Tainted: G    B             4.15.0 #97\n"
      "[    1.000403] RIP: 0010:tree_last+0x8d/0x260\n"
      "[    1.000404] RSP: 0018:ffff8801c1d17998 EFLAGS: 00010246\n"
      "[    1.000405] RAX: 0000000000000001 RBX: 1ffff100383a2f36 RCX: ffffffff0001ee66\n"
      "[    1.000406] Call Trace:\n"
      "[    1.000407]  tree_put+0x20/0x40\n");
  REQUIRE(reports.size() == 2);
  CHECK(value_of(reports[0], "RBX") == 0x1ffff100383a2f36);
  CHECK(reports[0].title == "BUG: unable to handle kernel paging request in tree_last");
  CHECK(reports[1].registers.empty());
  CHECK(reports[1].user_registers.size() >= 4);
}

TEST_CASE("a die header is the report's whose error code it names") {
  const auto reports = read_reports(
      "[    1.000000] BUG: kernel NULL pointer dereference, address: 0000000000000008\n"
      "[    1.000001] #PF: error_code(0x0000) - not-present page\n"
      "[    1.000002] BUG: unable to handle page fault for address: ffff888200000ff8\n"
      "[    1.000003] #PF: error_code(0x0002) - not-present page\n"
      "[    1.000004] Oops: 0000 [#1] PREEMPT SMP\n"
      "[    1.000005] Oops: 0002 [#2] PREEMPT SMP\n");
  REQUIRE(reports.size() == 2);
  CHECK(reports[0].die_number == 1);
  CHECK(reports[1].die_number == 2);
}

}  // namespace unoops::test
