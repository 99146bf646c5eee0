#include "arch/system_call.hpp"

#include "catch.hpp"
#include "facts/syscalls.hpp"
#include "unoops/arch.hpp"

using namespace unoops;
using facts::SystemCallTable;

namespace {

void enter(Report& r, std::string_view function) {
  Stack trace;
  trace.label = "Call Trace";
  trace.frames.emplace_back().ref.symbol = function;
  r.stacks.push_back(std::move(trace));
}

}  // namespace

TEST_CASE("system calls are found by each table's numbers") {
  CHECK(facts::find_system_call(SystemCallTable::x86_64, 1)->name == "write");
  CHECK(facts::find_system_call(SystemCallTable::i386, 4)->name == "write");
  CHECK(facts::find_system_call(SystemCallTable::powerpc, 54)->name == "ioctl");
  CHECK(facts::find_system_call(SystemCallTable::generic, 64)->name == "write");
  CHECK(facts::find_system_call("mmap2")->arguments == 6);
  CHECK_FALSE(facts::find_system_call(SystemCallTable::i386, ~0ull));
  CHECK_FALSE(facts::find_system_call("no_such_call"));
}

TEST_CASE("a 32-bit program's call is read by the 32-bit table") {
  Report r;
  r.arch = find_arch("x86_64");
  r.user_registers = {{"ORIG_RAX", 4}, {"RBX", 3}, {"RCX", 0xff8a1000}, {"RDX", 5}};
  enter(r, "do_fast_syscall_32");
  const auto call = arch::entered_call(r);
  REQUIRE(call);
  CHECK(call->call.name == "write");
  CHECK(call->arguments == std::vector<std::uint64_t>{3, 0xff8a1000, 5});
}

TEST_CASE("powerpc's registers behind another interrupt are no system call's") {
  Report r;
  r.arch = find_arch("powerpc");
  r.user_registers = {{"GPR00", 4}, {"GPR03", 3}, {"GPR04", 0x1000}, {"GPR05", 5}};
  CHECK_FALSE(arch::entered_call(r));
  enter(r, "system_call_exception");
  REQUIRE(arch::entered_call(r));
  CHECK(arch::entered_call(r)->call.name == "write");
}
