// What the codes of machine checks say. Intel: SDM volume 3B, chapter 16 (Machine-Check Architecture), 16.9
// "Interpreting the MCA error codes". AMD: APM volume 2, chapter 9; the units and their extended codes: v6.1
// arch/x86/kernel/cpu/mce/amd.c smca_hwid_mcatypes, drivers/edac/mce_amd.c smca_*_mce_desc (the PPRs' words).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/rooms.hpp"

namespace unoops::facts {

// Whose bits and codes they are.
enum class CpuVendor { unknown, intel, amd };
// By "PROCESSOR 0:306f2": v6.1 arch/x86/include/asm/processor.h X86_VENDOR_*.
CpuVendor vendor_of(std::string_view processor);
// AMD's units tell themselves (MCA_IPID) since family 17h; to family 16h the bank's number tells the unit.
bool has_amd_units(std::string_view processor);

// What is to be looked at, and perhaps replaced.
enum class MachinePart {
  unknown,
  memory,  // the module, its slot, or the controller's channel
  core,    // a unit or cache within a CPU
  cache,   // a cache that CPUs share
  link,    // between CPUs, or to devices
  timeout  // something did not answer in time
};

struct MachineError {
  std::string_view name;  // the class: "memory controller error"; empty: no code that is known
  std::string detail;     // "reading memory, channel 1"
  MachinePart part = MachinePart::unknown;
};
// The low 16 bits of a bank's status.
MachineError machine_error(unsigned code, CpuVendor);

struct AmdUnit {
  std::string_view name;  // "Unified Memory Controller"
  std::string_view error;
  MachinePart part = MachinePart::unknown;
};
// By MCA_IPID and the bank's status; without a name where the unit is not known.
AmdUnit amd_unit(std::uint64_t ipid, std::uint64_t status);
// By the name that the kernel prints.
MachinePart amd_part(std::string_view unit);
// Bank and status of a family before 17h.
AmdUnit old_amd_unit(int bank, std::uint64_t status);

// The bits of a bank's status, "valid, uncorrected, ...": those that the vendors use differently where it is known.
std::string status_words(std::uint64_t status, CpuVendor);
// Bits that explanations ask for.
inline constexpr std::uint64_t overflowed = 1ull << 62, not_corrected = 1ull << 61, misc_valid = 1ull << 59,
                               address_valid = 1ull << 58, context_corrupt = 1ull << 57;
// AMD: bad data that nothing has used yet, or that something used.
inline constexpr std::uint64_t amd_deferred = 1ull << 44, amd_poison = 1ull << 43;
// Intel: of corrected errors, the hardware's own threshold was passed (bits 54:53 are "yellow").
constexpr bool is_over_threshold(std::uint64_t status) { return !(status & not_corrected) && (status >> 53 & 3) == 2; }

}  // namespace unoops::facts
