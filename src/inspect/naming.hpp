// From the faulting instruction to the C expression: the cause of a report.
#pragma once

#include <deque>
#include <memory>
#include <optional>

#include "base/rooms.hpp"
#include "inspect/flow.hpp"
#include "inspect/scene.hpp"
#include "inspect/view_program.hpp"

namespace unoops::inspect {

// A function that is being looked at, with all that it needs.
struct Subject {
  std::unique_ptr<ViewProgram> program;  // null: from the Code bytes alone
  Function function;
  UnitIndex* unit = nullptr;
  std::unique_ptr<FunctionFlow> flow;
  std::uint64_t address = 0;  // of the reference
};

// The member of the object that is at NULL if the object lies at `value`: container_of() of NULL.
std::string embedded_below_null(Type object, std::optional<std::uint64_t> value, unsigned word);

// A path without its first dot: "port.tx".
std::string member_of(std::string_view path);

class Namer {
 public:
  Namer(Report&, const Disassembler&, FileStore*);

  // The functions that a reference may mean, analysed; empty: no code at hand.
  std::vector<Subject*> subjects(const SymbolRef&);
  // The only one; null: none, or several.
  Subject* subject(const SymbolRef&);
  // The function of the Code bytes, where they reach back to its start.
  Subject* subject_of_code(const Scene&);

  void name_fault(const Scene&, Subject&);   // a load or store at the pc
  void name_call(const Scene&);              // the pc is the bad address, or a thunk's: who called it
  void name_callee(const Scene&, Subject&);  // an indirect call or jump that the CPU refused
  void name_sanitizer();                     // a report of KASAN: the pointer that its caller passed
  // Any instruction's operand, for the measurements.
  std::optional<Cause> name_operand(Subject&, const Insn&, const MemoryAccess&);
  std::unique_ptr<FunctionFlow> flow_of(const Subject&, FlowOptions);
  const Isa& isa() const { return disassembler_.isa(); }
  Types& types() { return types_; }
  void name_registers(const Scene&, const Subject&);  // FaultSite::register_names
  void note_registers(const Scene&, Subject&);        // Instruction::note
  void see_constant(const Scene&);                    // FaultSite::sightings
  void see_symbol(const Scene&, Subject&);            // the same
  void name_system_call();                            // FaultSite::call_parameters
  void name_wanted();                                 // FaultSite::handed, of a task that waits
  void tell_endless();                                // refuses files whose types or variables do not end

 private:
  Subject* analyse(CodeView);
  void explain_isra(Subject&);
  std::optional<Alternative> isra_argument(Subject&, Reg);
  struct Guess {
    Alternative where;
    Type object;
    Path path;
  };
  std::optional<Guess> best_guess(FunctionFlow&, const Value& address, const Touch&, std::uint64_t pc, const State&);
  std::optional<Guess> constant_guess(FunctionFlow&, std::uint64_t address, const Touch&, std::uint64_t pc);
  void name_by_next_copy(FunctionFlow&, std::uint64_t pc, Reg base, Guess&);
  void refine_index(const Scene&, FunctionFlow&, const State&, Guess&, std::uint64_t address, const Touch&);
  std::optional<std::uint64_t> value_of(const Scene&, const State&, const Node*) const;
  Cause conclude(const Guess&, FunctionFlow&, std::uint64_t pc, std::optional<std::uint64_t> address, bool matches);
  // A parameter as it came in: which one, and what was added to it.
  struct Argument {
    int number = 0;
    std::int64_t inner = 0;
  };
  std::optional<Argument> asks_the_caller(const std::optional<Argument>&, const std::optional<Guess>&,
                                          std::optional<std::uint64_t> effective) const;
  bool name_in_callers(const Scene&, Argument, std::optional<std::uint64_t> effective, bool typed);
  std::optional<Guess> passed_by(FunctionFlow&, const Insn& call, int argument, bool typed);
  std::vector<const Frame*> callers() const;
  const Frame* caller_of_nothing() const;
  std::optional<Cause> call_target(const Scene&, Subject&, const Insn&);
  std::optional<Guess> called_in(FunctionFlow&, const Insn&, const Mem&);
  void say_register(FunctionFlow&, const Insn& call, Cause&);
  void say_member(const Guess&, Cause&);
  std::string word_read(FunctionFlow&, const Insn&, const Mem&, int depth);
  std::string word_in(FunctionFlow&, const Insn& use, Reg, int depth);
  std::optional<Cause> behind_tail_call(const Scene&, const Frame&, Subject&, const Insn&);
  // The register in which a pointer came in, if the function has not changed it.
  std::optional<Argument> came_in(const Value&) const;
  std::optional<Argument> came_in(const Subject&, const Insn&, const Mem&);
  std::optional<Argument> came_in(const Subject&, const Insn&, Reg);
  void follow_into_callers(const Scene&, Argument, std::optional<std::uint64_t> effective);
  std::optional<int> hands_on(const SymbolRef& through, std::string_view to, int argument);
  std::string callee_of(Subject&, const Insn&);
  std::optional<Handed> lock_at(FunctionFlow&, const Insn& call, Reg);
  std::optional<Handed> wanted_in(const Stack&);

  Report& report_;
  const Disassembler& disassembler_;
  FileStore* impl_;
  Nodes nodes_;
  Types types_;
  bool explaining_isra_ = false;
  std::deque<Subject> subjects_;
  std::deque<std::pair<const void*, UnitIndex>> units_;  // by the root's place in memory
};

}  // namespace unoops::inspect
