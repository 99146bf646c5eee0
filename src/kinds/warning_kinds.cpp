// What the WARN()s of some files mean. v6.1: lib/refcount.c, lib/debugobjects.c, lib/kobject.c, mm/page_alloc.c,
// mm/slab_common.c, mm/util.c, mm/vmalloc.c, kernel/locking/lockdep.c, mm/usercopy.c, lib/list_debug.c,
// fs/proc/generic.c, drivers/usb/core/urb.c, net/sched/sch_generic.c.
#include <array>

#include "base/text.hpp"
#include "kinds/control_flow_rules.hpp"
#include "kinds/headers.hpp"
#include "kinds/incident.hpp"
#include "kinds/kind.hpp"
#include "kinds/place.hpp"
#include "kinds/usercopy_rules.hpp"
#include "report/questions.hpp"

namespace unoops::kinds {

extern constinit const Kind warning;

namespace {

// The function that warned, from the headline or, without one, the pc.
std::string_view place_of(const Report& r) {
  for (const auto& stack : r.stacks)
    if ((stack.occurrence == Occurrence::headline || stack.role == StackRole::pc) && !stack.frames.empty())
      return plain_symbol(stack.frames.front().ref.symbol);
  return {};
}

bool is_refcount(const Report& r) { return is_in_file(r, "lib/refcount.c") || find_message(r, "refcount_t: "); }
bool is_kobject(const Report& r) { return is_in_file(r, "lib/kobject.c"); }
bool is_lockdep(const Report& r) {
  return is_in_file(r, "kernel/locking/lockdep.c") || is_in_file(r, "kernel/lockdep.c");
}
bool is_usercopy(const Report& r) {
  return place_of(r) == "usercopy_warn" || find_message(r, "Bad or missing usercopy whitelist?");
}
bool is_proc(const Report& r) { return is_in_file(r, "fs/proc/generic.c") && place_of(r) == "proc_register"; }
bool is_urb(const Report& r) { return is_in_file(r, "drivers/usb/core/urb.c") && place_of(r) == "usb_submit_urb"; }
bool is_netdev(const Report& r) { return place_of(r) == "dev_watchdog"; }
bool is_fortify(const Report& r) {
  return find_message_with(r, "detected buffer overflow") || find_message_with(r, "detected field-spanning write");
}
bool is_cfi(const Report& r) { return find_message(r, "CFI failure at "); }
bool is_control(const Report& r) {
  return find_message(r, "Unexpected kernel mode #CP") || find_message(r, "Unexpected user mode #CP");
}

// A size that no allocator can give: v5.x mm/slab_common.c kmalloc_slab, v6.1 mm/util.c kvmalloc_node
bool is_kmalloc(const Report& r) {
  const auto place = place_of(r);
  const bool asked = place.starts_with("kmalloc") || place.starts_with("kvmalloc") || place.starts_with("__kmalloc") ||
                     place.starts_with("__do_kmalloc") || place.starts_with("__kvmalloc");
  return asked && (is_in_file(r, "mm/util.c") || is_in_file(r, "mm/slab_common.c") || is_in_file(r, "mm/slub.c") ||
                   is_in_file(r, "mm/slab.c"));
}
// Which allocator refused it: "kvmalloc_node"
std::string refused_by(const Report& r) { return std::string(place_of(r)); }
bool is_dentry(const Report& r) { return is_in_file(r, "fs/dcache.c") && place_of(r) == "umount_check"; }
bool is_vmalloc(const Report& r) {
  return is_in_file(r, "mm/vmalloc.c") && place_of(r).find("vmalloc_node_range") != std::string_view::npos;
}

std::string urb_title(const Report&, std::string_view culprit) {
  return "WARNING in " + std::string(culprit) + (culprit == "usb_submit_urb" ? "" : "/usb_submit_urb");
}

// Who asked is meant, not the layer that asks on behalf of drivers.
constexpr std::string_view urb_words =
    "usb_submit_urb usb_start_wait_urb usb_internal_control_msg usb_bulk_msg usb_interrupt_msg usb_control_msg";
// A kobject's count is its owner's to hold.
constexpr std::string_view counted_words = "refcount kobject_";
constexpr std::string_view kobject_words = "kobject_ ^kset_ ^sysfs_ ^device_ ^get_device ^put_device";
constexpr std::string_view proc_words = "proc_";
constexpr std::string_view lock_words = "lock_sock release_sock ^lock_ ^unlock_";
constexpr std::string_view alloc_words = "kmalloc kcalloc kzalloc krealloc vmalloc slab kmem memdup strndup";

// v6.1 lib/refcount.c refcount_warn_saturate
constexpr auto refcount_wordings = std::to_array<Wording>({
    {"", "addition on 0",
     "a reference was taken to an object whose counter was 0 already: it is free, or about to be[; in {culprit}]"},
    {"", "increment on 0",
     "a reference was taken to an object whose counter was 0 already: it is free, or about to be[; in {culprit}]"},
    {"", "underflow",
     "a reference was given back that nobody held: the object can be freed while it is used[; in {culprit}]"},
    {"", "decrement hit 0",
     "a counter was brought to 0 by a function that must not do that: the object is never freed[; in {culprit}]"},
    {"", "saturated",
     "a reference counter ran over and is held at its limit: the object is never freed[; in {culprit}]"},
});

// v6.1 mm/usercopy.c: exposure is a copy to user space
constexpr auto usercopy_warning_wordings = std::to_array<Wording>({
    {"copied", "", "{copied}"},
    {"", "exposure attempt", "a copy to user space reads a part of an object that no cache allows for it: {message}"},
    {"", "overwrite attempt",
     "a copy from user space writes a part of an object that no cache allows for it: {message}"},
});

// v6.1 lib/kobject.c kobject_add_internal: -ENOMEM is of what it had to allocate
constexpr auto kobject_wordings = std::to_array<Wording>({
    {"", "(error: -12 ", "memory ran out while a kobject was added[ in {culprit}]: {message}",
     "look for a failed allocation or an OOM kill before it in the log: nothing is wrong with the kobject itself"},
});

// v6.1 mm/util.c kvmalloc_node: nothing above INT_MAX
constexpr auto size_wordings = std::to_array<Wording>({
    {"refused-by", "kvmalloc",
     "{culprit|a caller} asked the allocator for an impossible size: most often a length that was not checked",
     "check the size before {culprit} asks for it: one that user space or a device gives needs a limit; kvmalloc() "
     "refuses what is above INT_MAX"},
});
constexpr auto size_gaps = std::to_array<Gap>({{"refused-by", refused_by}});

constexpr auto usercopy_gaps = std::to_array<Gap>({{"copied", usercopy_words}});

// v6.12 lib/string_helpers.c, v6.1 include/linux/fortify-string.h
constexpr auto fortify_warning_wordings = std::to_array<Wording>({
    {"", "detected field-spanning", "a memory function writes past the field that it was given: {message}"},
    {"", "detected buffer overflow", "a memory function goes past its buffer: {message}"},
});

void miscounted(const Report& r, Explanation& e, std::string_view) {
  const auto* line = find_message(r, "refcount_t: ");
  const auto message = line ? std::string_view(*line) : first_message(r);
  const auto* frame = culprit_frame(r);
  const auto where = frame ? source_name(frame->ref.symbol) : std::string("the caller");
  if (message.find("underflow") != std::string_view::npos)
    add_step(e, "one reference too many is given back: compare every put with its get; " + where +
                    " is only where it showed");
  else if (message.find("addition on 0") != std::string_view::npos ||
           message.find("increment on 0") != std::string_view::npos)
    add_step(e,
             where + " takes a reference to an object that is being freed: it needs refcount_inc_not_zero() or a lock");
  else if (message.find("hit 0") != std::string_view::npos)
    add_step(e, where +
                    " lowers the counter with refcount_dec(), which must not reach 0: refcount_dec_and_test() says "
                    "when the object is to be freed");
  else if (message.find("leaking") != std::string_view::npos || message.find("saturated") != std::string_view::npos)
    add_step(e,
             "references are taken and never given back, or the counter was overwritten; it stays at its limit from "
             "now on, so the object is never freed");
}

// The kernel's own words: the sentence says them in others.
void counter_words(const Report& r, Explanation& e, std::string_view id) {
  const auto* words = find_message(r, "refcount_t: ");
  if (words && e.summary.find(*words) == std::string::npos) add_certain(e, id, *words, "the kernel's own line");
}

constexpr auto refcount_rules = std::to_array<Rule>({{"counter-words", counter_words}, {"refcount", miscounted}});

}  // namespace

extern constinit const Kind refcount{
    .info = {"refcount", "reference count misused", Severity::warning},
    .title = "WARNING: refcount bug",
    .sentence = "a reference counter went wrong: {message|it was raised from zero, or fell below}",
    .wordings = refcount_wordings,
    .culprit = {.from = Culprit::From::headline, .words = counted_words},
    .rules = refcount_rules,
    .next = "compare every get with its put around {culprit}: one of them is missing, or done twice",
    .goes_on = same_place,
    .refines = &warning,
    .claims = is_refcount,
};

extern constinit const Kind kobject{
    .info = {"kobject", "kobject misused", Severity::warning},
    .title = "WARNING: kobject bug",
    .sentence = "the kernel refuses what was done with a kobject: {message|before it was set up, or after it was gone}",
    .wordings = kobject_wordings,
    .culprit = {.from = Culprit::From::headline, .words = kobject_words},
    .next =
        "call kobject_init() or kobject_add() once for each object, and kobject_put() instead of kfree(): look at who "
        "owns the kobject that {culprit} hands in",
    .goes_on = same_place,
    .refines = &warning,
    .claims = is_kobject,
};

extern constinit const Kind kmalloc_size{
    .info = {"kmalloc-size", "impossible size asked of the allocator", Severity::warning},
    .title = "WARNING: kmalloc bug",
    .sentence =
        "{culprit|a caller} asked the allocator for an impossible size: most often a length that was not checked",
    .wordings = size_wordings,
    .gaps = size_gaps,
    .culprit = {.from = Culprit::From::headline, .words = alloc_words},
    .next =
        "check the size before {culprit} asks for it: one that user space or a device gives needs a limit, or "
        "kvmalloc() where it may be large",
    .goes_on = same_place,
    .refines = &warning,
    .claims = is_kmalloc,
};

extern constinit const Kind vmalloc_size{
    .info = {"vmalloc-size", "zero bytes asked of vmalloc", Severity::warning},
    .title = "WARNING: zero-size vmalloc",
    .sentence = "{culprit|a caller} asked vmalloc for zero bytes",
    .culprit = {.from = Culprit::From::headline, .words = alloc_words},
    .next = "refuse a size of 0 before {culprit} allocates",
    .goes_on = same_place,
    .refines = &warning,
    .claims = is_vmalloc,
};

extern constinit const Kind lock_warning{
    .info = {"locking", "lock misused", Severity::warning},
    .title = "WARNING: locking bug",
    .sentence = "a lock was misused: {message|it was not initialised, or freed}",
    .culprit = {.from = Culprit::From::headline, .words = lock_words},
    .next =
        "see whether {culprit} can use the lock before it was initialised, after its object was freed, or with another "
        "task's lock in its hand; the first lockdep report of the log may tell it better",
    .goes_on = same_place,
    .refines = &warning,
    .claims = is_lockdep,
};

extern constinit const Kind usercopy_warning{
    .info = {"usercopy-warning", "copy from or to user space out of bounds", Severity::warning},
    .title = "WARNING: bad usercopy",
    .sentence =
        "a copy from or to user space touches a part of an object that must not be copied: {message|no whitelist}",
    .wordings = usercopy_warning_wordings,
    .gaps = usercopy_gaps,
    .culprit = {.from = Culprit::From::headline, .words = "usercopy __check"},
    .next = "allow the copy in the cache (kmem_cache_create_usercopy), or copy through a variable of its own",
    .goes_on = same_place,
    .refines = &warning,
    .claims = is_usercopy,
};

extern constinit const Kind proc_warning{
    .info = {"proc-registration", "proc entry registered twice", Severity::warning},
    .title = "WARNING: proc registration bug",
    .sentence = "a /proc entry was registered that exists already: {message|the same name twice}",
    .culprit = {.from = Culprit::From::headline, .words = proc_words},
    .next =
        "remove the entry when it is no longer used (proc_remove), and make its name unique: {culprit} adds it twice",
    .goes_on = same_place,
    .refines = &warning,
    .claims = is_proc,
};

extern constinit const Kind urb_warning{
    .info = {"usb-urb", "USB request that does not fit its endpoint", Severity::warning},
    .title_of = urb_title,
    .sentence =
        "a driver sent a USB request that does not fit its endpoint: it did not check what the device says of itself[ "
        "({message})]",
    .culprit = {.from = Culprit::From::headline, .words = urb_words},
    .next =
        "check the endpoint in the driver's probe before {culprit} uses it: usb_check_bulk_endpoints(), "
        "usb_find_common_endpoints()",
    .goes_on = same_place,
    .refines = &warning,
    .claims = is_urb,
};

extern constinit const Kind netdev_warning{
    .info = {"netdev-watchdog", "transmit queue timed out", Severity::warning},
    .title = "WARNING",
    .sentence = "a network device sent nothing for too long, its queue is reset[: {message}]",
    .culprit = {.from = Culprit::From::headline},
    .next =
        "look at the device and its link (ethtool -S, its interrupts in /proc/interrupts): its driver stopped the "
        "queue and nothing that was sent was ever completed",
    .goes_on = same_place,
    .refines = &warning,
    .claims = is_netdev,
};

extern constinit const Kind fortify_warning{
    .info = {"fortify-warning", "write past a field or buffer", Severity::warning},
    .title = "WARNING",
    .sentence = "a memory function goes past the field that it was given: {message|the length is wrong}",
    .wordings = fortify_warning_wordings,
    .culprit = {.from = Culprit::From::headline},
    .next =
        "in {culprit}, give the copy the whole structure or use struct_group() for the fields that it spans; if the "
        "length comes from outside, bound it",
    .goes_on = same_place,
    .refines = &warning,
    .claims = is_fortify,
};

extern constinit const Kind cfi_warning{
    .info = {"cfi-warning", "indirect call of the wrong type", Severity::warning},
    .title = "WARNING",
    .sentence = "an indirect call went to a function of another type: a wrong cast, or an overwritten function pointer",
    .culprit = {.from = Culprit::From::headline},
    .rules = cfi_rules,
    .next = "give the function that is called the prototype of the pointer: a cast hides that they differ",
    .goes_on = same_place,
    .refines = &warning,
    .claims = is_cfi,
};

extern constinit const Kind control_warning{
    .info = {"control-protection-warning", "control flow violation", Severity::warning},
    .title = "WARNING",
    .sentence = "a return or an indirect jump went where it must not: the target lacks ENDBR, or a pointer was changed",
    .culprit = {.from = Culprit::From::headline},
    .rules = control_flow_rules,
    .next =
        "look at the function pointer or the return address that {culprit} used: it was overwritten, or its target is "
        "not built for CET",
    .goes_on = same_place,
    .refines = &warning,
    .claims = is_control,
};

// fs/dcache.c umount_check: "BUG: Dentry ffff888119d8a000{i=0,n=.index}  still in use (1) [unmount of ramfs ramfs]"
// stands before the WARN
extern constinit const Kind dentry_warning{
    .info = {"dentry-in-use", "directory entry in use at unmount", Severity::warning},
    .title = "BUG: Dentry still in use in unmount",
    .sentence =
        "a file system is unmounted while a directory entry of it is still in use: {message|a reference was not given "
        "back}",
    .culprit = {.from = Culprit::From::none},
    .next =
        "find who takes the dentry and never gives it back: compare every dget() and d_find_alias() of this file "
        "system with its dput()",
    .goes_on = same_place,
    .refines = &warning,
    .claims = is_dentry,
};

}  // namespace unoops::kinds
