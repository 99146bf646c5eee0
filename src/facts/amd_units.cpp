// The units of AMD's CPUs from family 17h on (Scalable MCA), by hardware id and type, and the extended error codes of
// those that are common: v6.1 arch/x86/kernel/cpu/mce/amd.c smca_hwid_mcatypes, smca_names; drivers/edac/mce_amd.c
// smca_*_mce_desc.
#include <algorithm>
#include <array>
#include <span>

#include "facts/machine_checks.hpp"

namespace unoops::facts {
namespace {

constexpr std::string_view ls[] = {
    "Load queue parity error",
    "Store queue parity error",
    "Miss address buffer payload parity error",
    "Level 1 TLB parity error",
    "DC Tag error type 5",
    "DC Tag error type 6",
    "DC Tag error type 1",
    "Internal error type 1",
    "Internal error type 2",
    "System Read Data Error Thread 0",
    "System Read Data Error Thread 1",
    "DC Tag error type 2",
    "DC Data error type 1 and poison consumption",
    "DC Data error type 2",
    "DC Data error type 3",
    "DC Tag error type 4",
    "Level 2 TLB parity error",
    "PDC parity error",
    "DC Tag error type 3",
    "DC Tag error type 5",
    "L2 Fill Data error",
};
constexpr std::string_view ls_v2[] = {
    "An ECC error was detected on a data cache read by a probe or victimization",
    "An ECC error or L2 poison was detected on a data cache read by a load",
    "An ECC error was detected on a data cache read-modify-write by a store",
    "An ECC error or poison bit mismatch was detected on a tag read by a probe or victimization",
    "An ECC error or poison bit mismatch was detected on a tag read by a load",
    "An ECC error or poison bit mismatch was detected on a tag read by a store",
    "An ECC error was detected on an EMEM read by a load",
    "An ECC error was detected on an EMEM read-modify-write by a store",
    "A parity error was detected in an L1 TLB entry by any access",
    "A parity error was detected in an L2 TLB entry by any access",
    "A parity error was detected in a PWC entry by any access",
    "A parity error was detected in an STQ entry by any access",
    "A parity error was detected in an LDQ entry by any access",
    "A parity error was detected in a MAB entry by any access",
    "A parity error was detected in an SCB entry state field by any access",
    "A parity error was detected in an SCB entry address field by any access",
    "A parity error was detected in an SCB entry data field by any access",
    "A parity error was detected in a WCB entry by any access",
    "A poisoned line was detected in an SCB entry by any access",
    "A SystemReadDataError error was reported on read data returned from L2 for a load",
    "A SystemReadDataError error was reported on read data returned from L2 for an SCB store",
    "A SystemReadDataError error was reported on read data returned from L2 for a WCB store",
    "A hardware assertion error was reported",
    "A parity error was detected in an STLF, SCB EMEM entry or SRB store data by any access",
};
constexpr std::string_view fetch[] = {
    "Op Cache Microtag Probe Port Parity Error",
    "IC Microtag or Full Tag Multi-hit Error",
    "IC Full Tag Parity Error",
    "IC Data Array Parity Error",
    "Decoupling Queue PhysAddr Parity Error",
    "L0 ITLB Parity Error",
    "L1 ITLB Parity Error",
    "L2 ITLB Parity Error",
    "BPQ Thread 0 Snoop Parity Error",
    "BPQ Thread 1 Snoop Parity Error",
    "L1 BTB Multi-Match Error",
    "L2 BTB Multi-Match Error",
    "L2 Cache Response Poison Error",
    "System Read Data Error",
    "Hardware Assertion Error",
    "L1-TLB Multi-Hit",
    "L2-TLB Multi-Hit",
    "BSR Parity Error",
    "CT MCE",
};
constexpr std::string_view l2_cache[] = {
    "L2M Tag Multiple-Way-Hit error",
    "L2M Tag or State Array ECC Error",
    "L2M Data Array ECC Error",
    "Hardware Assert Error",
};
constexpr std::string_view de[] = {
    "Micro-op cache tag parity error", "Micro-op cache data parity error",        "Instruction buffer parity error",
    "Micro-op queue parity error",     "Instruction dispatch queue parity error", "Fetch address FIFO parity error",
    "Patch RAM data parity error",     "Patch RAM sequencer parity error",        "Micro-op buffer parity error",
    "Hardware Assertion MCA Error",
};
constexpr std::string_view ex[] = {
    "Watchdog Timeout error",
    "Physical register file parity error",
    "Flag register file parity error",
    "Immediate displacement register file parity error",
    "Address generator payload parity error",
    "EX payload parity error",
    "Checkpoint queue parity error",
    "Retire dispatch queue parity error",
    "Retire status queue parity error",
    "Scheduling queue parity error",
    "Branch buffer queue parity error",
    "Hardware Assertion error",
    "Spec Map parity error",
    "Retire Map parity error",
};
constexpr std::string_view fp[] = {
    "Physical register file (PRF) parity error",
    "Freelist (FL) parity error",
    "Schedule queue parity error",
    "NSQ parity error",
    "Retire queue (RQ) parity error",
    "Status register file (SRF) parity error",
    "Hardware assertion",
};
constexpr std::string_view l3_cache[] = {
    "Shadow Tag Macro ECC Error",
    "Shadow Tag Macro Multi-way-hit Error",
    "L3M Tag ECC Error",
    "L3M Tag Multi-way-hit Error",
    "L3M Data ECC Error",
    "SDP Parity Error or SystemReadDataError from XI",
    "L3 Victim Queue Parity Error",
    "L3 Hardware Assertion",
};
constexpr std::string_view cs[] = {
    "Illegal Request",
    "Address Violation",
    "Security Violation",
    "Illegal Response",
    "Unexpected Response",
    "Request or Probe Parity Error",
    "Read Response Parity Error",
    "Atomic Request Parity Error",
    "Probe Filter ECC Error",
};
constexpr std::string_view cs_v2[] = {
    "Illegal Request",
    "Address Violation",
    "Security Violation",
    "Illegal Response",
    "Unexpected Response",
    "Request or Probe Parity Error",
    "Read Response Parity Error",
    "Atomic Request Parity Error",
    "SDP read response had no match in the CS queue",
    "Probe Filter Protocol Error",
    "Probe Filter ECC Error",
    "SDP read response had an unexpected RETRY error",
    "Counter overflow error",
    "Counter underflow error",
};
constexpr std::string_view pie[] = {
    "Hardware Assert",
    "Register security violation",
    "Link Error",
    "Poison data consumption",
    "A deferred error was detected in the DF",
};
constexpr std::string_view umc[] = {
    "DRAM ECC error",
    "Data poison error",
    "SDP parity error",
    "Advanced peripheral bus error",
    "Address/Command parity error",
    "Write data CRC error",
    "DCQ SRAM ECC error",
    "AES SRAM ECC error",
};
constexpr std::string_view umc_v2[] = {
    "DRAM ECC error",
    "Data poison error",
    "SDP parity error",
    "Reserved",
    "Address/Command parity error",
    "Write data parity error",
    "DCQ SRAM ECC error",
    "Reserved",
    "Read data parity error",
    "Rdb SRAM ECC error",
    "RdRsp SRAM ECC error",
    "LM32 MP errors",
};
constexpr std::string_view pb[] = {
    "An ECC error in the Parameter Block RAM array",
};
constexpr std::string_view nbio[] = {
    "ECC or Parity error", "PCIE error", "SDP ErrEvent error", "SDP Egress Poison Error", "IOHC Internal Poison Error",
};

struct Unit {
  unsigned hardware, type;
  std::string_view name;
  MachinePart part;
  std::span<const std::string_view> errors = {};  // by extended code
};
constexpr auto units = std::to_array<Unit>({
    {0xb0, 0x0, "Load Store Unit", MachinePart::core, ls},
    {0xb0, 0x10, "Load Store Unit", MachinePart::core, ls_v2},
    {0xb0, 0x1, "Instruction Fetch Unit", MachinePart::core, fetch},
    {0xb0, 0x2, "L2 Cache", MachinePart::core, l2_cache},
    {0xb0, 0x3, "Decode Unit", MachinePart::core, de},
    {0xb0, 0x5, "Execution Unit", MachinePart::core, ex},
    {0xb0, 0x6, "Floating Point Unit", MachinePart::core, fp},
    {0xb0, 0x7, "L3 Cache", MachinePart::cache, l3_cache},
    {0x2e, 0x0, "Coherent Slave", MachinePart::link, cs},
    {0x2e, 0x1, "Power, Interrupts, etc.", MachinePart::link, pie},
    {0x2e, 0x2, "Coherent Slave", MachinePart::link, cs_v2},
    {0x96, 0x0, "Unified Memory Controller", MachinePart::memory, umc},
    {0x96, 0x1, "Unified Memory Controller v2", MachinePart::memory, umc_v2},
    {0x05, 0x0, "Parameter Block", MachinePart::unknown, pb},
    {0xff, 0x0, "Platform Security Processor", MachinePart::unknown},
    {0xff, 0x1, "Platform Security Processor", MachinePart::unknown},
    {0x01, 0x0, "System Management Unit", MachinePart::unknown},
    {0x01, 0x1, "System Management Unit", MachinePart::unknown},
    {0x01, 0x2, "Microprocessor 5 Unit", MachinePart::unknown},
    {0x01, 0x3, "MPDMA Unit", MachinePart::unknown},
    {0x18, 0x0, "Northbridge IO Unit", MachinePart::link, nbio},
    {0x46, 0x0, "PCI Express Unit", MachinePart::link},
    {0x46, 0x1, "PCI Express Unit", MachinePart::link},
    {0x50, 0x0, "Ext Global Memory Interconnect PCS Unit", MachinePart::link},
    {0x6c, 0x0, "NBIF Unit", MachinePart::unknown},
    {0x80, 0x0, "System Hub Unit", MachinePart::unknown},
    {0xa8, 0x0, "SATA Unit", MachinePart::unknown},
    {0xaa, 0x0, "USB Unit", MachinePart::unknown},
    {0x241, 0x0, "Global Memory Interconnect PCS Unit", MachinePart::link},
    {0x259, 0x0, "Ext Global Memory Interconnect PHY Unit", MachinePart::link},
    {0x267, 0x0, "WAFL PHY Unit", MachinePart::link},
    {0x269, 0x0, "Global Memory Interconnect PHY Unit", MachinePart::link},
});

}  // namespace

// MCA_IPID: the type in bits 63:48, the hardware id in 43:32. The extended code: bits 21:16 of the status.
AmdUnit amd_unit(std::uint64_t ipid, std::uint64_t status) {
  const auto hardware = ipid >> 32 & 0xfff, type = ipid >> 48;
  const auto unit =
      std::ranges::find_if(units, [&](const Unit& u) { return u.hardware == hardware && u.type == type; });
  if (unit == units.end()) return {};
  const auto code = status >> 16 & 0x3f;
  const bool watchdog = unit->errors.data() == ex && code == 0;  // of instructions that don't finish
  return {unit->name, code < unit->errors.size() ? unit->errors[code] : std::string_view(),
          watchdog ? MachinePart::timeout : unit->part};
}

MachinePart amd_part(std::string_view unit) {
  const auto row = std::ranges::find(units, unit, &Unit::name);
  return row == units.end() ? MachinePart::unknown : row->part;
}

}  // namespace unoops::facts
