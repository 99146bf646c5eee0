// A report under construction: what its lines have said, and where in the grammar of a report it stands. This is what
// readers of lines may touch.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/rooms.hpp"
#include "grammar/contexts.hpp"
#include "grammar/frame_line.hpp"
#include "grammar/log_line.hpp"
#include "grammar/section.hpp"
#include "unoops/report.hpp"

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

// Half a word, at the end of a line that was cut: it is used for nothing.
struct Cut {
  std::string what;  // "RCX ffffc164c98c71"
  std::uint64_t line = 0;
};

struct ReportBuilder {
  Report report;
  const LogLine* line = nullptr;  // the one being read

  SectionId last = SectionId::detail;     // what the line before it was read as
  std::optional<std::int64_t> last_time;  // of the line before it
  bool die = false;                       // "Oops: ... [#1]" was read
  bool modules = false;                   // "Modules linked in:" was read
  bool ended = false;                     // the end trace was read
  bool bracket = false;                   // between the rulers of a report that has some

  Block block;
  std::string trace_label = "Call Trace";  // of the stack that the next frames without a label open
  Mark mark;                               // of the next frames
  std::optional<int> block_cpu, block_pid;
  std::string block_comm;
  bool in_stack = false;          // frames go to the last stack
  bool backtraces = false;        // the report asked other CPUs for their traces
  bool code_open = false;         // the Code bytes read last are the report's, and the next line may continue them
  std::optional<PcKind> next_pc;  // how the next frame's address counts, where its label says so
  std::string heading;            // the last line of words: may be the label of the frames behind it
  std::size_t frames = 0;         // read so far, those over the limit too
  std::vector<Location> inlined;  // into the frame behind them: a decoder's lines of their own
  std::vector<Cut> cuts;          // told once, in a defect
  std::size_t cut_lines = 0;      // all of them

  bool is_own() const { return block.role == Block::Role::own; }

  // A stack that the next frames go to.
  Stack& open_stack(std::string_view label, Occurrence occurrence = Occurrence::own);
  // The last stack's frames ran in the context of `mark`.
  void mark_stack();
  void add_frame(Frame frame);
  // The whole text as a frame of a trace; false: it is none.
  bool read_frame_line(std::string_view text);
  bool add_frame_line(FrameLine&&);
  // One address with the words before it: a stack of its own.
  void add_single(std::string_view label, Frame frame, Occurrence occurrence = Occurrence::own);
  void add_pc(Frame frame, std::string_view label = "pc");
  void add_register(std::string_view name, std::uint64_t value, int bits);
  void set_fault_address(std::uint64_t address);
  void add_message(std::string_view text);
  void add_cut(std::string what);
  void add_line(std::uint64_t number);  // the log's line is the report's
  void add_defect(DefectKind kind, std::string text, std::optional<std::uint64_t> line_no = {});
  void start_block(Block::Role role, std::string_view label);
};

}  // namespace unoops::grammar
