// Registers and code that stand in rows, and lines that two architectures print nearly alike.
#include "../kinds/read_reports.hpp"
#include "arch/arch.hpp"
#include "catch.hpp"

namespace unoops::test {

TEST_CASE("powerpc: the rows of registers, and a call of nothing") {
  // v6.1 arch/powerpc/kernel/process.c __show_regs, show_instructions
  const auto r = read_report(R"(BUG: Unable to handle kernel instruction fetch (NULL pointer?)
Faulting instruction address: 0x00000000
Oops: Kernel access of bad area, sig: 11 [#1]
LE PAGE_SIZE=64K MMU=Radix SMP NR_CPUS=2048 NUMA pSeries
CPU: 0 PID: 116 Comm: demo Not tainted 6.1.0 #1
NIP:  0000000000000000 LR: c008000000210ba0 CTR: 0000000000000000
REGS: c000000004903600 TRAP: 0400   Not tainted  (6.1.0)
MSR:  8000000040009033 <SF,EE,ME,IR,DR,RI,LE>  CR: 2800844a  XER: 2004011e
CFAR: c008000000210b9c IRQMASK: 0
GPR00: c008000000210ba0 c0000000049038a0 c008000000248100 c000000003120500
GPR04: c008000000220ab2 000000000000000b 000000006c3e2d64 0000000000000001
NIP [0000000000000000] 0x0
LR [c008000000210ba0] demo_call+0x68/0xa0 [demo]
Call Trace:
[c0000000049038a0] [c008000000210b7c] demo_call+0x44/0xa0 [demo] (unreliable)
[c000000004903910] [c008000000210440] demo_dispatch+0x1f8/0x2b0 [demo]
Instruction dump:
XXXXXXXX XXXXXXXX XXXXXXXX XXXXXXXX XXXXXXXX XXXXXXXX XXXXXXXX XXXXXXXX
---[ end trace 0000000000000000 ]---
)");
  REQUIRE(r.reg("GPR01"));
  CHECK(r.reg("GPR01")->value == 0xc0000000049038a0);
  REQUIRE(r.reg("GPR07"));
  CHECK(r.reg("GPR07")->value == 1);
  REQUIRE(stack_of(r, "pc"));
  CHECK(stack_of(r, "pc")->frames.front().ref.address == 0u);
  CHECK(symbols_of(r, "lr") == "demo_call");
}

TEST_CASE("s390x: the rows of code") {
  // v6.1 arch/s390/kernel/dis.c show_code
  const auto r = read_report(R"(Unable to handle kernel pointer dereference in virtual kernel address space
Failing address: 0000000000000000 TEID: 0000000000000483
Oops: 0004 ilc:3 [#1] SMP
CPU: 0 PID: 112 Comm: demo Not tainted 6.1.0 #1
Krnl PSW : 0704c00180000000 000003ff7fe2a032 (demo_store+0x3a/0x58 [demo])
           R:0 T:1 IO:1 EX:1 Key:0 M:1 W:0 P:0 AS:3 CC:0 PM:0 RI:0 EA:3
Krnl GPRS: 000000000000000f 0000000000000026 0000000000000026 000003ff7fe2d79f
           000003ff7fe2a032 0000000000668540 0000000003088840 0000037ffff4fb78
           0000000000000007 0000000002ba7c00 0000000000000007 fffffffffffffff4
           0000000002afda00 0000000000000070 000003ff7fe2a032 0000037ffff4f8b8
Krnl Code: 000003ff7fe2a022: c02000001bb7	larl	%r2,000003ff7fe2d790
           000003ff7fe2a028: 4130b030		la	%r3,48(%r11)
          #000003ff7fe2a02c: c0e5fffffc2e	brasl	%r14,000003ff7fe29888
          >000003ff7fe2a032: e3a0b0300024	stg	%r10,48(%r11)
           000003ff7fe2a038: a7290000		lghi	%r2,0
Call Trace:
 [<000003ff7fe2a032>] demo_store+0x3a/0x58 [demo]
---[ end trace 0000000000000000 ]---
)");
  CHECK(r.registers.size() == 17);  // and the mask of the PSW
  CHECK(r.reg("psw.mask"));
  CHECK(r.code.bytes.size() == 26);
  CHECK(r.code.fault_offset == 16u);
}

TEST_CASE("arm: pc and lr are values, their symbols stand before") {
  // v6.1 arch/arm/kernel/process.c __show_regs
  const auto r = read_report(R"(Unable to handle kernel NULL pointer dereference at virtual address 00000000
Internal error: Oops: 5 [#1] SMP ARM
CPU: 0 PID: 110 Comm: demo Not tainted 6.1.0 #1
PC is at demo_peek+0x14/0x3c [demo]
LR is at demo_store+0x2c/0x50 [demo]
pc : [<bf0031c0>]    lr : [<bf003224>]    psr: 60000013
sp : e0a51e78  ip : e0a51e88  fp : e0a51e84
 demo_peek [demo] from demo_store+0x2c/0x50 [demo]
---[ end trace 0000000000000000 ]---
)");
  CHECK(std::ranges::count(r.stacks, "pc", &Stack::label) == 1);
  CHECK(symbols_of(r, "pc") == "demo_peek");
  REQUIRE(r.reg("pc"));
  CHECK(r.reg("pc")->value == 0xbf0031c0);
}

TEST_CASE("a file's machine is one row's alone") {
  for (const arch::Arch* row : arch::arch_rows()) {
    INFO(row->info.id);
    for (const auto machine : {row->info.elf_machine, row->elf_machine_32})
      if (machine != 0) CHECK(arch::row_of_machine(machine) == row);
  }
}

}  // namespace unoops::test
