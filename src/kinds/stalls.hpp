// What the kinds about CPUs that do not come back share.
#pragma once

#include <array>
#include <string>

#include "base/rooms.hpp"
#include "kinds/kind.hpp"

namespace unoops::kinds {

// Who waits for other CPUs is not to blame for them: all such stalls are named alike (kernel/smp.c).
inline constexpr auto stall_names = std::to_array<CulpritName>({
    {"smp_call_function", "smp_call_function"},
    {"csd_lock_wait", "smp_call_function"},
});

// "in foo_spin", "in foo_timer, a soft interrupt", "in stop_machine, where it waits for other CPUs"; empty: not known.
std::string doing(const Report&);
inline constexpr Gap doing_gap{"doing", doing};
// Where interrupts took most of the CPU's time: "99%".
std::string storm(const Report&);
inline constexpr Gap storm_gap{"storm", storm};
inline constexpr auto stall_gaps = std::to_array<Gap>({doing_gap});

// What to look for: a loop, a lock, the CPU that is waited for, or none of them where the CPU only idled.
void tell_loop(const Report&, Explanation&, std::string_view id);
void tell_loop_without_interrupts(const Report&, Explanation&, std::string_view id);

// A lock of a memory dump that CPUs spin on: which, and who may hold it.
void tell_spinning(const Report&, const DumpedLock&, Explanation&, std::string_view id);

// Where the CPU spent its time, by the watchdog's samples.
void tell_cpu_time(const Report&, Explanation&, std::string_view id);
// Which CPU saw that another one is stuck.
void tell_detector(const Report&, Explanation&, std::string_view id);

inline constexpr auto stall_rules = std::to_array<Rule>({{"cpu-time", tell_cpu_time}, {"next-stall", tell_loop}});
inline constexpr auto hard_stall_rules = std::to_array<Rule>(
    {{"cpu-time", tell_cpu_time}, {"seen-by", tell_detector}, {"next-stall", tell_loop_without_interrupts}});

}  // namespace unoops::kinds
