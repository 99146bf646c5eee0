// Structures within structures: what container_of() goes back from.
#include <dwarf.h>

#include "debuginfo/c_types.hpp"

namespace unoops::debuginfo {
namespace {

constexpr int deepest = 8;

std::string find(Type aggregate, std::uint64_t offset, int depth) {
  Dwarf_Die die = peel(aggregate).die, member;
  if (depth > deepest || !die.addr || dwarf_child(&die, &member) != 0) return {};
  do {
    Dwarf_Attribute attribute;
    Dwarf_Word start = 0;
    const Type type = dwarf_tag(&member) == DW_TAG_member ? type_of(member) : Type{};
    if (!type || !is_aggregate(peel(type))) continue;
    if (dwarf_attr(&member, DW_AT_data_member_location, &attribute)) dwarf_formudata(&attribute, &start);
    if (offset < start || offset - start >= size_of(type)) continue;
    std::string name(name_of(member));
    if (offset == start && !name.empty() && !name_of(peel(type).die).empty()) return name;
    if (const auto inner = find(type, offset - start, depth + 1); !inner.empty())
      return name.empty() ? inner : name + "." + inner;
  } while (dwarf_siblingof(&member, &member) == 0);
  return {};
}

}  // namespace

std::string embedded_member(Type aggregate, std::uint64_t offset) { return find(aggregate, offset, 0); }

}  // namespace unoops::debuginfo
