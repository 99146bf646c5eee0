#include "grammar/pc_kind.hpp"

#include "catch.hpp"
#include "grammar/symbol_ref.hpp"

using namespace unoops;
using namespace unoops::grammar;

namespace {
PcKind kind_of(std::string_view text, std::size_t index = 0) {
  const auto refs = find_symbol_refs(text);
  REQUIRE(refs.size() > index);
  return refs[index].ref.pc;
}
}  // namespace

TEST_CASE("exact: the instruction itself") {
  for (const auto text : {
           "RIP: 0010:f+0x5/0x10",
           "RIP: e030:f+0x5/0x10 [m]",
           "RIP: 0010:[<ffffffff81234567>]  [<ffffffff81234567>] f+0x5/0x10",
           "RIP  [<ffffffff81234567>] f+0x5/0x10",
           "RIP: f+0x5/0x10 RSP: ffffb3c8c1233ca8",
           "EIP: f+0x5/0x10",
           "EIP is at f+0x5/0x10",
           "EIP: [<c1234567>] f+0x5/0x10 SS:ESP 0068:e9dd3efc",
           "IP: [<ffffffff81234567>] f+0x5/0x10",
           "IP: f+0x5/0x10",
           "pc : f+0x5/0x10 [m]",
           "PC is at f+0x5/0x10",
           "epc : f+0x5/0x10",
           "epc   : ffffffff80123456 f+0x5/0x10",
           "NIP [c000000000123456] f+0x5/0x10",
           "Krnl PSW : 0704c00180000000 0000001aa5123456 (f+0x5/0x10)",
           "   ERA: 9000000000123456 f+0x5/0x10",
           "TPC: <f+0x5/0x10>",
           " IAOQ[0]: f+0x5/0x10",
           "PC: [<00012345>] f+0x5/0x10",
           "--- interrupt: 300 at f+0x5/0x10",
           "NMI backtrace for cpu 1 skipped: idling at f+0x5/0x10",
           "watchdog: CPU 2 self-detected hard LOCKUP @ f+0x5/0x10",
           "WARNING: CPU: 0 PID: 12 at a/b.c:13 f+0x5/0x10 [m]",
           "WARNING: a/b.c:13 at f+0x5/0x10, CPU#1: sh/123",
           "WARNING: CPU: 0 PID: 12 at f+0x5/0x10",
           "BUG: KFENCE: use-after-free read in f+0x5/0x10",
           "BUG: KASAN: invalid-access in f+0x5/0x10",
           "CFI failure at f+0x5/0x10 (target: g+0x0/0x10; expected type: 0x12345678)",
           " f+0x5/0x10 (P)",
           " f+0x5/0x10 [m] (PF)",
       })
    CHECK(kind_of(text) == PcKind::exact);
}

TEST_CASE("return addresses") {
  for (const auto text : {
           " f+0x5/0x10",
           " f+0x0/0x10",
           " ? f+0x5/0x10",
           " [<ffffffff81234567>] f+0x0/0x10",
           " f+0x10/0x10",
           "lr : f+0x0/0x10",
           "LR is at f+0x0/0x10",
           "LR [c000000000123456] f+0x0/0x10",
           " ra : f+0x0/0x10",
           "RPC: <f+0x0/0x10>",
           "BUG: KASAN: use-after-free in f+0x0/0x10",
           "BUG: KMSAN: uninit-value in f+0x5/0x10",
           "BUG: KFENCE: memory corruption in f+0x5/0x10",
           "Allocated in f+0x0/0x10 age=1 cpu=0 pid=1",
           "hardirqs last  enabled at (1234): [<ffffffff81234567>] f+0x0/0x10",
           " #0: ffff88800 (rtnl_mutex){+.+.}-{3:3}, at: f+0x0/0x10",
           "Preemption disabled at: [<ffffffff81234567>] f+0x0/0x10",
           "WARNING: at a/b.c:13 f+0x5/0x10()",
           "caller is f+0x5/0x10",
           "[<c0012345>] (g) from [<c0023456>] (f+0x0/0x10)",
           " g from f+0x5/0x10",
           " f+0x5/0x10 (F)",
       })
    CHECK(kind_of(text) == PcKind::return_address);
}

TEST_CASE("pointers: named, not executed") {
  for (const auto text :
       {" ? f+0x0/0x10", " ? f+0x10/0x10", " [<ffffffff81234567>] ? f+0x0/0x10",
        "ODEBUG: free active object type: timer_list hint: f+0x5/0x10", "    function: f+0x5/0x10",
        "     last function: f+0x0/0x10", "pci 0000:00:1f.0: f+0x0/0x10 took 9765 usecs", "calling  f+0x0/0x10 @ 1",
        " ... key      at: [<ffffffff81234567>] f+0x8/0x10", "Stopper: f+0x0/0x10 <- g+0x5/0x10"})
    CHECK(kind_of(text) == PcKind::pointer);
  CHECK(kind_of("Stopper: f+0x0/0x10 <- g+0x0/0x10", 1) == PcKind::return_address);
  CHECK(kind_of("CFI failure at f+0x5/0x10 (target: g+0x4/0x10; expected type: 0x1)", 1) == PcKind::pointer);
}

TEST_CASE("the pc that is printed again as a frame is the same pc") {
  PcContext context;
  const auto feed = [&](std::string_view text) {
    auto refs = find_symbol_refs(text);
    context.correct(text, refs);
    return refs.empty() ? PcKind::pointer : refs.front().ref.pc;
  };
  CHECK(feed("pc : f+0x5/0x10 [m]") == PcKind::exact);
  CHECK(feed("lr : g+0x5/0x10 [m]") == PcKind::return_address);
  CHECK(feed(" f+0x5/0x10 [m]") == PcKind::exact);
  CHECK(feed(" f+0x5/0x10 [m]") == PcKind::return_address);  // recursion: a caller at the same place
  CHECK(feed("RIP: 0010:f+0x0/0x10") == PcKind::exact);
  CHECK(feed(" ? die+0x5/0x10") == PcKind::return_address);
  CHECK(feed(" ? f+0x0/0x10") == PcKind::exact);
  CHECK(feed("Last Breaking-Event-Address:") == PcKind::pointer);
  CHECK(feed(" [<0000001aa5123456>] f+0x5/0x10") == PcKind::exact);
  feed("The buggy address belongs to the variable:");
  CHECK(feed(" array+0x20/0x40") == PcKind::pointer);
  CHECK(feed(" f+0x20/0x40") == PcKind::return_address);
}

TEST_CASE("s390's PSW stands behind an instruction that was not nullified") {
  const auto psw_after = [](std::string_view header) {
    PcContext context;
    std::vector<SymbolRefSpan> refs;
    context.correct(header, refs);
    std::string_view text = "Krnl PSW : 0704c00180000000 0000001aa5123456 (f+0x5/0x10)";
    refs = find_symbol_refs(text);
    context.correct(text, refs);
    const PcKind psw = refs.at(0).ref.pc;
    text = " [<0000001aa5123456>] f+0x5/0x10 ";
    refs = find_symbol_refs(text);
    context.correct(text, refs);
    CHECK(refs.at(0).ref.pc == psw);
    return psw;
  };
  CHECK(psw_after("Oops: 0004 ilc:3 [#1] SMP") == PcKind::exact);
  CHECK(psw_after("Oops: 003b ilc:2 [#1] SMP") == PcKind::exact);
  CHECK(psw_after("monitor event: 0040 ilc:2 [#1] SMP") == PcKind::return_address);
  CHECK(psw_after("fixpoint divide exception: 0009 ilc:2 [#1] SMP") == PcKind::return_address);
  CHECK(psw_after("WARNING: CPU: 0 PID: 1 at a.c:1 g+0x1/0x2") == PcKind::return_address);
  CHECK(psw_after("NMI watchdog: something else") == PcKind::exact);
}
