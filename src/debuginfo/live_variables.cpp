#include "debuginfo/live_variables.hpp"

#include <dwarf.h>

namespace unoops::debuginfo {
namespace {

constexpr int most_depth = 64;                  // of blocks and inlined functions in one another
constexpr std::size_t most_variables = 1024;    // of all scopes
constexpr std::size_t most_places = 1'000'000;  // in the lists of all of them

class Collector {
 public:
  Collector(LiveScope& out, std::uint64_t address) : out_(out), address_(address) {}

  std::span<const Dwarf_Op> location_at(Dwarf_Die die, unsigned attribute) {
    Dwarf_Attribute attr;
    Dwarf_Op* ops = nullptr;
    std::size_t count = 0;
    Dwarf_Addr base = 0, begin = 0, end = 0;
    if (!dwarf_attr_integrate(&die, attribute, &attr)) return {};
    for (std::ptrdiff_t at = 0;
         (at = dwarf_getlocations(&attr, at, &base, &begin, &end, &ops, &count)) > 0 && left_ > 0; --left_)
      if (begin <= address_ && address_ < end) return {ops, count};
    return {};
  }

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
    one.location = location_at(die, DW_AT_location);
    Dwarf_Attribute attr;
    Dwarf_Sword value;
    if (dwarf_attr(&die, DW_AT_const_value, &attr) && dwarf_formsdata(&attr, &value) == 0)
      one.constant = static_cast<std::uint64_t>(value);
    out_.variables.push_back(one);
  }

  LiveScope& out_;
  std::uint64_t address_;
  std::size_t left_ = most_places;
};

}  // namespace

std::optional<LiveScope> variables_at(Dwarf_Die unit, std::uint64_t address) {
  Dwarf_Die die;
  if (dwarf_child(&unit, &die) != 0) return std::nullopt;
  do {
    if (dwarf_tag(&die) != DW_TAG_subprogram || dwarf_haspc(&die, address) <= 0) continue;
    LiveScope out;
    Collector collector(out, address);
    out.frame_base = collector.location_at(die, DW_AT_frame_base);
    collector.collect(die, name_of(die), 0, 0);
    return out;
  } while (dwarf_siblingof(&die, &die) == 0);
  return std::nullopt;
}

}  // namespace unoops::debuginfo
