// A report: one root header and everything that the kernel prints because of it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "unoops/arch.hpp"
#include "unoops/explanation.hpp"
#include "unoops/fault.hpp"
#include "unoops/kind.hpp"
#include "unoops/stack.hpp"
#include "unoops/upkeep.hpp"
#include "unoops/value.hpp"

namespace unoops {

struct Register {
  std::string name;  // as the log prints it: "RAX", "x0", "GPR03"
  std::uint64_t value = 0;
  int bits = 64;
};

struct Code {
  std::vector<std::uint8_t> bytes;
  std::optional<std::size_t> fault_offset;  // of <xx> or (xxxxxxxx) in bytes
  int unit = 1;                             // bytes per printed group: 1 x86, 4 arm64, 2 thumb, ...
  std::string problem;                      // "Unable to access opcode bytes at 0x..."
};

// `text` is what stands behind "Code:". Bytes come in memory order: words of RISC machines are turned by the
// architecture's byte order. false: no bytes ("Bad RIP value."); then code.problem holds the words.
bool read_code(std::string_view text, const ArchInfo* arch, Code& code);

struct Module {
  std::string name;
  std::string flags;  // "OE"; with + and -
};

struct TaintFlag {
  char letter = 0;
  std::string_view meaning;
};

struct Taint {
  std::string raw;  // "G        W  OE"; empty: not tainted
  std::vector<TaintFlag> flags;
};

struct Kernel {
  std::string release;  // "6.1.0-56-amd64"
  std::string version;  // "#1 SMP PREEMPT_DYNAMIC Debian 6.1.192-2 ..."
  std::string build_id;
  std::string command_line;  // of the boot, where the log has it
  std::string banner;        // the whole "Linux version ..." line of the boot, where the log has it
  // What the boot's lines call the machine ("DMI: QEMU Standard PC ...") and the hypervisor below it ("KVM").
  std::string machine, hypervisor;
  bool operator==(const Kernel&) const = default;
};

struct Panic {
  std::string reason;
  std::uint64_t line = 0;
  // The crash kernel took over before the kernel said why: kexec leaves no "Kernel panic" line behind an oops.
  bool kexec = false;
};

// What is missing or damaged because of the log, not because of the kernel.
// no_end: truncated, because the log ends there, so that what came next is not known.
enum class DefectKind { truncated, no_end, interleaved, garbled, dropped, over_limit, no_trace };
std::string_view defect_id(DefectKind);
struct Defect {
  DefectKind kind;
  std::string text;                        // "12 printk messages were dropped in its midst"
  std::optional<std::uint64_t> line = {};  // the log's line that says it
};

struct LineRange {
  std::uint64_t first = 0, last = 0;  // 1-based, inclusive
};

// A later report that only goes on with this one: the same stall again, the oops of the access that KASAN found.
struct FollowUp {
  const KindInfo* kind = nullptr;
  std::string title, signature, comm;
  std::optional<int> cpu;
  std::optional<std::int64_t> pid, time_us;
  std::uint64_t line_first = 0, line_last = 0;
};

// What a trouble has to do with the report that it came before.
enum class Bearing {
  device,       // the report names the device
  driver,       // its driver is on the report's trace
  file_system,  // a file system of its kind is on the report's trace
  time,         // it came shortly before; nothing else ties them
};
std::string_view bearing_id(Bearing);

// Trouble that the kernel announced earlier in the boot (src/facts/troubles.cpp), and that bears on the report.
struct Trouble {
  Bearing bearing = Bearing::time;
  std::string what;                     // "I/O error"
  std::string subject;                  // the device or driver: "nvme0n1"; empty: the whole machine
  std::string text;                     // the kernel's own words, the first time
  std::uint64_t count = 1;              // how often it was announced before the report
  std::optional<std::int64_t> time_us;  // of the first
  std::uint64_t line_first = 0, line_last = 0;
};

// A task that died in an earlier report of the boot: the locks that it held stay locked.
struct LeftBehind {
  std::uint64_t report = 0, line = 0;
  std::string comm;
  std::optional<std::int64_t> pid;
  bool atomic = false;  // it died with interrupts or preemption off, as one does under a spinlock
  bool holder = false;  // this report names it as the holder of the lock that it is about
  std::string shared;   // a function that both have on their traces; empty: none
};

// A lock of a memory dump that somebody waits for.
struct DumpedLock {
  std::string type;  // "struct mutex"
  std::uint64_t address = 0;
  std::vector<std::int64_t> waiting = {};  // the tasks' pids
  std::vector<int> spinning = {};          // the CPUs that do nothing else
  std::optional<std::int64_t> owner = {};  // the pid of the task that holds it, where the lock tells
  std::string owner_comm = {};
  std::string symbol = {};  // the variable that it is, or lies in: "rtnl_mutex", "table+0x40 [kfault]"
};

// What the memory dump that the log came from says of the machine as it stopped.
struct DumpedMachine {
  std::optional<unsigned> dump_level = {};             // makedumpfile -d: which pages were left out
  std::optional<int> panicked_cpu = {};                // that called panic(), or handed over to the crash kernel
  std::optional<std::uint64_t> cpus = {}, tasks = {};  // of both that the dump tells of
  std::vector<DumpedLock> locks = {};                  // that the tasks whose stacks are shown wait for
  std::vector<std::string> missing = {};  // what it does not tell, and why: "the stack of CPU 1 leads nowhere"
};

// A task of that machine.
struct DumpedTask {
  std::int64_t pid = 0;
  std::string comm;
  char state = 0;                         // as ps(1) has it: R, S, D, ...
  std::optional<int> cpu = {};            // that it ran on; nothing: it slept
  std::optional<std::size_t> stack = {};  // index into Report::stacks, where its stack is shown
  // Of a program, as far as the dump has its pages.
  std::string command_line = {};  // arguments with blanks between them
  std::string program = {};       // the file that it runs: "/usr/bin/trig"
  std::string cgroup = {};        // its path: "/system.slice/ssh.service"
  // For at least so long it has not run, by the clocks of the CPUs' run queues; nothing: it runs, or they do not tell.
  std::optional<std::int64_t> idle_us = {};
};

// What a fact's words are, so that JSON prints them as what they mean.
enum class FactType {
  text,       // words, and numbers in hex
  number,     // decimal: 12
  numbers,    // several, with commas between them: "1, 3"
  kilobytes,  // "478076kB"
  seconds,    // "41.230s"
  flag,       // "yes": it is so
};

// The name of a fact from the kind's own lines (src/report/fact_names.hpp lists them all).
struct FactName {
  std::string_view id;       // "bug-type"
  std::string_view meaning;  // what it says, in the words of docs/report.schema.json
  FactType type = FactType::text;
};

// The system call that the task was in, by the registers that it entered with or, without arguments, by the trace.
struct CallArgument {
  std::uint64_t value = 0;
  std::string words;       // the value as the call means it: "-100"
  std::string name, type;  // "fd", "unsigned int": where DWARF tells
};
struct SystemCallMade {
  std::string name;  // "write"
  std::vector<CallArgument> arguments;
  bool by_trace = false;  // the arguments are not printed
};

// A file of symbols that was looked for, and whether it is of the log's kernel.
struct SymbolFile {
  std::string what;                   // "vmlinux", "ext4"
  std::string path;                   // empty: not found
  std::string_view fit;               // "unknown", "fits", "doubtful", "misfit", "not-found", "unusable"
  std::vector<std::string> evidence;  // "banner", "14 of 14 sizes"
};

// What a team's rules say of the report (known.hpp).
struct Known {
  std::string bug;                   // what it is, in the team's words
  std::string link;                  // of its ticket, mail or commit
  std::string fixed_in;              // the release that has the fix
  bool regressed = false;            // the report is of that release, or of a later one
  std::optional<Severity> severity;  // that the team gives it
  bool ignored = false;
  std::string rule;  // where it stands: "rules.toml:12"
};

struct Report {
  std::uint64_t number = 0;        // 1, 2, 3 ... in the order of the output
  const KindInfo* kind = nullptr;  // never null once finished
  const ArchInfo* arch = nullptr;  // null: the text does not say
  Severity severity = Severity::error;
  std::string title;
  std::string signature;
  bool corrupted = false;
  std::vector<Defect> defects;

  // where it stands
  std::string file;  // empty: standard input
  int boot = 1;
  std::uint64_t line_first = 0, line_last = 0;
  std::vector<LineRange> lines;  // its own lines, if another report's lie among them
  std::optional<std::int64_t> time_us;
  std::string wall_time, host, caller;
  std::optional<std::uint64_t> follows;
  std::vector<FollowUp> followed_by;  // became parts of this report; their frames are stacks of Occurrence::again
  std::optional<Panic> panic;
  std::optional<Known> known;  // the rules of DecodeOptions::known know it
  std::vector<Trouble> before;
  std::optional<LeftBehind> left_behind;  // the death that bears most on this report

  // the header
  std::optional<int> cpu;
  std::optional<std::int64_t> pid, uid;
  std::string comm;
  Kernel kernel;
  Taint taint;
  std::string hardware, workqueue;
  std::optional<SystemCallMade> system_call;  // explain
  std::optional<int> die_number;              // Oops: ... [#n]
  std::string headline;                       // the root header's text
  std::vector<std::string> messages;          // what was printed with it: the caller's words, sections of its kind
  // what the kind's own lines say, by FactName::id
  std::vector<std::pair<std::string, std::string>> facts;

  Fault fault;
  std::vector<Register> registers;       // of the fault
  std::vector<Register> user_registers;  // of the system call's entry
  Code code;
  std::vector<Stack> stacks;
  std::vector<Module> modules;
  std::string modules_unloaded;
  std::optional<std::uint64_t> kernel_offset;  // KASLR, where printed or derived
  std::optional<DumpedMachine> machine;        // the log is a memory dump's
  std::vector<DumpedTask> tasks;               // of it, those whose stacks are shown
  std::vector<DumpedObject> objects;           // of its memory: what the bad pointer lay in and led to

  // the later stages
  FaultSite site;
  Explanation explanation;
  Upkeep upkeep;
  std::vector<std::string> warnings;                        // what the reader should distrust
  std::vector<std::string> symbol_notes;                    // "vmlinux fits: banner, 14 of 14 sizes"
  std::vector<SymbolFile> symbol_files;                     // the same, for programs
  std::optional<std::size_t> culprit_stack, culprit_frame;  // indices of the frame that title and signature name
  std::vector<std::string> raw;                             // the owned lines' texts, bounded

  bool has(Traits any) const { return kind && kind->has(any); }
  std::string_view fact(FactName) const;  // empty: not there
  void set_fact(FactName, std::string_view value);
  const Register* reg(std::string_view name) const;
};

// What it takes of memory, in bytes.
std::size_t memory_of(const Report&);

}  // namespace unoops
