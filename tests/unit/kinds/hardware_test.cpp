// Written after v6.1 arch/x86/kernel/cpu/mce/core.c, drivers/edac/edac_mc.c, drivers/acpi/apei/ghes.c,
// drivers/pci/pcie/aer.c, drivers/iommu, drivers/tty/sysrq.c, lib/fault-inject.c.
#include "catch.hpp"
#include "read_reports.hpp"
#include "report/fact_names.hpp"

using namespace unoops::test;
using namespace unoops;

TEST_CASE("machine checks: the status decides how bad it is; the panic belongs to it") {
  const auto fatal = read_report(
      "[    3.649912] mce: [Hardware Error]: CPU 0: Machine Check Exception: 5 Bank 1: be00000000000005\n"
      "[    3.652054] mce: [Hardware Error]: RIP !INEXACT! 10:<ffffffff87ce5fff> {pv_native_safe_halt+0xf/0x20}\n"
      "[    3.653168] mce: [Hardware Error]: TSC 2b46813b1 ADDR 1234000 MISC 8c \n"
      "[    3.653253] mce: [Hardware Error]: PROCESSOR 2:60fb1 TIME 1795384108 SOCKET 0 APIC 0 microcode 1000065\n"
      "[    3.653572] mce: [Hardware Error]: Machine check: Processor Context Corrupt\n"
      "[    3.653600] Kernel panic - not syncing: Fatal local machine check\n");
  CHECK(kind_of(fatal) == "machine-check");
  CHECK(fatal.severity == Severity::fatal);
  CHECK(fatal.title == "machine check: internal parity");
  CHECK(fatal.fact(report::fact::bank) == "1");
  CHECK(fatal.fact(report::fact::status_bits).find("processor context corrupt") != std::string_view::npos);
  CHECK(fatal.fault.address == 0x1234000u);
  CHECK(fatal.fact(report::fact::severity_text) == "Processor Context Corrupt");
  REQUIRE(fatal.panic);
  const auto corrected = read_report("mce: [Hardware Error]: CPU 8: Machine Check: 0 Bank 7: 8c00004000010090\n");
  CHECK(kind_of(corrected) == "machine-check-corrected");
  CHECK(corrected.severity == Severity::notice);
  CHECK(corrected.title == "corrected machine check: memory controller error");
  CHECK(read_reports("mce: CPU supports 20 MCE banks\nCPU 3: Machine Check\n").empty());
}

TEST_CASE("EDAC and GHES: corrected is a notice, uncorrected an error") {
  CHECK(read_report("EDAC MC0: 1 CE memory read error on DIMM_A1 (channel:1 slot:0 page:0x12345 offset:0x0 grain:32 "
                    "syndrome:0x0)\n")
            .severity == Severity::notice);
  const auto ue =
      read_report("EDAC MC0: 1 UE memory read error on DIMM_A1 (channel:1 slot:0 page:0x12345 offset:0x0 grain:32)\n");
  CHECK(ue.severity == Severity::error);
  CHECK(ue.fact(report::fact::dimm) == "DIMM_A1");
  const auto ghes = read_report(
      "{1}[Hardware Error]: Hardware error from APEI Generic Hardware Error Source: 4\n{1}[Hardware Error]: event "
      "severity: recoverable\n"
      "{1}[Hardware Error]:  Error 0, type: recoverable\n{1}[Hardware Error]:   section_type: memory "
      "error\n{1}[Hardware Error]:   physical_address: 0x0000000812345000\n");
  CHECK(kind_of(ghes) == "hardware-error");
  CHECK(ghes.title == "hardware error: memory error");
  CHECK(ghes.fault.address == 0x812345000u);
  CHECK(read_reports("EDAC MC: Ver: 3.0.0\nEDAC MC0: Giving out device to module skx_edac\n").empty());
}

TEST_CASE("AER: one event, several lines") {
  const auto r = read_report(
      "[   10.000000] pcieport 0000:00:1c.0: AER: Corrected error message received from 0000:00:1c.0\n"
      "[   10.000010] pcieport 0000:00:1c.0: PCIe Bus Error: severity=Corrected, type=Physical Layer, (Receiver ID)\n"
      "[   10.000020] pcieport 0000:00:1c.0:   device [8086:a110] error status/mask=00000001/00002000\n"
      "[   10.000030] pcieport 0000:00:1c.0:    [ 0] RxErr                  (First)\n");
  CHECK(kind_of(r) == "pcie-error-corrected");
  CHECK(r.severity == Severity::notice);
  CHECK(r.fact(report::fact::device) == "0000:00:1c.0");
  CHECK(r.fact(report::fact::error) == "RxErr");
  CHECK(r.line_last == 4);
  const auto bad = read_report(
      "nvme 0000:01:00.0: PCIe Bus Error: severity=Uncorrected (Non-Fatal), type=Transaction Layer, (Requester ID)\n");
  CHECK(bad.severity == Severity::error);
  CHECK(bad.title == "PCIe error: Transaction Layer");
}

TEST_CASE("IOMMU faults") {
  const auto intel = read_report(
      "DMAR: [DMA Read NO_PASID] Request device [00:1f.0] fault addr 0xfe000 [fault reason 0x06] PTE Read access is "
      "not set\n");
  CHECK(intel.title == "IOMMU fault: DMAR DMA Read NO_PASID");
  CHECK(intel.fault.address == 0xfe000u);
  CHECK(intel.fact(report::fact::device) == "00:1f.0");
  const auto amd = read_report(
      "AMD-Vi: Event logged [IO_PAGE_FAULT device=0000:01:00.0 domain=0x000a address=0xfe000 flags=0x0000]\n");
  CHECK(amd.fact(report::fact::device) == "0000:01:00.0");
  CHECK(amd.fault.address == 0xfe000u);
  CHECK(read_reports("DMAR: Host address width 39\nDMAR: DRHD base: 0x000000fed90000 flags: 0x0\n").empty());
}

TEST_CASE("sysrq: a dump is a notice with the tasks' stacks, other actions are nothing") {
  const auto r = read_report(
      "sysrq: Show Blocked State\ntask:my comm         state:D stack:0     pid:115   ppid:1      "
      "flags:0x00004002\nCall Trace:\n <TASK>\n __schedule+0x34d/0xa00\n"
      " demo_wait+0x5b/0x80\n </TASK>\ntask:other           state:D stack:0     pid:116   ppid:1      "
      "flags:0x00004002\nCall Trace:\n <TASK>\n __schedule+0x34d/0xa00\n </TASK>\n");
  CHECK(kind_of(r) == "sysrq-dump");
  CHECK(r.severity == Severity::notice);
  CHECK(r.title == "sysrq: Show Blocked State");
  CHECK(symbols_of(r, "task my comm:115") == "__schedule demo_wait");
  CHECK(symbols_of(r, "task other:116") == "__schedule");
  CHECK(
      read_reports("sysrq: HELP : loglevel(0-9) reboot(b) crash(c)\nsysrq: Emergency Sync\nsysrq: Changing Loglevel\n")
          .empty());
}

TEST_CASE("an injected failure is no bug") {
  const auto r = read_report(
      "FAULT_INJECTION: forcing a failure.\nname failslab, interval 1, probability 0, space 0, times 0\nCPU: 0 PID: 1 "
      "Comm: x Not tainted 6.1.0 #1\nCall Trace:\n"
      " should_fail_ex+0x1/0x2\n __should_failslab+0x124/0x180\n demo_open+0x10/0x20\n");
  CHECK(kind_of(r) == "fault-injection");
  CHECK(r.severity == Severity::notice);
  CHECK(r.fact(report::fact::name) == "failslab");
}
