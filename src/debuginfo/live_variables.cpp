#include "debuginfo/live_variables.hpp"

#include <dwarf.h>

namespace unoops::debuginfo {
namespace {

constexpr int most_depth = 64;                // of blocks and inlined functions in one another
constexpr std::size_t most_variables = 1024;  // of all scopes

std::span<const Dwarf_Op> location_at(Dwarf_Die die, unsigned attribute, std::uint64_t address) {
  Dwarf_Attribute attr;
  Dwarf_Op* ops = nullptr;
  std::size_t count = 0;
  if (!dwarf_attr_integrate(&die, attribute, &attr) || dwarf_getlocation_addr(&attr, address, &ops, &count, 1) != 1)
    return {};
  return {ops, count};
}

class Collector {
 public:
  Collector(LiveScope& out, std::uint64_t address) : out_(out), address_(address) {}

  void collect(Dwarf_Die scope, std::string_view function, int inlined, int depth) {
    Dwarf_Die child;
    if (depth > most_depth || dwarf_child(&scope, &child) != 0) return;
    std::optional<Dwarf_Die> inner;
    do {
      switch (dwarf_tag(&child)) {
        case DW_TAG_formal_parameter:
        case DW_TAG_variable:
          add(child, function, inlined);
          break;
        case DW_TAG_lexical_block:
        case DW_TAG_inlined_subroutine:
          if (dwarf_haspc(&child, address_) > 0) inner = child;
          break;
        default:
          break;
      }
    } while (dwarf_siblingof(&child, &child) == 0);
    if (!inner) return;
    const bool is_function = dwarf_tag(&*inner) == DW_TAG_inlined_subroutine;
    collect(*inner, is_function ? name_of(*inner) : function, inlined + is_function, depth + 1);
  }

 private:
  void add(Dwarf_Die die, std::string_view function, int inlined) {
    LiveVariable one;
    one.name = name_of(die);
    one.type = type_of(die);
    if (one.name.empty() || !one.type || out_.variables.size() == most_variables) return;
    one.function = function;
    one.inlined = inlined;
    one.parameter = dwarf_tag(&die) == DW_TAG_formal_parameter;
    one.location = location_at(die, DW_AT_location, address_);
    Dwarf_Attribute attr;
    Dwarf_Sword value;
    if (dwarf_attr(&die, DW_AT_const_value, &attr) && dwarf_formsdata(&attr, &value) == 0)
      one.constant = static_cast<std::uint64_t>(value);
    out_.variables.push_back(one);
  }

  LiveScope& out_;
  std::uint64_t address_;
};

}  // namespace

std::optional<LiveScope> variables_at(Dwarf_Die unit, std::uint64_t address) {
  Dwarf_Die die;
  if (dwarf_child(&unit, &die) != 0) return std::nullopt;
  do {
    if (dwarf_tag(&die) != DW_TAG_subprogram || dwarf_haspc(&die, address) <= 0) continue;
    LiveScope out;
    out.frame_base = location_at(die, DW_AT_frame_base, address);
    Collector(out, address).collect(die, name_of(die), 0, 0);
    return out;
  } while (dwarf_siblingof(&die, &die) == 0);
  return std::nullopt;
}

}  // namespace unoops::debuginfo
