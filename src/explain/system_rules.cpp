// Memory that ran out, hardware that reports errors, panics and their reasons.
#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <vector>

#include "base/text.hpp"
#include "explain/rule.hpp"
#include "explain/sentence.hpp"

namespace unoops::explain {
namespace {

struct Task {
  std::uint64_t pages = 0;
  std::string name;
  long score = 0;
};

// "[    115]     0   115    43516    43242   389120        0             0 hog": uid tgid total_vm rss pgtables
// swapents oom_score_adj name; since v6.8 rss_anon, rss_file and rss_shmem stand behind rss.
std::vector<Task> tasks_of(const Report& r) {
  std::vector<Task> tasks;
  bool split = false;
  for (const auto& message : r.messages) {
    auto text = trim(message);
    if (text.find("rss_anon") != std::string_view::npos) split = true;
    if (!text.starts_with('[') || text.find(']') == std::string_view::npos) continue;
    text = trim(text.substr(text.find(']') + 1));
    std::array<long, 10> columns{};
    const std::size_t wanted = split ? 10 : 7;
    std::size_t count = 0;
    for (; count < wanted; ++count) {
      text = trim_left(text);
      const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), columns[count]);
      if (error != std::errc()) break;
      text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    }
    if (count == wanted && columns[3] >= 0)
      tasks.push_back({static_cast<std::uint64_t>(columns[3]), std::string(trim(text)), columns[wanted - 1]});
  }
  std::ranges::stable_sort(tasks, std::ranges::greater{}, &Task::pages);
  return tasks;
}

std::string megabytes(std::uint64_t pages) { return std::to_string(pages * 4 / 1024) + " MB"; }

void consumers(const Report& r, Explanation& e, std::string_view id) {
  if (r.kind->id != "oom-kill") return;
  const auto tasks = tasks_of(r);
  if (tasks.size() < 2) return;
  std::string text = "the largest of " + std::to_string(tasks.size()) + " tasks: ";
  for (std::size_t i = 0; i < tasks.size() && i < 3; ++i)
    text += (i ? ", " : "") + tasks[i].name + " " + megabytes(tasks[i].pages);
  add_finding(e, id, text);
  const auto victim = r.fact("victim");
  const auto at = std::ranges::find(tasks, victim, &Task::name);
  if (at != tasks.end() && at != tasks.begin() && at->score > 0)
    add_finding(e, id, std::string(victim) + " was chosen for its oom_score_adj of " + std::to_string(at->score));
}

std::optional<std::uint64_t> count_in(const Report& r, std::string_view words, bool behind) {
  for (const auto& message : r.messages) {
    const auto text = trim(message);
    const auto at = text.find(words);
    if (at == std::string_view::npos || (!behind && at + words.size() != text.size())) continue;
    const auto digits = behind ? text.substr(at + words.size()) : text;
    std::uint64_t count = 0;
    if (std::from_chars(digits.data(), digits.data() + digits.size(), count).ec == std::errc()) return count;
  }
  return std::nullopt;
}

// "65406 pages RAM", "12718 pages reserved", " free:627 free_pcp:55", " slab_reclaimable:2406 slab_unreclaimable:1664"
// (v6.1 mm/page_alloc.c show_free_areas, lib/show_mem.c), where pages have 4 kB.
void memory(const Report& r, Explanation& e, std::string_view id) {
  if (r.kind->id != "oom-kill" || !r.arch || r.arch->page_size != 4096) return;
  const auto pages = count_in(r, " pages RAM", false), kept = count_in(r, " pages reserved", false),
             left = count_in(r, "free:", true), slab = count_in(r, "slab_unreclaimable:", true);
  if (!pages || !kept || *kept > *pages) return;
  const auto usable = *pages - *kept;
  std::string text = "of " + megabytes(usable) + " usable memory";
  if (left) text += ", " + megabytes(*left) + " were free";
  if (slab) text += ", the kernel's own objects took " + megabytes(*slab);
  add_finding(e, id, text);
  if (slab && *slab * 3 > usable)
    add_step(e, "the kernel's own objects fill the memory: slabtop, or kmemleak, tells which");
}

void limit(const Report& r, Explanation& e, std::string_view id) {
  if (r.kind->id != "oom-kill") return;
  const auto constraint = r.fact("constraint");
  if (constraint == "CONSTRAINT_MEMCG" || r.fact("memcg") == "yes") {
    add_finding(e, id, fill("not the machine ran out, but the control group[ {oom-memcg}] reached its limit", r));
    add_step(e, "raise the group's memory.max, or find what grows in it");
  } else if (constraint == "CONSTRAINT_CPUSET" || constraint == "CONSTRAINT_MEMORY_POLICY") {
    add_finding(e, id, "only some memory nodes were allowed: the others may have had room");
  } else if (r.fact("swap-total") == "0kB") {
    add_finding(e, id, "the machine has no swap");
  } else if (r.fact("swap-free") == "0kB") {
    add_finding(e, id, "swap is full");
  }
}

void order(const Report& r, Explanation& e, std::string_view id) {
  if (r.kind->id != "page-allocation-failure") return;
  int order = 0;
  const auto digits = r.fact("order");
  std::from_chars(digits.data(), digits.data() + digits.size(), order);
  if (order > 3) {
    add_finding(e, id, std::to_string((4ull << order)) + " kB in one piece: memory may be free, but not side by side");
    add_step(e, "a driver that needs no contiguous memory should use kvmalloc() or vmalloc()");
  }
  if (r.fact("gfp-mask").find("GFP_ATOMIC") != std::string_view::npos)
    add_finding(e, id, "the caller could not wait (GFP_ATOMIC), and must cope with failure");
}

bool bit(const Report& r, std::string_view word) { return r.fact("status-bits").find(word) != std::string_view::npos; }

void machine_check(const Report& r, Explanation& e, std::string_view id) {
  if (!r.kind->id.starts_with("machine-check")) return;
  if (const auto bits = r.fact("status-bits"); !bits.empty())
    add_finding(e, id, fill("[bank {bank}, ][status {status}: ]{status-bits}", r));
  if (bit(r, "overflow")) add_finding(e, id, "there were more errors than the bank could keep");
  const bool uncorrected = r.fact("uncorrected") == "yes";
  if (uncorrected && bit(r, "processor context corrupt"))
    add_step(e, "no software does this: replace the hardware (CPU or board; memory where the error code says so)");
  else if (uncorrected && r.fact("error-code") == "memory controller error")
    add_step(e, "memory is failing: find the module by EDAC or rasdaemon and replace it");
  else if (!uncorrected)
    add_step(e, "one corrected error is harmless; if they become frequent, rasdaemon shows where");
}

void next_hardware(const Report& r, Explanation& e, std::string_view) {
  if (r.kind->id == "irq-nobody-cared")
    add_step(
        e, "one of the devices on this line raises it, and its driver (see the handlers) does not know it as its own");
  if (r.kind->id == "iommu-fault")
    add_step(e,
             "look for a buffer that the device's driver unmaps or frees while the device still uses it; else suspect "
             "the device or its firmware");
  if (r.kind->id == "hardware-error-corrected" && !r.fact("dimm").empty())
    add_step(e, "one corrected error is harmless; if more come from " + std::string(r.fact("dimm")) + ", replace it");
  if (r.kind->id == "hardware-error" && !r.fact("dimm").empty())
    add_step(e, "replace the memory module: " + std::string(r.fact("dimm")));
  if (r.kind->id == "pcie-error" || r.kind->id == "pcie-error-corrected")
    add_step(e,
             "reseat the card, try another slot or cable, and look for firmware updates: the link, not the driver, "
             "reports it");
}

// "exitcode=0x00000100": a wait status (v6.1 kernel/exit.c do_exit): the low 7 bits a signal, the next byte the exit
// code.
// A stack's arrays: which function, and what is copied into them.
void smashed(const Report& r, Explanation& e, std::string_view) {
  if (r.kind->id != "stack-protector") return;
  if (const auto name = place_name(r); !name.empty())
    add_step(e, "look at the arrays on the stack of " + name + " and at what is copied into them: it is longer");
}

void init_exit(const Report& r, Explanation& e, std::string_view id) {
  const auto reason = r.panic ? std::string_view(r.panic->reason) : r.fact("reason");
  const auto at = reason.find("exitcode=0x");
  if (at == std::string_view::npos) return;
  unsigned code = 0;
  const auto digits = reason.substr(at + 11);
  std::from_chars(digits.data(), digits.data() + digits.size(), code, 16);
  struct Name {
    unsigned number;
    std::string_view name;
  };
  static constexpr auto signals = std::to_array<Name>({{4, "SIGILL"},
                                                       {5, "SIGTRAP"},
                                                       {6, "SIGABRT"},
                                                       {7, "SIGBUS"},
                                                       {8, "SIGFPE"},
                                                       {9, "SIGKILL"},
                                                       {11, "SIGSEGV"},
                                                       {13, "SIGPIPE"},
                                                       {15, "SIGTERM"}});
  if (const auto signal = code & 0x7f) {
    const auto name = std::ranges::find(signals, signal, &Name::number);
    add_finding(e, id,
                "init was killed by signal " + std::to_string(signal) +
                    (name == signals.end() ? "" : " (" + std::string(name->name) + ")"));
    if (signal == 11 && !r.follows)
      add_step(e,
               "look above for a user-space segfault line of init; if there is none, its libraries or the initramfs "
               "are damaged");
  } else {
    add_finding(e, id, "init ended by itself with exit code " + std::to_string(code >> 8 & 0xff));
    if (!r.panic)
      add_step(e, code >> 8 == 127 ? "127 is a shell's \"command not found\": look at what init's script starts"
                                   : "look at init's own last messages: it chose to end");
  }
}

struct Reason {
  std::string_view text, words, step;
};
constexpr auto reasons = std::to_array<Reason>({
    {"Requested init", "the program that init= names could not be started",
     "check the init= parameter, and that the program and its loader are on the root file system"},
    {"VFS: Unable to mount root fs", "",
     "check root= and rootfstype=, that the disk's driver is built in or in the initramfs, and that an initramfs was "
     "loaded"},
    {"No working init found", "",
     "the root file system was mounted, but has no /sbin/init, /etc/init, /bin/init or /bin/sh that runs: wrong root=, "
     "or wrong architecture"},
    {"sysrq triggered crash", "somebody asked for it: sysrq-c, or \"echo c > /proc/sysrq-trigger\"", ""},
    {"Out of memory and no killable processes", "memory ran out, and no process was left that may be killed",
     "a too small machine or a leak in the kernel: see Slab and Unreclaimable in the memory state"},
    {"System is deadlocked on memory", "memory ran out, and no process was left that may be killed",
     "a leak in the kernel: see Slab in the memory state"},
    {"IO-APIC + timer doesn't work", "the timer interrupt does not arrive",
     "a firmware or virtualisation problem; \"noapic\" tells"},
    {"NMI: Not continuing", "a non-maskable interrupt came for no known reason, and the kernel is set to stop then",
     "a watchdog card, the \"NMI\" button or failing memory send them: look into the machine's own event log"},
    {"NMI: IOCK error", "an expansion card reported a failure (IOCHK#)", "look for the failing card"},
    {"Timeout: Not all CPUs entered broadcast exception handler", "a machine check came, and not all CPUs answered",
     ""},
    {"hung_task: blocked tasks", "kernel.hung_task_panic is set", ""},
});

void panic_reason(const Report& r, Explanation& e, std::string_view id) {
  const auto reason = r.fact("reason");
  const auto at =
      std::ranges::find_if(reasons, [&](const Reason& row) { return reason.find(row.text) != std::string_view::npos; });
  if (at == reasons.end()) return;
  if (!at->words.empty()) add_finding(e, id, std::string(at->words));
  if (!at->step.empty()) add_step(e, std::string(at->step));
}

constexpr auto rows = std::to_array<Rule>({
    {"oom-memory", memory},
    {"oom-consumers", consumers},
    {"oom-limit", limit},
    {"allocation-order", order},
    {"machine-check", machine_check},
    {"next-hardware", next_hardware},
    {"stack-protector", smashed},
    {"init-exit", init_exit},
    {"panic-reason", panic_reason},
});

}  // namespace

std::span<const Rule> system_rules() { return rows; }

}  // namespace unoops::explain
