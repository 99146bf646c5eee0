// What one asks of a type alone: what kind it is of, what is behind its typedefs, how large it is.
#include <dwarf.h>

#include <cstring>

#include "debuginfo/c_types.hpp"
#include "debuginfo/dies.hpp"

namespace unoops::debuginfo {
namespace {

constexpr int max_depth = 24;  // of typedefs, and of arrays of arrays
constexpr std::size_t longest_name = 4096, most_dimensions = 16;

int tag(Type t) { return t ? dwarf_tag(&t.die) : DW_TAG_invalid; }

bool is_peeled(Type t) {
  switch (tag(t)) {
    case DW_TAG_typedef:
    case DW_TAG_const_type:
    case DW_TAG_volatile_type:
    case DW_TAG_restrict_type:
    case DW_TAG_atomic_type:
      return false;
    default:
      return true;
  }
}

bool is_aggregate_tag(int what) {
  return what == DW_TAG_structure_type || what == DW_TAG_class_type || what == DW_TAG_union_type;
}

// Whether libdw comes to an end with the type's size: it follows typedefs in a circle, and passes all dimensions of arrays of arrays.
bool has_plain_size(Type t) {
  for (int depth = 0; depth < max_depth; ++depth) {
    t = peel(t);
    const int what = tag(t);
    if (!is_peeled(t) || what == DW_TAG_packed_type || what == DW_TAG_shared_type || what == DW_TAG_immutable_type)
      return false;
    if (what != DW_TAG_array_type) return true;
    std::size_t dimensions = 0;
    bool plain = true;
    each_child(t.die, [&](Dwarf_Die child) {
      plain = plain && ++dimensions <= most_dimensions && is_peeled(peel(type_of(child)));
    });
    if (!plain) return false;
    t = type_of(t.die);
  }
  return false;
}

}  // namespace

Dwarf_Die definition_of(Dwarf_Die type) {
  Dwarf_Attribute attr;
  Dwarf_Die out;
  if (is_aggregate_tag(dwarf_tag(&type)) && dwarf_haschildren(&type) == 0 &&
      dwarf_attr(&type, DW_AT_signature, &attr) && dwarf_formref_die(&attr, &out))
    return out;
  return type;
}

Type type_of(Dwarf_Die die) {
  Dwarf_Attribute attr;
  Type t;
  if (!dwarf_attr_integrate(&die, DW_AT_type, &attr) || !dwarf_formref_die(&attr, &t.die)) return {};
  t.die = definition_of(t.die);
  return t;
}

std::string_view name_of(Dwarf_Die die) {
  Dwarf_Attribute attr;
  const char* name = dwarf_attr_integrate(&die, DW_AT_name, &attr) ? dwarf_formstring(&attr) : nullptr;
  const std::size_t length = name ? strnlen(name, longest_name) : 0;
  return {name, length < longest_name ? length : 0};
}

Type peel(Type t) {
  for (int i = 0; t && i < max_depth && !is_peeled(t); ++i) t = type_of(t.die);
  return t;
}

bool is_pointer(Type t) { return tag(peel(t)) == DW_TAG_pointer_type; }

bool is_function(Type t) { return tag(peel(t)) == DW_TAG_subroutine_type; }

bool is_aggregate(Type t) { return is_aggregate_tag(tag(peel(t))); }

Type pointee(Type t) {
  t = peel(t);
  return tag(t) == DW_TAG_pointer_type ? type_of(t.die) : Type{};
}

bool may_be_called(Type t) {
  const Type target = pointee(t);
  return is_pointer(t) ? !target || is_function(target) : tag(peel(t)) == DW_TAG_union_type;
}

std::uint64_t size_of(Type t) {
  Dwarf_Word size = 0;
  return t && has_plain_size(t) && dwarf_aggregate_size(&t.die, &size) == 0 && size <= most_bytes ? size : 0;
}

}  // namespace unoops::debuginfo
