// The variables of a function, and where they live at which instruction: what location lists say.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/rooms.hpp"
#include "debuginfo/c_types.hpp"
#include "machine/insn.hpp"

namespace unoops::debuginfo {

struct Variable {
  std::string name;
  Type type;
  int depth = 0;              // 0: of the function itself, n: of the n-th inlined function within
  int parameter = -1;         // of the function itself: which one
  std::string_view function;  // whose it is
};

// In [begin, end) a register holds the variable's value plus delta, or the stack holds the variable itself.
struct Binding {
  std::uint64_t begin = 0, end = 0;
  const Variable* variable = nullptr;
  Reg reg = no_reg;  // no_reg: on the stack, at `delta` from the canonical frame address
  std::int64_t delta = 0;
};

// In [begin, end) the variable's value is what stands in memory, plus a number: start at reg + offset, and follow each
// further offset. So compilers tell of `dev = file->private_data` and of container_of() that need no register of their
// own.
struct Computed {
  std::uint64_t begin = 0, end = 0;
  const Variable* variable = nullptr;
  Reg reg = no_reg;
  std::vector<std::int64_t> offsets;
  std::int64_t plus = 0;
};

// Code of an inlined function that gives back a pointer to a struct.
struct Inlined {
  std::uint64_t begin = 0, end = 0;
  Dwarf_Die die{};
};

// In [begin, end) the compiler knows the pointer's value: container_of() of NULL, an error code.
struct Constant {
  std::uint64_t begin = 0, end = 0;
  const Variable* variable = nullptr;
  std::int64_t value = 0;
};

// What DWARF tells of a call.
struct DwarfCall {
  std::string_view callee;
  Type result;
  bool has_callee = false;
  bool noreturn = false;
};

struct CodeRange {
  std::uint64_t begin = 0, end = 0;
};

// One function of a unit: its DIE's whole subtree, read once.
class FunctionInfo {
 public:
  explicit FunctionInfo(Dwarf_Die function);
  // The file has more than any compiler writes; nothing is known of the variables.
  bool endless() const { return left_ == 0; }

  std::string_view name() const { return name_; }
  const std::vector<CodeRange>& ranges() const { return ranges_; }       // the entry's comes first
  const std::vector<Binding>& bindings() const { return bindings_; }     // by begin
  const std::vector<Binding>& in_frame() const { return in_frame_; }     // those without a register, by begin
  const std::vector<Computed>& computed() const { return computed_; }    // pointers only
  const std::vector<Constant>& constants() const { return constants_; }  // pointers near NULL only
  const std::vector<const Variable*>& parameters() const { return parameters_; }
  // What the inlined function whose code ends there gives back, where that is a pointer to a struct.
  Type returned_at(std::uint64_t begin, std::uint64_t end) const;
  const DwarfCall* call_returning_to(std::uint64_t pc) const;
  // A static variable of a function, by its address.
  const Variable* static_at(std::uint64_t address) const;
  std::optional<std::uint64_t> static_named(std::string_view name) const;

 private:
  struct Place;
  bool take(std::size_t entries);  // false: more than a compiler writes
  void forget();
  std::vector<CodeRange> ranges_of(Dwarf_Die die);
  void walk(Dwarf_Die function);
  void variable(Dwarf_Die die, const Place& place);
  void bind(const Variable&, const Dwarf_Op* ops, std::size_t count, std::uint64_t begin, std::uint64_t end);
  void compute(const Variable&, const Dwarf_Op* ops, std::size_t count, std::uint64_t begin, std::uint64_t end);
  void constant(const Variable&, std::int64_t value, std::uint64_t begin, std::uint64_t end);
  void call(Dwarf_Die die);

  std::string_view name_;
  bool frame_is_cfa_ = false;
  std::vector<CodeRange> ranges_;
  std::deque<Variable> variables_;
  std::vector<const Variable*> parameters_;
  std::vector<Binding> bindings_, in_frame_;
  std::vector<Computed> computed_;
  std::vector<Constant> constants_;
  std::vector<Inlined> inlined_;
  std::unordered_map<std::uint64_t, DwarfCall> calls_;
  std::unordered_map<std::uint64_t, const Variable*> statics_;
  int next_parameter_ = 0;
  std::size_t left_ = 0;
};

// What a unit declares at its top: found once.
class UnitIndex {
 public:
  explicit UnitIndex(Dwarf_Die unit);
  std::optional<Dwarf_Die> function_within(std::uint64_t begin, std::uint64_t end) const;  // whose code lies there
  const std::vector<Dwarf_Die>& functions() const { return functions_; }
  std::optional<Dwarf_Die> variable(std::string_view name) const;   // a definition or an extern declaration
  std::optional<Dwarf_Die> structure(std::string_view name) const;  // a definition

 private:
  std::vector<Dwarf_Die> functions_;
  std::vector<Dwarf_Die> structures_;
  std::unordered_map<std::string_view, Dwarf_Die> variables_;
};

}  // namespace unoops::debuginfo
