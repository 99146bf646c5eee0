// Pointers that only DWARF knows: testdata/symbols/entry.c, compiled while the tests run.
#include "../symbols/fixture.hpp"
#include "catch.hpp"
#include "inspect/inspect.hpp"

namespace unoops::test {

using namespace inspect;
using test::OwnStore;

TEST_CASE("container_of() of NULL is named without a register") {
#ifndef __x86_64__
  SUCCEED("the instruction is x86-64's");
#else
  TempDir dir;
  REQUIRE(
      run(fmt::format("cd {} && cc -c -O2 -g -ffreestanding -fno-pic -mcmodel=kernel -fcf-protection=none "
                      "-fno-delete-null-pointer-checks -o entry.o {}/entry.c && "
                      "ld -Ttext=0xffffffff81000000 -e 0 -o vmlinux entry.o",
                      dir.path(), source_dir)));
  SymbolOptions options;
  options.vmlinux = dir / "vmlinux";
  options.force = true;
  KernelIdentity identity;
  identity.arch = find_arch("x86_64");
  OwnStore symbols(options, identity);
  Report r;
  r.arch = identity.arch;
  r.kind = find_kind("page-fault");
  r.fault.address = 0xfffffffffffffff8;  // 8 less 16
  Stack pc;
  pc.role = StackRole::pc;
  pc.frames.emplace_back();
  pc.frames[0].ref.symbol = "null_entry_state";
  pc.frames[0].ref.offset = 0;
  pc.frames[0].ref.pc = PcKind::exact;
  r.stacks.push_back(pc);
  r.registers = {{"RAX", 1, 64}};
  inspect_fault(r, &symbols);
  REQUIRE(r.site.cause);
  CHECK(r.site.cause->expression == "e");
  CHECK(r.site.cause->type == "struct entry");
  CHECK(r.site.cause->member == "state");
  CHECK(r.site.cause->confidence == Confidence::likely);
#endif
}

}  // namespace unoops::test
