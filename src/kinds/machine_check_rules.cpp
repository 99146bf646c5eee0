#include "kinds/machine_check_rules.hpp"

#include <algorithm>
#include <array>
#include <optional>

#include "facts/guests.hpp"
#include "facts/machine_checks.hpp"
#include "grammar/scanner.hpp"
#include "kinds/sentence.hpp"
#include "report/fact_names.hpp"

namespace unoops::kinds {
namespace {

// What is left of a machine check when its lines are read.
struct Check {
  const Report& report;
  std::uint64_t status = 0;
  CpuVendor vendor = CpuVendor::unknown;
  MachinePart part = MachinePart::unknown;
  bool corrected() const { return report.fact(fact::uncorrected).empty(); }
  bool has(std::uint64_t bits) const { return status & bits; }
};

std::uint64_t number_of(const Report& r, FactName name) {
  std::uint64_t value = 0;
  Scanner(r.fact(name)).hex(value);
  return value;
}

MachinePart part_of(const Report& r, const Check& c) {
  const auto unit = r.fact(fact::unit);
  int bank = -1;
  Scanner(r.fact(fact::bank)).dec(bank);
  if (unit.empty()) return machine_error(static_cast<unsigned>(c.status & 0xffff), c.vendor).part;
  if (const auto by_id = amd_unit(number_of(r, fact::ipid), c.status); !by_id.name.empty()) return by_id.part;
  const auto by_name = facts::amd_part(unit);
  return by_name == MachinePart::unknown ? old_amd_unit(bank, c.status).part : by_name;
}

Check check_of(const Report& r) {
  Check c{.report = r, .status = number_of(r, fact::status)};
  c.vendor = r.fact(fact::unit).empty() ? vendor_of(r.fact(fact::processor)) : CpuVendor::amd;
  c.part = part_of(r, c);
  return c;
}

// "SOCKET 1" of the line with the processor
std::string socket_of(const Report& r) {
  for (const auto& message : r.messages) {
    Scanner s(message);
    int socket = 0;
    if (s.skip_to("PROCESSOR ") && s.skip_to(" SOCKET ") && s.dec(socket)) return "socket " + std::to_string(socket);
  }
  return {};
}

// SDM 16.3.2.4: IA32_MCi_MISC bits 5:0 say how many low bits of the address are not known, 8:6 what address it is.
std::string address_words(const Check& c) {
  const auto& address = c.report.fault.address;
  if (!address || !c.has(facts::address_valid)) return {};
  const auto text = hex(*address);
  if (c.vendor == CpuVendor::amd)
    return c.report.fact(fact::unit).starts_with("Unified Memory Controller")
               ? "the address " + text + " is the memory controller's own count, not the system's"
               : "the address is " + text;
  if (c.vendor != CpuVendor::intel || !c.has(facts::misc_valid)) return "the address is " + text;
  static constexpr std::array<std::string_view, 4> modes = {"segment offset", "linear address", "physical address",
                                                            "address in the memory module"};
  const auto misc = number_of(c.report, fact::misc);
  const auto mode = misc >> 6 & 7, unknown_bits = misc & 0x3f;
  constexpr std::uint64_t page_bits = 12;
  return "the " + std::string(mode < modes.size() ? modes[mode] : "address") + " is " + text +
         (unknown_bits && unknown_bits <= page_bits ? ", known to " + std::to_string(1ull << unknown_bits) + " bytes"
                                                    : "");
}

// AMD: v6.1 drivers/edac/amd64_edac.c find_umc_channel, decode_umc_error.
std::string place_words(const Check& c) {
  if (c.part != MachinePart::memory || !facts::hypervisor_of(c.report).empty()) return {};
  std::string out = socket_of(c.report);
  const auto ipid = number_of(c.report, fact::ipid);
  if (ipid && c.report.fact(fact::unit).starts_with("Unified Memory Controller")) {
    out += (out.empty() ? "" : ", ") + std::string("memory channel ") + std::to_string((ipid & 0xffffffff) >> 20);
    if (!c.report.fact(fact::syndrome).empty())
      out += ", chip select " + std::to_string(number_of(c.report, fact::syndrome) & 7);
    return out;
  }
  const auto detail = c.report.fact(fact::detail);
  const auto channel = detail.find("channel ");
  if (channel == std::string_view::npos) return out;
  return out + (out.empty() ? "" : ", ") + std::string(detail.substr(channel));
}

// What the bits mean for what comes next.
std::string verdict(const Check& c) {
  constexpr std::uint64_t action_required = 1ull << 55;
  if (c.has(facts::context_corrupt))
    return "the processor's context is corrupt: what the CPU holds can't be trusted, so nothing can go on there";
  if (c.vendor == CpuVendor::amd && c.has(facts::amd_poison))
    return "data that was marked as bad before was used (poison)";
  if (c.vendor == CpuVendor::intel && c.has(facts::not_corrected) && c.has(action_required))
    return "bad data was about to be used: the program that asked for it can't go on (action required)";
  if (facts::is_over_threshold(c.status) && c.vendor == CpuVendor::intel)
    return "there were more corrected errors than the hardware's own threshold allows (yellow)";
  return {};
}

// Other CPUs and banks that told of the same exception.
std::string others(const Report& r) {
  std::string text;
  for (const auto& message : r.messages) {
    Scanner s(message);
    std::string_view cpu, number;
    int told_by = -1;
    if (is_polled_check(message) || !s.skip_to("CPU ") || !s.until(": Machine Check", cpu) || !s.skip_to(" Bank ") ||
        !s.until(":", number) || (Scanner(cpu).dec(told_by) && told_by == r.cpu && number == r.fact(fact::bank)))
      continue;
    text += (text.empty() ? "told also by CPU " : ", CPU ") + std::string(cpu) + " (bank " + std::string(number) + ")";
  }
  return text;
}

// "RIP !INEXACT! 10:<ffffffff87ce5fff>" (v6.1 arch/x86/kernel/cpu/mce/core.c __print_mce: EIPV is not set)
bool is_inexact(const Report& r) {
  return std::ranges::any_of(r.messages,
                             [](const std::string& line) { return line.find("RIP !INEXACT! ") != std::string::npos; });
}

// "recovery action for dirty LRU page: Recovered", "Sending SIGBUS to java:1234 due to hardware memory corruption"
void tell_recovery(const Report& r, Explanation& e, std::string_view id) {
  static constexpr std::string_view evidence = "the line \"Memory failure\"";
  for (const auto& message : r.messages) {
    Scanner s(message);
    std::string_view page, what, task;
    if (!s.lit("Memory failure: ") || !s.until(": ", page)) continue;
    if (s.lit("recovery action for ") && s.until(": ", what))
      add_certain(e, id,
                  "the kernel tried to take the page " + std::string(page) + " (" + std::string(what) +
                      ") out of use: " + std::string(s.rest()),
                  std::string(evidence));
    else if (s.lit("Sending SIGBUS to ") && s.until(" due to", task))
      add_certain(e, id, "the program " + std::string(task) + " used that memory: it got SIGBUS",
                  std::string(evidence));
  }
}

void next_of_memory(const Check& c, Explanation& e) {
  const auto place = place_words(c);
  const auto where = place.empty() ? std::string() : " (" + place + ")";
  if (!c.corrected())
    return add_step(e, "memory is failing" + where +
                           ": find the module's slot by EDAC, rasdaemon or the firmware's event log, and replace the "
                           "module");
  if (c.has(facts::overflowed) || facts::is_over_threshold(c.status) || !machine_check_errors(c.report).empty())
    return add_step(e, "plan to replace the memory module" + where +
                           ": it fails again and again; EDAC, rasdaemon or the firmware's event log tell its slot");
  add_step(e, "one corrected error needs no action; if more come from the same module" + where + ", replace it");
}

// What was used had been bad before: the unit that noticed it is not the one that broke.
bool came_from_elsewhere(const Check& c) {
  constexpr std::uint64_t action_required = 1ull << 55;
  return c.vendor == CpuVendor::amd
             ? c.has(facts::amd_poison)
             : c.vendor == CpuVendor::intel && c.has(action_required) && !c.has(facts::context_corrupt);
}

void next_uncorrected(const Check& c, Explanation& e) {
  if (came_from_elsewhere(c) && c.part != MachinePart::memory)
    return add_step(e,
                    "the bad data came from memory or another cache: look for an error of a memory controller at the "
                    "same time (EDAC, rasdaemon, the firmware's event log), and replace that module");
  switch (c.part) {
    case MachinePart::core:
    case MachinePart::cache:
      return add_step(e, "no software does this: update firmware and microcode; if it happens again, replace the CPU");
    case MachinePart::link:
      return add_step(
          e,
          "no software error: look for PCIe errors (AER) and the firmware's event log; then CPU seat, board "
          "and the device that was accessed");
    case MachinePart::timeout:
      return add_step(e,
                      "something did not answer in time: look for a device that hangs (PCIe errors, the firmware's "
                      "event log), then for firmware and microcode updates, overclocking and power saving states; then "
                      "replace CPU or board");
    case MachinePart::memory:
      return next_of_memory(c, e);
    case MachinePart::unknown:
      break;
  }
  if (c.has(facts::context_corrupt))
    add_step(e, "no software does this: replace the hardware (CPU or board; the firmware's event log may tell which)");
}

}  // namespace

bool is_polled_check(std::string_view line) {
  return line.find("Machine Check: ") != std::string_view::npos ||
         line.find("Machine Check Exception: 0 Bank ") != std::string_view::npos;
}

std::string machine_check_errors(const Report& r) {
  const auto count = r.fact(fact::count);
  if (count.empty() || count == "1") return {};
  const bool more = number_of(r, fact::status) & facts::overflowed;
  return (more ? "at least " : "") + std::string(count) + " hardware errors";
}

// AMD's deferred errors; of Intel's those that need no action, or an optional one: memory and write-backs alone have
// them (SDM 16.9.3).
std::string unused_data(const Report& r) {
  constexpr std::uint64_t action_required = 1ull << 55;
  const auto c = check_of(r);
  if (r.headline.find("Deferred error") != std::string::npos ||
      (c.vendor == CpuVendor::amd && c.has(facts::amd_deferred) && !c.has(facts::not_corrected)))
    return "deferred";
  const bool data = c.part == MachinePart::memory || c.part == MachinePart::cache;
  if (c.vendor == CpuVendor::intel && data && c.has(facts::not_corrected) &&
      !c.has(facts::context_corrupt | action_required))
    return c.has(1ull << 56) ? "action optional" : "no action required";
  return {};
}

std::string broken(const Report& r) { return fill("[{unit}: ]{error-code}[: {detail}]", r); }

bool tell_guest(const Report& r, Explanation& e, std::string_view id) {
  const auto hypervisor = facts::hypervisor_of(r);
  if (hypervisor.empty()) return false;
  add_certain(e, id,
              "this machine is a guest (" + std::string(hypervisor) +
                  "): the error is the host's, passed on to it, or was injected",
              "the hypervisor or the machine's name in the log");
  add_step(e, "look at the host's own log and hardware; a guest has no part that could be replaced");
  return true;
}

void tell_machine_check(const Report& r, Explanation& e, std::string_view id) {
  const auto c = check_of(r);
  static constexpr std::string_view bits = "the bits of the bank's status";
  if (!r.fact(fact::status_bits).empty()) {
    const auto model = c.status >> 16 & 0xffff;
    const bool tells_model = c.vendor == CpuVendor::intel && model;
    add_certain(e, id,
                fill("[bank {bank}, ][status {status}: ]{status-bits}", r) +
                    (tells_model ? "; the CPU model's own code is " + hex(model) : ""),
                std::string(bits));
  }
  if (c.has(facts::overflowed) && !r.fact(fact::status_bits).empty())
    add_certain(e, id, "overflow: there were more errors than the bank could keep, and those are lost",
                "the status's overflow bit");
  if (const auto words = verdict(c); !words.empty()) add_certain(e, id, words, std::string(bits));
  if (const auto words = place_words(c); !words.empty())
    add_certain(e, id, "it is " + words, "the bank's code and the line with the processor");
  if (const auto words = address_words(c); !words.empty()) add_certain(e, id, words, "the bank's address and MISC");
  if (is_inexact(r))
    add_certain(e, id, "RIP is only where the CPU was when it was told (INEXACT): that code did not cause it",
                "the kernel's own mark on RIP");
  if (const auto words = others(r); !words.empty()) add_certain(e, id, words, "their own lines");
  tell_recovery(r, e, id);
  if (!r.fact(fact::previous_boot).empty() && !c.corrected())
    add_likely(e, id, "it may be why the machine was reset", "the kernel's word that it is of the boot before");
}

void next_broken_part(const Report& r, Explanation& e, std::string_view) {
  if (tell_guest(r, e, "guest")) return;
  const auto c = check_of(r);
  if (!c.corrected()) return next_uncorrected(c, e);
  if (c.part == MachinePart::memory) return next_of_memory(c, e);
  if (c.has(facts::overflowed) || !machine_check_errors(r).empty())
    add_step(e,
             "if the errors go on, rasdaemon or the firmware's event log tell which part to replace before it fails");
  else if (r.fact(fact::previous_boot).empty())
    add_step(e, "a few corrected errors need no action; if they become frequent, rasdaemon shows where");
}

}  // namespace unoops::kinds
