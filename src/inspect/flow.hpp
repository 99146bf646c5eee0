// Forward data flow over one function: what every register and stack slot holds before each instruction. The method is
// that of perf's data-type profiler (tools/perf/util/annotate-data.c), carried on to names.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <unordered_map>
#include <vector>

#include "base/rooms.hpp"
#include "debuginfo/c_types.hpp"
#include "debuginfo/variables.hpp"
#include "inspect/program.hpp"
#include "inspect/value.hpp"
#include "machine/disassembler.hpp"

namespace unoops::inspect {

struct State {
  std::array<Value, max_regs> regs;
  std::vector<std::pair<std::int64_t, Value>> slots;  // of the frame, by their distance from the CFA; sorted
  bool operator==(const State&) const = default;
};

struct FlowOptions {
  bool names = true;                                    // use what DWARF says of registers
  bool lists = true;                                    // use location lists behind the entry
  std::vector<const Variable*> without = {};            // except these'
  std::uint64_t goal = 0;                               // only states around this address are wanted; 0: any
  std::vector<std::pair<Reg, Alternative>> entry = {};  // what is known of registers at the entry beyond DWARF
  std::shared_ptr<const FunctionInfo> info = nullptr;   // what another flow has read of the function's DWARF
};

// Answers change the flow: a state that the goal left out, or the variable at an address, is found when it is asked for.
class FunctionFlow {
 public:
  FunctionFlow(const Function&, const Disassembler&, Types&, Nodes&, UnitIndex*, FlowOptions = {});

  bool ready() const { return !insns_.empty(); }
  const FunctionInfo* info() const { return info_.get(); }
  std::shared_ptr<const FunctionInfo> shared_info() const { return info_; }
  const std::vector<Insn>& insns() const { return insns_; }
  const Insn* at(std::uint64_t pc) const;
  const Insn* ending_at(std::uint64_t pc) const;
  const Insn* call_before(std::uint64_t return_pc) const;
  // What gave a register its value on the only way to an instruction; null: there are several ways, or it came in.
  const Insn* giver(const Insn& before, Reg) const;
  // What DWARF and the ABI say of the registers where the function begins.
  State at_entry();
  // What holds before the instruction at pc.
  State before(std::uint64_t pc);
  // Whether a register's holding that node follows from location lists and the instruction's own block alone.
  bool follows_nearby(std::uint64_t pc, const Node*);
  // Changes the state before an instruction to the one behind it. `insn` may be the log's, if the file's differs.
  void step(const Insn& insn, State&);

  // The alternatives for what a memory operand's address is.
  Value address_of(const Mem&, const Insn&, const State&);
  // A number that is the address of a variable becomes that variable.
  Alternative as_object(const Alternative&, bool per_cpu);
  // Other ways to say an address: where one register is both dev + 0x30 and devfreq, the one is known by the other.
  Value synonyms(const Alternative&, const State&);
  // What an alternative points to, and what of it is touched there.
  struct Place {
    Alternative where;
    Type object;
    Path path;
  };
  std::optional<Place> place(const Alternative&, const Touch&, std::uint64_t pc);
  // What stands in memory there.
  Value load(const Value& address, unsigned size, const State&, std::uint64_t pc, bool per_cpu = false);
  // Name of the function that an instruction calls, thunks resolved into indirect calls already; empty: not known.
  std::string callee_name(const Insn&) const;

 private:
  struct Block {
    std::size_t first = 0, last = 0;  // instructions [first, last)
    std::vector<std::size_t> next;
    bool entry = false, reached = false, has_predecessor = false;
    std::optional<std::size_t> before;  // the only block that leads to it
    State in;
    std::vector<const Binding*> places;  // of variables that hold where it begins
  };

  void decode(std::uint64_t begin, std::span<const std::uint8_t> bytes);
  void fix_special(Insn&);
  void build_blocks();
  void connect();
  std::vector<std::size_t> block_order() const;
  void choose_blocks();
  void run();
  void settle(const std::vector<std::size_t>& order, std::vector<bool>& dirty);
  void flow_into(std::size_t block, const State& from, std::vector<bool>& dirty);
  State behind(const Block&);
  State anywhere();
  bool is_source(const Block&, std::size_t insn) const;
  const Block& settled(std::size_t block);
  void enter_function(State&);
  void overlay(State&, const Block&);
  void overlay_behind(State&, const Insn& last, std::uint64_t pc);
  bool left_out(const Variable*) const;
  void bind(State&, const Binding&);
  bool join(State& into, const State& from);
  void apply(const Effect&, const Insn&, State&);
  Value result_of(const Effect&, const Insn&, const State&);
  Value constant_of(const Effect&, const Insn&);
  Value resolved(const Value&);
  Value sum_with_constant(const Effect&, const Insn&, const Value&);
  void after_call(const Insn&, State&);
  void name_computed(Value& loaded, const Insn&, const State& before);
  Value typed_by_inlined(const Value& loaded, const Insn&);
  void store(const Effect&, const Insn&, State&);
  Value sum_with_memory(const Effect&, const Insn&, const State&);
  Value symbolic(std::uint64_t field, const Insn&, bool absolute);
  std::optional<Place> frame_variable(std::int64_t offset, const Touch&, std::uint64_t pc);
  bool no_return(const Insn&) const;

  const Function& function_;
  const Disassembler& disassembler_;
  Types& types_;
  Nodes& nodes_;
  UnitIndex* unit_;
  FlowOptions options_;
  std::shared_ptr<const FunctionInfo> info_;
  std::uint64_t entry_ = 0;
  std::vector<Insn> insns_;
  std::vector<Block> blocks_;
  std::vector<bool> needed_;              // blocks whose states are computed
  std::vector<std::size_t> block_index_;  // of each instruction
  std::unordered_map<std::uint64_t, std::size_t> index_;
  std::unordered_map<std::uint64_t, Alternative> objects_;
};

}  // namespace unoops::inspect
