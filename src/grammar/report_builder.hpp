// A report under construction: what has been read, and where in its grammar it stands.
#pragma once

#include <string>
#include <string_view>

#include "base/rooms.hpp"
#include "grammar/log_line.hpp"
#include "grammar/section.hpp"
#include "unoops/report.hpp"

namespace unoops::kinds {
struct Kind;
}
namespace unoops::arch {
struct Arch;
}

namespace unoops::grammar {

// One register dump with its trace. A report has its own, then maybe others: the panic's, other CPUs', the repeated
// one.
struct Block {
  enum class Role {
    own,
    repeat,  // behind the end trace (v4.18, arch/x86/kernel/dumpstack.c oops_end: the FIRST oops's registers)
    panic,   // the derived panic's own trace
    other,   // another CPU or task
  };
  Role role = Role::own;
  bool cpu = false, pc = false, code = false, registers = false, trace = false;
  bool user = false;  // in the registers of the system call's entry
  bool skip = false;  // in the registers of a kernel context that an interrupt broke into
  bool over = false;  // </TASK>: nothing of its trace follows
  int register_order = -1;
  int mark_depth = 0;  // <TASK> and the like that are open
};

struct ReportBuilder {
  Report report;
  const kinds::Kind* kind = nullptr;
  const arch::Arch* arch = nullptr;
  const LogLine* line = nullptr;  // the one being read

  Block block;
  SectionId last = SectionId::detail;
  bool die = false, modules = false, ended = false, bracket = false;
  std::string trace_label = "Call Trace";
  std::string context;  // of the next frames
  std::optional<int> block_cpu, block_pid;
  std::string block_comm;
  bool in_stack = false;          // frames go to the last stack
  bool backtraces = false;        // it asked other CPUs for their traces
  std::string guest;              // the caller id of the CPU that prints one now
  bool prefixed = false;          // its lines carry a transport's prefix: a bare line among them is user space's
  std::optional<PcKind> next_pc;  // how the next frame's address counts, where its label says so
  bool code_open = false;         // the Code bytes read last are the report's: a broken line may go on
  std::string heading;            // the last line of words: may be the label of the frames behind it

  // How many frames it had when another report could as well have had a line of its (without caller ids), and when the
  // kernel said that it dropped lines in its midst.
  std::optional<std::size_t> contested_at, dropped_at;
  // The same, but the other one has printed nothing since this one began: it counts when it does.
  std::optional<std::size_t> maybe_contested_at;
  bool lost_turn = false;   // and it is the other one
  std::size_t settled = 0;  // frames of the lines before the one that is being read
  bool orphan = false;      // a panic that comes from a report which the log does not hold

  std::uint64_t last_line = 0;  // of the source; and what came since then
  std::optional<std::int64_t> last_time;
  std::uint64_t first_tick = 0, last_tick = 0;  // the assembler's own count of lines
  bool cut = false;                             // the log's last line is its: more of it may be missing
  std::size_t bytes = 0, frames = 0;

  bool is_own() const { return block.role == Block::Role::own; }

  // A stack that the next frames go to.
  Stack& open_stack(std::string_view label, std::string_view with_context = {});
  void add_frame(Frame frame);
  // The whole text as a frame of a trace; false: it is none.
  bool read_frame_line(std::string_view text);
  // One address with the words before it: a stack of its own.
  void add_single(std::string_view label, SymbolRef ref, std::string_view with_context = {});
  void add_pc(SymbolRef ref, std::string_view label = "pc");
  void add_register(std::string_view name, std::uint64_t value, int bits);
  void set_fault_address(std::uint64_t address);
  void add_message(std::string_view text);
  void add_line(std::uint64_t number);  // the log's line is the report's
  void add_defect(DefectKind kind, std::string text, std::optional<std::uint64_t> line_no = {});
  void start_block(Block::Role role, std::string_view label);
};

}  // namespace unoops::grammar
