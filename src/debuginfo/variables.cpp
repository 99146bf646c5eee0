#include "debuginfo/variables.hpp"

#include <dwarf.h>

#include <algorithm>

#include "base/limits.hpp"
#include "base/wrapping.hpp"
#include "debuginfo/dies.hpp"

namespace unoops::debuginfo {
namespace {

// Scopes within scopes: to find what stands behind one, libdw passes all that is in it.
constexpr int deepest_scope = 128;
// DIEs, ranges, places of variables and steps of their expressions, of one function.
constexpr std::size_t most_entries = 1'000'000;

bool frame_base_is_cfa(Dwarf_Die function) {
  Dwarf_Attribute attr;
  Dwarf_Op* ops;
  std::size_t n;
  return dwarf_attr_integrate(&function, DW_AT_frame_base, &attr) && dwarf_getlocation(&attr, &ops, &n) == 0 &&
         n == 1 && ops[0].atom == DW_OP_call_frame_cfa;
}

std::optional<std::uint64_t> address(Dwarf_Die die, unsigned attribute) {
  Dwarf_Attribute attr;
  Dwarf_Addr value;
  if (!dwarf_attr(&die, attribute, &attr) || dwarf_formaddr(&attr, &value) != 0) return std::nullopt;
  return value;
}

std::optional<Dwarf_Die> reference(Dwarf_Die die, unsigned attribute) {
  Dwarf_Attribute attr;
  Dwarf_Die out;
  if (!dwarf_attr(&die, attribute, &attr) || !dwarf_formref_die(&attr, &out)) return std::nullopt;
  return out;
}

std::optional<std::int64_t> number_of(const Dwarf_Op& op) {
  if (op.atom >= DW_OP_lit0 && op.atom <= DW_OP_lit31) return op.atom - DW_OP_lit0;
  if (op.atom >= DW_OP_const1u && op.atom <= DW_OP_consts) return static_cast<std::int64_t>(op.number);
  return std::nullopt;
}

// "DW_OP_lit0; DW_OP_stack_value", "DW_OP_const1s -56; DW_OP_stack_value"
std::optional<std::int64_t> constant_of(const Dwarf_Op* ops, std::size_t count) {
  return count == 2 && ops[1].atom == DW_OP_stack_value ? number_of(ops[0]) : std::nullopt;
}

// In split DWARF an address is a number in the skeleton's table.
std::optional<std::uint64_t> static_address(Dwarf_Attribute location, const Dwarf_Op& op) {
  if (op.atom == DW_OP_addr) return op.number;
  Dwarf_Attribute attr;
  Dwarf_Addr value;
  if ((op.atom != DW_OP_addrx && op.atom != DW_OP_GNU_addr_index) ||
      dwarf_getlocation_attr(&location, &op, &attr) != 0 || dwarf_formaddr(&attr, &value) != 0)
    return std::nullopt;
  return value;
}

}  // namespace

// A scope on the way down: whose variables these are, and where its code lies.
struct FunctionInfo::Place {
  Dwarf_Die next;  // the sibling to look at
  int depth = 0;
  std::string_view function;
  std::vector<CodeRange> ranges;
  int scopes = 0;  // around it
};

FunctionInfo::FunctionInfo(Dwarf_Die function) {
  left_ = most_entries;
  name_ = inspect::name_of(function);
  frame_is_cfa_ = frame_base_is_cfa(function);
  ranges_ = ranges_of(function);
  Dwarf_Addr entry;
  if (dwarf_entrypc(&function, &entry) == 0)
    std::stable_partition(ranges_.begin(), ranges_.end(),
                          [entry](const CodeRange& r) { return r.begin <= entry && entry < r.end; });
  walk(function);
  std::ranges::stable_sort(bindings_, {}, &Binding::begin);
  if (left_ == 0) {
    forget();
    return;
  }
  for (const auto& b : bindings_)
    if (b.reg == no_reg) in_frame_.push_back(b);
  std::erase_if(bindings_, [](const Binding& b) { return b.reg == no_reg; });
}

// Of a hostile file nothing is told, because the part that was read may be any part.
void FunctionInfo::forget() {
  ranges_.clear();
  parameters_.clear();
  bindings_.clear();
  computed_.clear();
  constants_.clear();
  inlined_.clear();
  calls_.clear();
  statics_.clear();
}

bool FunctionInfo::take(std::size_t entries) {
  left_ = entries < left_ ? left_ - entries : 0;
  return left_ > 0;
}

std::vector<CodeRange> FunctionInfo::ranges_of(Dwarf_Die die) {
  std::vector<CodeRange> out;
  Dwarf_Addr base = 0, begin = 0, end = 0;
  for (std::ptrdiff_t at = 0; (at = dwarf_ranges(&die, at, &base, &begin, &end)) > 0 && take(1);)
    if (begin < end) out.push_back({begin, end});
  return out;
}

void FunctionInfo::walk(Dwarf_Die function) {
  std::vector<Place> stack;
  Place top{{}, 0, name_, ranges_, 0};
  if (dwarf_child(&function, &top.next) != 0) return;
  stack.push_back(std::move(top));
  while (!stack.empty() && take(1)) {
    Place& place = stack.back();
    Dwarf_Die die = place.next;
    Place inner{{}, place.depth, place.function, {}, place.scopes + 1};
    bool descend = false;
    switch (dwarf_tag(&die)) {
      case DW_TAG_formal_parameter:
      case DW_TAG_variable:
        variable(die, place);
        break;
      case DW_TAG_call_site:
      case DW_TAG_GNU_call_site:
        call(die);
        break;
      case DW_TAG_lexical_block:
        descend = true;
        inner.ranges = ranges_of(die);
        if (inner.ranges.empty() && take(place.ranges.size())) inner.ranges = place.ranges;
        break;
      case DW_TAG_inlined_subroutine:
        descend = true;
        inner.depth = place.depth + 1;
        inner.function = inspect::name_of(die);
        inner.ranges = ranges_of(die);
        for (const auto& r : inner.ranges) inlined_.push_back({r.begin, r.end, die});
        break;
      default:
        break;
    }
    if (dwarf_siblingof(&die, &place.next) != 0 || place.next.addr <= die.addr) stack.pop_back();
    if (!descend || dwarf_child(&die, &inner.next) != 0) continue;
    if (inner.scopes > deepest_scope) left_ = 0;
    stack.push_back(std::move(inner));
  }
}

void FunctionInfo::variable(Dwarf_Die die, const Place& place) {
  const bool parameter = place.depth == 0 && dwarf_tag(&die) == DW_TAG_formal_parameter;
  const int index = parameter ? next_parameter_++ : -1;
  const auto name = inspect::name_of(die);
  if (name.empty()) return;
  Variable& v = variables_.emplace_back(Variable{std::string(name), type_of(die), place.depth, index, place.function});
  if (parameter) parameters_.push_back(&v);
  Dwarf_Attribute attr;
  if (Dwarf_Sword value = 0;
      dwarf_attr(&die, DW_AT_const_value, &attr) && dwarf_formsdata(&attr, &value) == 0 && is_pointer(v.type))
    for (const auto& r : place.ranges) constant(v, value, r.begin, r.end);
  if (!dwarf_attr(&die, DW_AT_location, &attr)) return;
  Dwarf_Op* ops;
  std::size_t count;
  if (dwarf_getlocation(&attr, &ops, &count) == 0) {
    if (const auto at = count == 1 ? static_address(attr, ops[0]) : std::nullopt)
      statics_.emplace(*at, &v);
    else
      for (const auto& r : place.ranges) bind(v, ops, count, r.begin, r.end);
    return;
  }
  Dwarf_Addr base = 0, begin = 0, end = 0;
  for (std::ptrdiff_t at = 0; (at = dwarf_getlocations(&attr, at, &base, &begin, &end, &ops, &count)) > 0 && take(1);)
    bind(v, ops, count, begin, end);
}

// Places that a data flow can use: a register, a register plus a constant, a place in the frame.
void FunctionInfo::bind(const Variable& v, const Dwarf_Op* ops, std::size_t count, std::uint64_t begin,
                        std::uint64_t end) {
  if (begin >= end || count == 0 || !take(1)) return;
  Binding b{begin, end, &v, no_reg, 0};
  const auto atom = ops[0].atom;
  if (count == 1 && atom >= DW_OP_reg0 && atom <= DW_OP_reg31) {
    b.reg = static_cast<Reg>(atom - DW_OP_reg0);
  } else if (count == 1 && atom == DW_OP_regx && ops[0].number < max_regs) {
    b.reg = static_cast<Reg>(ops[0].number);
  } else if (count == 2 && atom >= DW_OP_breg0 && atom <= DW_OP_breg31 && ops[1].atom == DW_OP_stack_value) {
    b.reg = static_cast<Reg>(atom - DW_OP_breg0);
    b.delta = static_cast<std::int64_t>(-ops[0].number);
  } else if (count == 1 && atom == DW_OP_fbreg && frame_is_cfa_) {
    b.delta = static_cast<std::int64_t>(ops[0].number);
  } else {
    return compute(v, ops, count, begin, end);
  }
  bindings_.push_back(b);
}

void FunctionInfo::constant(const Variable& v, std::int64_t value, std::uint64_t begin, std::uint64_t end) {
  constexpr auto near = static_cast<std::int64_t>(limits::near_null);
  if (value > -near && value < near && is_aggregate(pointee(v.type))) constants_.push_back({begin, end, &v, value});
}

// breg N, (plus_uconst K | const K, plus or minus | deref)*, [stack_value]
void FunctionInfo::compute(const Variable& v, const Dwarf_Op* ops, std::size_t count, std::uint64_t begin,
                           std::uint64_t end) {
  if (!is_pointer(v.type)) return;
  if (const auto value = constant_of(ops, count)) return constant(v, *value, begin, end);
  if (ops[0].atom < DW_OP_breg0 || ops[0].atom > DW_OP_breg31 || !take(count)) return;
  Computed c{begin, end, &v, static_cast<Reg>(ops[0].atom - DW_OP_breg0), {static_cast<std::int64_t>(ops[0].number)}};
  bool is_value = false;
  for (std::size_t i = 1; i < count && !is_value; ++i) {
    switch (ops[i].atom) {
      case DW_OP_plus_uconst:
        c.offsets.back() = wrapping_sum(c.offsets.back(), static_cast<std::int64_t>(ops[i].number));
        break;
      case DW_OP_plus:
      case DW_OP_minus:
        if (!number_of(ops[i - 1])) return;
        c.offsets.back() = ops[i].atom == DW_OP_plus ? wrapping_sum(c.offsets.back(), *number_of(ops[i - 1]))
                                                     : wrapping_difference(c.offsets.back(), *number_of(ops[i - 1]));
        break;
      case DW_OP_deref:
        c.offsets.push_back(0);
        break;
      case DW_OP_stack_value:
        is_value = true;
        break;
      default:
        if (!number_of(ops[i])) return;
    }
  }
  if (is_value) {  // the last step was a load of the value itself
    if (c.offsets.size() < 2) return;
    c.plus = c.offsets.back();
    c.offsets.pop_back();
  }
  computed_.push_back(std::move(c));
}

void FunctionInfo::call(Dwarf_Die die) {
  auto pc = address(die, DW_AT_call_return_pc);
  if (!pc && dwarf_tag(&die) == DW_TAG_GNU_call_site) pc = address(die, DW_AT_low_pc);
  if (!pc) return;
  DwarfCall site;
  auto origin = reference(die, DW_AT_call_origin);
  if (!origin) origin = reference(die, DW_AT_abstract_origin);
  if (origin) {
    site.has_callee = true;
    site.callee = inspect::name_of(*origin);
    constexpr std::string_view builtin = "__builtin_";  // that has no code of its own calls the function of that name
    if (site.callee.starts_with(builtin)) site.callee.remove_prefix(builtin.size());
    site.result = type_of(*origin);
    site.noreturn = dwarf_hasattr_integrate(&*origin, DW_AT_noreturn) != 0;
  }
  calls_.emplace(*pc, site);
}

Type FunctionInfo::returned_at(std::uint64_t begin, std::uint64_t end) const {
  for (const auto& i : inlined_)
    if (i.end == end && i.begin <= begin)
      if (const Type type = type_of(i.die); is_aggregate(pointee(type))) return type;
  return {};
}

const DwarfCall* FunctionInfo::call_returning_to(std::uint64_t pc) const {
  const auto it = calls_.find(pc);
  return it == calls_.end() ? nullptr : &it->second;
}

const Variable* FunctionInfo::static_at(std::uint64_t at) const {
  const auto it = statics_.find(at);
  return it == statics_.end() ? nullptr : it->second;
}

std::optional<std::uint64_t> FunctionInfo::static_named(std::string_view name) const {
  const auto it = std::ranges::find_if(statics_, [&](const auto& one) { return one.second->name == name; });
  if (it == statics_.end()) return std::nullopt;
  return it->first;
}

UnitIndex::UnitIndex(Dwarf_Die unit) {
  each_child(unit, [&](Dwarf_Die die) {
    switch (dwarf_tag(&die)) {
      case DW_TAG_subprogram:
        functions_.push_back(die);
        break;
      case DW_TAG_structure_type:
        structures_.push_back(definition_of(die));
        break;
      case DW_TAG_variable: {
        const auto name = inspect::name_of(die);
        if (!name.empty()) variables_.emplace(name, die);
        break;
      }
      default:
        break;
    }
  });
}

std::optional<Dwarf_Die> UnitIndex::function_within(std::uint64_t begin, std::uint64_t end) const {
  for (Dwarf_Die die : functions_)
    if (dwarf_haspc(&die, begin) > 0) return die;
  // arm64 and others: the symbol begins at the tracer's nops, DW_AT_low_pc behind them (-fpatchable-function-entry)
  for (Dwarf_Die die : functions_) {
    Dwarf_Addr low;
    if (dwarf_lowpc(&die, &low) == 0 && low > begin && low < end && low - begin <= 32) return die;
  }
  return std::nullopt;
}

std::optional<Dwarf_Die> UnitIndex::structure(std::string_view name) const {
  for (Dwarf_Die die : structures_)
    if (inspect::name_of(die) == name && !dwarf_hasattr(&die, DW_AT_declaration)) return die;
  return std::nullopt;
}

std::optional<Dwarf_Die> UnitIndex::variable(std::string_view name) const {
  const auto it = variables_.find(name);
  if (it == variables_.end()) return std::nullopt;
  return it->second;
}

}  // namespace unoops::debuginfo
