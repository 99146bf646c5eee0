#include "parse/boots.hpp"

#include <algorithm>
#include <array>
#include <string>

#include "base/text.hpp"
#include "grammar/scanner.hpp"

namespace unoops::parse {
namespace {

// Time that falls back by more than this is a replay or a new boot, because the clocks of two CPUs differ by less (v6.1
// kernel/sched/clock.c).
constexpr std::int64_t backward_step_us = 5'000'000;
// A boot's first lines carry no more than this.
constexpr std::int64_t early_us = 2'000'000;

constexpr std::string_view banner_start = "Linux version ";

// "Linux version 6.1.0-56-amd64 (debian-kernel@lists.debian.org) (gcc-12 ...) #1 SMP PREEMPT_DYNAMIC Debian 6.1.192-2
// (2026-..)"
std::optional<Kernel> read_banner(std::string_view text) {
  Scanner s(text);
  std::string_view release;
  if (!s.lit(banner_start) || !s.word(release)) return std::nullopt;
  Kernel kernel;
  kernel.release = release;
  kernel.banner = trim(text);
  if (const auto at = s.rest().rfind(" #"); at != std::string_view::npos)
    kernel.version = trim(s.rest().substr(at + 1));
  return kernel;
}

// What a boot says of itself and the machine.
struct Told {
  std::string_view start;
  std::string Kernel::*field;
};
constexpr auto told = std::to_array<Told>({
    {"Command line: ", &Kernel::command_line},         // "console=ttyS0": x86 (v6.1 arch/x86/kernel/setup.c)
    {"Kernel command line: ", &Kernel::command_line},  // all (v6.1 init/main.c)
    // "QEMU Standard PC (i440FX + PIIX, 1996), BIOS 1.16.2-1 04/01/2014" (v6.1 drivers/firmware/dmi_scan.c dmi_setup)
    {"DMI: ", &Kernel::machine},
    // "KVM" (v6.1 arch/x86/kernel/cpu/hypervisor.c init_hypervisor_platform)
    {"Hypervisor detected: ", &Kernel::hypervisor},
});

// Most lines begin with the first letter of none of them.
bool may_tell(std::string_view text) {
  return !text.empty() && (text.front() == banner_start.front() || std::ranges::any_of(told, [&](const Told& row) {
                             return row.start.front() == text.front();
                           }));
}

void take_told(std::string_view text, Kernel& kernel) {
  for (const auto& row : told) {
    if (!text.starts_with(row.start)) continue;
    const auto words = trim(text.substr(row.start.size()));
    if (!words.empty()) kernel.*row.field = words;
  }
}

}  // namespace

void Boots::see(const Kernel& of_report) {
  if (!kernel_.release.empty()) return;
  const auto own = std::exchange(kernel_, of_report);
  take_boot(own, kernel_);
}

void Boots::take_boot(const Kernel& from, Kernel& to) {
  to.command_line = from.command_line;
  to.machine = from.machine;
  to.hypervisor = from.hypervisor;
}

void Boots::restart() {
  ++number_;
  has_banner_ = false;
  kernel_ = {};
  last_time_.reset();
}

bool Boots::falls_back(const std::optional<std::int64_t>& time_us) const {
  return time_us && last_time_ && *time_us + backward_step_us < *last_time_ && *time_us < early_us;
}

bool Boots::read(const LogLine& line) {
  const auto text = trim_left(line.text);
  const bool tells = may_tell(text);
  bool starts = false;
  if (auto kernel = tells ? read_banner(text) : std::nullopt) {
    // The same banner twice at time 0: an early console and then the real one printed it.
    const bool again =
        has_banner_ && kernel->banner == kernel_.banner && last_time_ && *last_time_ < early_us && line.time_us == 0;
    starts = has_lines_ && !again && (has_banner_ || last_time_.value_or(0) > early_us);
    if (starts) restart();
    has_banner_ = true;
    kernel_ = std::move(*kernel);
  } else if (falls_back(line.time_us)) {
    starts = true;
    restart();
  }
  if (tells) take_told(text, kernel_);
  has_lines_ = true;
  if (line.time_us) last_time_ = line.time_us;
  return starts;
}

}  // namespace unoops::parse
