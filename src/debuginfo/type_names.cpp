// Types by their names: as a programmer writes them, and those whose insides nobody writes of.
#include <dwarf.h>

#include <algorithm>

#include "debuginfo/c_types.hpp"
#include "debuginfo/dies.hpp"

namespace unoops::debuginfo {
namespace {

constexpr int max_depth = 24;  // of typedefs, qualifiers and pointers
// Of a function's type with those of its parameters, and theirs: more than a person reads. In a hostile file they go in a circle.
constexpr int most_types = 64, most_nested = 4;

int tag(Type t) { return t ? dwarf_tag(&t.die) : DW_TAG_invalid; }

struct Namer {
  int left = most_types;
  std::string name(Type, int nested);
  std::string function(Type, std::string_view middle, int nested);
};

std::string Namer::function(Type function, std::string_view middle, int nested) {
  std::string text = name(type_of(function.die), nested);
  if (text.empty() || text.back() != '*') text += ' ';
  text += "(" + std::string(middle) + ")(";
  bool any = false;
  each_child(function.die, [&](Dwarf_Die child) {
    const bool more = dwarf_tag(&child) == DW_TAG_unspecified_parameters;
    if ((!more && dwarf_tag(&child) != DW_TAG_formal_parameter) || left < 0) return;
    if (any) text += ", ";
    text += more ? "..." : name(type_of(child), nested);
    any = true;
  });
  return text + (any ? ")" : "void)");
}

std::string Namer::name(Type t, int nested) {
  if (--left < 0 || nested > most_nested) return "...";
  std::string stars;
  for (int i = 0; i < max_depth; ++i) {
    if (!t) return "void" + (stars.empty() ? "" : " " + stars);
    const auto name = std::string(name_of(t.die));
    std::string_view prefix;
    switch (tag(t)) {
      case DW_TAG_const_type:
      case DW_TAG_volatile_type:
      case DW_TAG_restrict_type:
      case DW_TAG_atomic_type:
        t = type_of(t.die);
        continue;
      case DW_TAG_pointer_type:
        t = type_of(t.die);
        stars += '*';
        continue;
      case DW_TAG_subroutine_type:
        return function(t, stars, nested + 1);
      case DW_TAG_array_type:
        t = type_of(t.die);
        continue;
      case DW_TAG_structure_type:
        prefix = "struct ";
        break;
      case DW_TAG_union_type:
        prefix = "union ";
        break;
      case DW_TAG_enumeration_type:
        prefix = "enum ";
        break;
      default:
        break;
    }
    return std::string(prefix) + (name.empty() ? "(anonymous)" : name) + (stars.empty() ? "" : " " + stars);
  }
  return "";
}

}  // namespace

std::string type_name(Type t) { return Namer{}.name(t, 0); }

bool is_opaque(Type t) {
  static constexpr std::string_view typedefs[] = {"atomic_t",      "atomic64_t",     "atomic_long_t", "refcount_t",
                                                  "spinlock_t",    "raw_spinlock_t", "rwlock_t",      "arch_spinlock_t",
                                                  "arch_rwlock_t", "seqlock_t",      "seqcount_t",    "local_t",
                                                  "local64_t",     "local_lock_t"};
  static constexpr std::string_view structs[] = {"spinlock",       "raw_spinlock",  "qspinlock", "qrwlock",
                                                 "mutex",          "rw_semaphore",  "semaphore", "percpu_rw_semaphore",
                                                 "rt_mutex",       "rt_mutex_base", "ww_mutex",  "seqcount",
                                                 "refcount_struct"};
  for (int i = 0; t && i < max_depth; ++i) {
    const auto name = name_of(t.die);
    switch (tag(t)) {
      case DW_TAG_typedef:
        if (std::ranges::find(typedefs, name) != std::end(typedefs)) return true;
        [[fallthrough]];
      case DW_TAG_const_type:
      case DW_TAG_volatile_type:
        t = type_of(t.die);
        break;
      case DW_TAG_structure_type:
        return std::ranges::find(structs, name) != std::end(structs);
      default:
        return false;
    }
  }
  return false;
}

}  // namespace unoops::debuginfo
