// Structures within structures: what container_of() goes back from.
#include <dwarf.h>

#include "debuginfo/c_types.hpp"
#include "debuginfo/dies.hpp"

namespace unoops::debuginfo {
namespace {

constexpr int deepest = 8;
constexpr std::size_t most_members = 1 << 16;  // that are looked at, of all structures together

struct Search {
  std::size_t left = most_members;

  std::string find(Type aggregate, std::uint64_t offset, int depth) {
    std::string found;
    if (depth <= deepest && aggregate)
      each_child(peel(aggregate).die, [&](Dwarf_Die member) {
        if (found.empty() && left > 0 && --left > 0) found = of_member(member, offset, depth);
      });
    return found;
  }

  std::string of_member(Dwarf_Die member, std::uint64_t offset, int depth) {
    Dwarf_Attribute attribute;
    Dwarf_Word start = 0;
    const Type type = dwarf_tag(&member) == DW_TAG_member ? type_of(member) : Type{};
    if (!type || !is_aggregate(peel(type))) return {};
    if (dwarf_attr(&member, DW_AT_data_member_location, &attribute)) dwarf_formudata(&attribute, &start);
    if (offset < start || offset - start >= size_of(type)) return {};
    std::string name(name_of(member));
    if (offset == start && !name.empty() && !name_of(peel(type).die).empty()) return name;
    const auto inner = find(type, offset - start, depth + 1);
    return name.empty() || inner.empty() ? inner : name + "." + inner;
  }
};

}  // namespace

std::string embedded_member(Type aggregate, std::uint64_t offset) { return Search{}.find(aggregate, offset, 0); }

}  // namespace unoops::debuginfo
