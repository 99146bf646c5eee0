#include "debuginfo/type_shape.hpp"

#include <dwarf.h>

#include <array>
#include <limits>

namespace unoops::debuginfo {
namespace {

std::optional<std::uint64_t> number(Dwarf_Die die, unsigned attribute) {
  Dwarf_Attribute attr;
  Dwarf_Word value;
  if (!dwarf_attr_integrate(&die, attribute, &attr) || dwarf_formudata(&attr, &value) != 0) return std::nullopt;
  return value;
}

TypeShape of_base(Type real) {
  TypeShape out{Shape::unknown, size_of(real), false};
  switch (number(real.die, DW_AT_encoding).value_or(0)) {
    case DW_ATE_boolean:
      out.shape = Shape::boolean;
      break;
    case DW_ATE_signed:
      out.is_signed = true;
      [[fallthrough]];
    case DW_ATE_unsigned:
    case DW_ATE_unsigned_char:
      out.shape = Shape::integer;
      break;
    case DW_ATE_signed_char:
      out.is_signed = true;
      out.shape = Shape::integer;
      break;
    default:
      break;
  }
  if (out.size == 1 && name_of(real.die) == "char") out.shape = Shape::character;
  return out;
}

}  // namespace

TypeShape shape_of(Type t) {
  const Type real = peel(t);
  if (!real) return {};
  switch (dwarf_tag(const_cast<Dwarf_Die*>(&real.die))) {
    case DW_TAG_base_type:
      return of_base(real);
    case DW_TAG_pointer_type:
      return {Shape::pointer, number(real.die, DW_AT_byte_size).value_or(8), false};
    case DW_TAG_enumeration_type: {
      const auto base = shape_of(type_of(real.die));
      return {Shape::enumeration, number(real.die, DW_AT_byte_size).value_or(base.size), base.is_signed};
    }
    case DW_TAG_structure_type:
    case DW_TAG_union_type:
    case DW_TAG_class_type:
      return {Shape::aggregate, size_of(real), false};
    case DW_TAG_array_type:
      return {Shape::array, size_of(real), false};
    default:
      return {};
  }
}

std::optional<ArrayShape> array_of(Type t) {
  constexpr std::uint64_t most = std::numeric_limits<std::uint32_t>::max();
  Type real = peel(t);
  if (shape_of(real).shape != Shape::array) return std::nullopt;
  ArrayShape out{type_of(real.die), 1};
  Dwarf_Die child;
  bool any = false;
  if (dwarf_child(&real.die, &child) == 0) do {
      if (dwarf_tag(&child) != DW_TAG_subrange_type) continue;
      const auto count = number(child, DW_AT_count), upper = number(child, DW_AT_upper_bound);
      const auto here = count ? *count : upper ? *upper + 1 : 0;
      if (here != 0 && out.count > most / here) return std::nullopt;
      out.count *= here;
      any = true;
    } while (dwarf_siblingof(&child, &child) == 0);
  if (!any) out.count = 0;
  return out;
}

std::string_view enumerator(Type enumeration, std::int64_t value) {
  Type real = peel(enumeration);
  Dwarf_Die child;
  if (!real || dwarf_child(&real.die, &child) != 0) return {};
  do {
    Dwarf_Attribute attr;
    Dwarf_Sword here;
    if (dwarf_tag(&child) == DW_TAG_enumerator && dwarf_attr(&child, DW_AT_const_value, &attr) &&
        dwarf_formsdata(&attr, &here) == 0 && here == value)
      return name_of(child);
  } while (dwarf_siblingof(&child, &child) == 0);
  return {};
}

std::vector<NamedMember> Types::members(Type aggregate) {
  std::vector<NamedMember> out;
  const Type real = peel(aggregate);
  if (!is_aggregate(real)) return out;
  for (const Member& m : layout(real).members)
    out.push_back(
        {m.name, MemberPlace{static_cast<std::uint64_t>(m.offset), m.size, static_cast<unsigned>(m.bit_offset),
                             static_cast<unsigned>(m.bit_size), m.type}});
  return out;
}

}  // namespace unoops::debuginfo
