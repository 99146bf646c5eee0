// Interrupts and devices that went astray: v6.1 kernel/irq/spurious.c __report_bad_irq, net/core/dev.c
// netdev_wait_allrefs_any, fs/super.c, net/sched/sch_generic.c dev_watchdog (a WARN to v6.7, a plain line since),
// arch/x86/kernel/nmi.c.
#include <array>

#include "base/text.hpp"
#include "grammar/words.hpp"
#include "kinds/headers.hpp"
#include "kinds/incident.hpp"
#include "kinds/kind.hpp"
#include "kinds/lines.hpp"
#include "kinds/live_dump.hpp"
#include "report/fact_names.hpp"

namespace unoops::kinds {
namespace {

// "irq 16: nobody cared (try booting with the "irqpoll" option)"
bool nobody(std::string_view before, Scanner, ReportBuilder& d) {
  const auto at = before.rfind("irq ");
  int irq = 0;
  if (at == std::string_view::npos || !Scanner(before.substr(at + 4)).dec(irq)) return false;
  d.report.set_fact(fact::irq, std::to_string(irq));
  return true;
}

// "usb_hcd_irq threaded [<0000000012345678>] foo [bar]": "usb_hcd_irq (threaded: foo [bar])"
std::string handler_name(std::string_view text) {
  const auto thread = text.find(" threaded [<");
  if (thread == std::string_view::npos) return std::string(trim(text));
  const auto name = text.find(">] ", thread);
  return std::string(text.substr(0, thread)) +
         (name == std::string_view::npos ? "" : " (threaded: " + std::string(trim(text.substr(name + 3))) + ")");
}

// "[<00000000c0ffee00>] usb_hcd_irq threaded [<0000000012345678>] foo"
bool handlers(Scanner rest, ReportBuilder& d) {
  d.block.trace = true;
  return keep_line(rest, d);
}

bool handler(std::string_view text, ReportBuilder& d) {
  Scanner s(trim(text));
  std::string_view pointer;
  if (!s.lit("[<") || !d.block.trace || !s.until(">] ", pointer)) return false;
  const std::string before(d.report.fact(fact::handlers));
  d.report.set_fact(fact::handlers, (before.empty() ? "" : before + ", ") + handler_name(s.rest()));
  return keep_line(Scanner(text), d);
}

// "unregister_netdevice: waiting for lo to become free. Usage count = 2"
bool unregister(std::string_view before, Scanner rest, ReportBuilder& d) {
  std::string_view device;
  std::int64_t count = 0;
  if (!only_prefixes(before) || !rest.until(" to become free. Usage count = ", device) || !rest.dec(count))
    return false;
  d.report.set_fact(fact::device, device);
  d.report.set_fact(fact::usage_count, std::to_string(count));
  return true;
}

// "e1000e 0000:00:1f.6 eth0: NETDEV WATCHDOG: CPU: 2: transmit queue 0 timed out 5432 ms"; the WARN's own text starts
// with the words
bool transmit(std::string_view before, Scanner rest, ReportBuilder& d) {
  int cpu = 0;
  if (trim(before).empty() || !rest.dec(cpu) || !rest.lit(": transmit queue ")) return false;
  d.report.cpu = cpu;
  d.report.set_fact(fact::device, trim(before.substr(0, before.rfind(':'))));
  d.report.set_fact(fact::detail, "transmit queue " + std::string(trim(rest.rest())));
  return true;
}

// "Uhhuh. NMI received for unknown reason 2d on CPU 0.", "NMI: PCI system error (SERR) for reason b1 on CPU 0."
bool nmi(std::string_view before, Scanner rest, ReportBuilder& d) {
  std::string_view reason;
  int cpu = 0;
  if (!only_prefixes(before) || !rest.run(is_hex, reason)) return false;
  d.report.set_fact(fact::nmi_reason, reason);
  if (rest.skip_to("on CPU ") && rest.dec(cpu)) d.report.cpu = cpu;
  return true;
}

constexpr auto irq_headers = std::to_array<Header>({{": nobody cared", nobody}});
constexpr auto irq_sections =
    std::to_array<Section>({{SectionId::text, "handlers:", handlers}, {SectionId::text, "Disabling IRQ #", keep_line}});
constexpr auto device_headers = std::to_array<Header>({{"unregister_netdevice: waiting for ", unregister}});
constexpr auto transmit_headers = std::to_array<Header>({{"NETDEV WATCHDOG: CPU: ", transmit}});
constexpr auto nmi_headers = std::to_array<Header>({
    {"Uhhuh. NMI received for unknown reason ", nmi},
    {"NMI: PCI system error (SERR) for reason ", nmi},
    {"NMI: IOCK error (debug interrupt?) for reason ", nmi},
});
constexpr auto nmi_sections = std::to_array<Section>({
    {SectionId::text, "Do you have a strange power saving mode enabled?", keep_line},
    {SectionId::text, "Dazed and confused, but trying to continue", keep_line},
});

std::string nmi_title(const Report& r, std::string_view) {
  return r.panic ? "kernel panic: " + r.panic->reason : "NMI received for unknown reason";
}

// v6.1 fs/super.c generic_shutdown_super
// "VFS: Busy inodes after unmount of vda1. Self-destruct in 5 seconds.  Have a nice day..."
// "VFS: Busy inodes after unmount of vda1 (ext4)"                                               since v6.3
bool inodes(std::string_view before, Scanner rest, ReportBuilder& d) {
  if (!only_prefixes(before)) return false;
  auto device = rest.rest();
  device = device.substr(0, device.find(". Self-destruct"));
  d.report.set_fact(fact::device, trim(device));
  return true;
}
constexpr auto inode_headers = std::to_array<Header>({{"VFS: Busy inodes after unmount of ", inodes}});

std::string irq_title(const Report& r, std::string_view) {
  return "irq " + std::string(r.fact(fact::irq)) + ": nobody cared";
}

// v6.1 kernel/irq/spurious.c note_interrupt: 99,900 of 100,000 were nobody's.
void tell_handlers(const Report& r, Explanation& e, std::string_view id) {
  const std::string names(r.fact(fact::handlers));
  if (!names.empty())
    add_certain(e, id, "all who listen on this line said that it was not theirs: " + names, "the list of handlers");
}
void next_irq(const Report& r, Explanation& e, std::string_view) {
  const bool several = r.fact(fact::handlers).find(", ") != std::string_view::npos;
  add_step(e, several ? "one of the devices on this line raises it, and its driver (see the handlers) does not know it "
                        "as its own"
                      : "the device of this handler raises it and its driver does not see that, or another device on "
                        "the line has no driver yet (/proc/interrupts, lspci -v)");
}
// Sent by hand (the "NMI" button, virsh inject-nmi) because the machine hung.
void tell_why(const Report& r, Explanation& e, std::string_view id) {
  if (r.panic && r.machine && hangs(r)) tell_hangs(r, e, id);
}

constexpr auto nmi_rules = std::to_array<Rule>({{"hangs", tell_why}});
constexpr auto irq_rules = std::to_array<Rule>({{"irq-handlers", tell_handlers}, {"next-irq", next_irq}});

}  // namespace

extern constinit const Kind irq_nobody{
    .info = {"irq-nobody-cared", "interrupt that no handler wants", Severity::error},
    .headers = irq_headers,
    .sections = irq_sections,
    .line = handler,
    .title_of = irq_title,
    .sentence = "an interrupt line[ ({irq})] fired that no handler wanted; the kernel switched it off",
    .culprit = {.from = Culprit::From::none},
    .rules = irq_rules,
    .next =
        "look in /proc/interrupts for who shares this interrupt: a driver that does not clear its device's interrupt, "
        "or one that was not loaded; \"irqpoll\" keeps the line alive meanwhile",
};

extern constinit const Kind netdevice_leak{
    .info = {"netdevice-leak", "network device is still referenced", Severity::error},
    .headers = device_headers,
    .title = "unregister_netdevice: waiting for DEV to become free",
    .sentence =
        "a network device can't be removed: somebody still holds {usage-count|some} references to it[ ({device})]",
    .culprit = {.from = Culprit::From::none},
    .next =
        "find the dev_hold() whose dev_put() is missing; CONFIG_NET_DEV_REFCNT_TRACKER names who holds the reference",
    .goes_on = same_device,
};

extern constinit const Kind busy_inodes{
    .info = {"busy-inodes", "inodes in use after unmount", Severity::error},
    .headers = inode_headers,
    .title = "VFS: Busy inodes after unmount (use-after-free)",
    .sentence =
        "the file system[ on {device}] was unmounted while inodes of it were in use: they will be used after they are "
        "freed",
    .culprit = {.from = Culprit::From::none},
    .next = "compare every igrab() and ihold() of this file system with its iput()",
    .goes_on = same_device,
};

extern constinit const Kind transmit_timeout{
    .info = {"transmit-timeout", "transmit queue timed out", Severity::warning},
    .headers = transmit_headers,
    .title = "NETDEV WATCHDOG: transmit queue timed out",
    .sentence = "a network device sent nothing for too long, its queue is reset[: {device}][, {detail}]",
    .culprit = {.from = Culprit::From::none},
    .next =
        "look at the device and its link (ethtool -S, its interrupts in /proc/interrupts): nothing that was sent was "
        "ever completed",
    .goes_on = same_device,
};

extern constinit const Kind unknown_nmi{
    .info = {"nmi", "NMI for an unknown reason", Severity::warning},
    .headers = nmi_headers,
    .sections = nmi_sections,
    .title_of = nmi_title,
    .sentence =
        "a non-maskable interrupt came for no known reason[ ({nmi-reason})]: often hardware, sometimes a performance "
        "counter",
    .culprit = {.from = Culprit::From::none},
    .rules = nmi_rules,
    .next = "look into the machine's own event log: a watchdog card, the \"NMI\" button or failing memory send them",
    .goes_on = same_device,
};

}  // namespace unoops::kinds
