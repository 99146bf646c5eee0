#include "parse/link_register.hpp"

#include "facts/addresses.hpp"
#include "report/questions.hpp"

namespace unoops::parse {
namespace {

// The reference whose function the address lies in; a call may be a function's last instruction. Null: none.
const SymbolRef* covering(const Report& r, std::uint64_t address) {
  for (const auto& stack : r.stacks)
    for (const auto& frame : stack.frames) {
      const auto& ref = frame.ref;
      if (!ref.symbol.empty() && ref.address && ref.offset && ref.size &&
          address - (*ref.address - *ref.offset) <= *ref.size)
        return &ref;
    }
  return nullptr;
}

// The address at the pc holds no code by its value alone.
bool is_nowhere(const Report& r, const Frame& pc) {
  if (!pc.ref.symbol.empty() || !pc.ref.address) return false;
  switch (address_fact(*pc.ref.address, r.arch).id) {
    case AddressClass::null:
    case AddressClass::null_offset:
    case AddressClass::err_ptr:
    case AddressClass::poison:
    case AddressClass::ascii:
    case AddressClass::non_canonical:
      return true;
    default:
      return false;
  }
}

}  // namespace

void name_link(Report& r) {
  const auto* pc = own_pc(r);
  const auto* link = link_frame(r);
  if (!pc || !link || !is_nowhere(r, *pc) || !link->ref.symbol.empty() || !link->ref.address) return;
  const auto* known = covering(r, *link->ref.address);
  if (!known) return;
  SymbolRef ref = *known;
  ref.offset = *link->ref.address - (*known->address - *known->offset);
  ref.address = link->ref.address;
  ref.pc = PcKind::return_address;
  for (auto& stack : r.stacks)
    if (!stack.frames.empty() && &stack.frames.front() == link) stack.frames.front().ref = ref;
}

}  // namespace unoops::parse
