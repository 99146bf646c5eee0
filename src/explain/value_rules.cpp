#include "explain/value_rules.hpp"

#include <array>

#include "arch/system_call.hpp"
#include "kinds/access_words.hpp"
#include "kinds/rule.hpp"
#include "report/questions.hpp"

namespace unoops::explain {
namespace {

std::string value_of(const Report& r) {
  const auto& value = r.site.bad_pointer.value ? r.site.bad_pointer.value : r.fault.address;
  return value ? hex(*value) : std::string("the value");
}

std::string holder_of(const Report& r) {
  const auto& held_in = r.site.bad_pointer.held_in;
  return held_in.empty() ? std::string("the fault's address") : held_in;
}

void constant(const Report& r, const Sighting& s, Explanation& e, std::string_view id) {
  // That the register was loaded from there is not proven.
  add_likely(e, id,
             value_of(r) + " stands in the code" + (s.name.empty() ? "" : " of " + source_name(s.name)) +
                 " as a constant: it is no sign of freed or overwritten memory",
             "the code and " + holder_of(r));
}

void stack_variable(const Report& r, const Sighting&, Explanation& e, std::string_view id) {
  if (r.site.bad_pointer.address_class != AddressClass::poison || sighting(r, Sight::constant)) return;
  if (r.site.bad_pointer.note.find("on the stack") == std::string::npos) return;
  add_likely(e, id, "memory on the stack is no object that was freed: the pattern was written or copied there",
             holder_of(r) + ", which was read from a variable on the stack");
}

constexpr auto ordinals = std::to_array<std::string_view>({"first", "second", "third", "fourth", "fifth", "sixth"});

void call_argument(const Report& r, const Sighting& s, Explanation& e, std::string_view id) {
  const auto entered = entered_call(r);
  if (!entered || s.number >= static_cast<int>(ordinals.size())) return;
  constexpr std::uint64_t small = 0x10000;  // such numbers are equal by chance
  const auto value = r.site.bad_pointer.value ? r.site.bad_pointer.value : r.fault.address;
  auto text = value_of(r) + " is " + (s.name.empty() ? "" : s.name + ", ") + "the " +
              std::string(ordinals[static_cast<std::size_t>(s.number)]) + " argument of the system call " +
              std::string(entered->call.name) + "(): the program's own pointer, followed as if it were the kernel's";
  const auto evidence = holder_of(r) + " and the registers of the system call";
  if (value && *value >= small)
    add_certain(e, id, std::move(text), evidence);
  else
    add_likely(e, id, std::move(text), evidence);
}

void flipped_bit(const Report& r, const Sighting& s, Explanation& e, std::string_view id) {
  const auto* good = r.reg(s.name);
  if (!good) return;
  const auto bad = good->value ^ 1ULL << s.number;
  add_likely(e, id,
             good->name + " holds " + hex(good->value) + ": the same as " + hex(bad) + " but for bit " +
                 std::to_string(s.number) + ", as if one bit of a good pointer had been flipped",
             holder_of(r) + " and " + good->name);
}

void lost_page(const Report& r, const Sighting& s, Explanation& e, std::string_view id) {
  add_likely(
      e, id,
      "no page is mapped at " + value_of(r) + ", though the page table for it is there (" + s.name +
          " 0): memory of vmalloc() or ioremap() that was unmapped (vfree(), iounmap()), or that never was there",
      "the page table entries");
}

void page_beyond(const Report& r, const Sighting&, Explanation& e, std::string_view id) {
  if (!r.fault.address) return;
  add_likely(e, id,
             value_of(r) + " is in another page than " + hex(*r.fault.address) +
                 ", where none is mapped: the access ran over the end of memory of vmalloc() or of a mapping",
             "the page table entries");
}

// "kfxt(OE)"
std::string bare_module(std::string_view name) { return std::string(name.substr(0, name.find('('))); }

void unloaded_module(const Report& r, const Sighting& s, Explanation& e, std::string_view id) {
  add_likely(e, id,
             value_of(r) +
                 " lies in the modules' area, and its page is gone: memory of a module that was unloaded, perhaps " +
                 bare_module(s.name) + ", the last one",
             "the page table entries and \"last unloaded\"");
}

void symbol(const Report& r, const Sighting& s, Explanation& e, std::string_view id) {
  add_certain(e, id, holder_of(r) + " = " + value_of(r) + " is the address of " + s.name,
              "the relocation of the instruction that loads it");
}

void program_code(const Report&, const Sighting& s, Explanation& e, std::string_view id) {
  add_certain(e, id, "the page is executable and not writable, as program code is", "its page table entry " + s.name);
}

struct Words {
  Sight what;
  void (*say)(const Report&, const Sighting&, Explanation&, std::string_view id);
};
constexpr auto all_words = std::to_array<Words>({
    {Sight::constant, constant},
    {Sight::stack_variable, stack_variable},
    {Sight::call_argument, call_argument},
    {Sight::flipped_bit, flipped_bit},
    {Sight::lost_page, lost_page},
    {Sight::page_beyond, page_beyond},
    {Sight::unloaded_module, unloaded_module},
    {Sight::symbol, symbol},
    {Sight::program_code, program_code},
});

struct Step {
  Sight what;
  std::string_view step;
};
constexpr auto steps = std::to_array<Step>({
    {Sight::constant,
     "look at the line that writes this constant: a test, or a mark that was to be replaced by a pointer"},
    {Sight::flipped_bit,
     "a bit that flips is often bad memory: run memtest86+; else look for a set_bit() or clear_bit() on a wrong "
     "address"},
    {Sight::lost_page, "find who calls vfree() or iounmap() while it is still in use, and who keeps the pointer"},
    {Sight::page_beyond, "compare the size that was allocated or mapped with the last offset that is used"},
    {Sight::unloaded_module,
     "the module's exit function must take back what it registered: del_timer_sync(), cancel_work_sync(), "
     "unregister_*()"},
    {Sight::program_code,
     "code is changed with text_poke() or its likes alone; else the pointer is not what it should be"},
});

}  // namespace

void seen_before(const Report& r, Explanation& e, std::string_view id) {
  for (const auto& s : r.site.sightings)
    for (const auto& row : all_words)
      if (row.what == s.what) row.say(r, s, e, id);
}

void value_steps(const Report& r, Explanation& e, std::string_view) {
  for (const auto& row : steps)
    if (sighting(r, row.what)) add_step(e, std::string(row.step));
}

}  // namespace unoops::explain
