// Which symbol is meant, which address counts, and what is said where there is no answer.
#include "debuginfo/elf_file.hpp"
#include "debuginfo/symbol_index.hpp"
#include "fixture.hpp"

using namespace unoops;
using namespace unoops::symbols;
using namespace unoops::test;

namespace {

struct Kernel613 {
  TempDir dir;
  SymbolOptions options;
  std::unique_ptr<debuginfo::ElfFile> elf;
  std::unique_ptr<debuginfo::SymbolIndex> index;

  explicit Kernel613(const char* compiler = "gcc") {
    REQUIRE(build(dir, {"", compiler, "-gdwarf-5"}));
    options.vmlinux = dir / "vmlinux";
    options.modules = {dir.path()};
    elf = std::move(*debuginfo::ElfFile::open(options.vmlinux));
    index = std::make_unique<debuginfo::SymbolIndex>(*elf);
  }
  SymbolRef sized(const std::string& name, std::size_t which, std::uint64_t offset, PcKind pc = PcKind::exact) {
    const auto all = index->find(name);
    REQUIRE(all.size() > which);
    SymbolRef r = ref(name, offset, pc);
    r.size = all[which].size;
    return r;
  }
};

// #line 100 names the line behind it, which is the #endif before same_show.
unsigned in_second_twin(unsigned line) { return 101 + line - line_of("twin.c", "static NOINLINE void same_show"); }

std::string detail(const Lookup& lookup) {
  const auto* miss = std::get_if<Unresolved>(&lookup);
  return miss ? miss->detail : "";
}

}  // namespace

TEST_CASE("of several symbols of one name the printed size chooses", "[symbols]") {
  const char* compiler = GENERATE("gcc", "clang");
  if (!have(compiler)) {
    WARN("skipped: no " << compiler);
    return;
  }
  Kernel613 k(compiler);
  OwnStore symbols(k.options, {});
  REQUIRE(k.index->find("type_show").size() == 2);
  REQUIRE(k.index->find("type_show")[0].size != k.index->find("type_show")[1].size);
  const unsigned first = line_of("twin.c", "/* type */");
  CHECK(text(symbols.resolve(k.sized("type_show", 0, 0))) == fmt::format("type_show twin.c:{}", first));
  CHECK(text(symbols.resolve(k.sized("type_show", 1, 0))) == fmt::format("type_show twin.c:{}", in_second_twin(first)));
}

TEST_CASE("what no size can tell apart is told with all candidates", "[symbols]") {
  const char* compiler = GENERATE("gcc", "clang");
  if (!have(compiler)) {
    WARN("skipped: no " << compiler);
    return;
  }
  Kernel613 k(compiler);
  const auto all = k.index->find("same_show");
  REQUIRE(all.size() == 2);
  REQUIRE(all[0].size == all[1].size);
  OwnStore symbols(k.options, {});
  const Lookup& found = symbols.resolve(k.sized("same_show", 0, 0));
  CHECK(text(found) == "! ambiguous");
  const unsigned first = line_of("twin.c", "sink += n;");
  CHECK(detail(found).find(fmt::format("twin.c:{}", first)) != std::string::npos);
  CHECK(detail(found).find(fmt::format("twin.c:{}", in_second_twin(first))) != std::string::npos);
}

TEST_CASE("the caller in the trace tells equal twins apart", "[symbols]") {
  Kernel613 k;
  const auto all = k.index->find("same_show");
  REQUIRE(all[0].size == all[1].size);
  // twin_caller2 begins with its call of same_show: the return address stands behind a 5-byte call.
  const auto caller = k.index->find("twin_caller2").front();
  const auto* section = k.elf->section_at(caller.address);
  const auto bytes = k.elf->bytes(*section);
  std::uint64_t call = 0;
  while (call < caller.st_size && bytes[caller.address - section->addr + call] != 0xe8) ++call;
  REQUIRE(call < caller.st_size);
  const SymbolRef callee = k.sized("same_show", 0, 0);
  const SymbolRef above = k.sized("twin_caller2", 0, call + 5, PcKind::return_address);
  OwnStore symbols(k.options, {});
  symbols.check({&callee, &above});
  CHECK(text(symbols.resolve(callee)) ==
        fmt::format("same_show twin.c:{}", in_second_twin(line_of("twin.c", "sink += n;"))));
}

TEST_CASE("exact, return address and pointer look at different bytes", "[symbols]") {
  Kernel613 k;
  OwnStore symbols(k.options, {});
  const auto caller = k.index->find("_start").front();
  // The function ends in a jump or a return; its first call returns to the byte behind 5 bytes of call.
  CHECK(text(symbols.resolve(k.sized("outer", 0, 0, PcKind::pointer))) == "! pointer");
  const SymbolRef past = k.sized("_start", 0, caller.size + 1, PcKind::return_address);
  CHECK(text(symbols.resolve(past)) == "! past-end");
  CHECK(text(symbols.resolve(k.sized("_start", 0, caller.size, PcKind::exact))) == "! past-end");
}

TEST_CASE("refusals name their reason", "[symbols]") {
  Kernel613 k;
  OwnStore symbols(k.options, {});
  CHECK(text(symbols.resolve(ref("no_such_function"))) == "! no-such-symbol");
  SymbolRef wrong = ref("outer", 4);
  wrong.size = 0x4711;
  const Lookup& found = symbols.resolve(wrong);
  CHECK(text(found) == "! size-differs");
  CHECK(detail(found).find("0x4711 in the log") != std::string::npos);
  SymbolRef lost = ref("x", 1);
  lost.module = "nowhere";
  CHECK(text(symbols.resolve(lost)) == "! module-not-found");
  SymbolRef bpf = ref("bpf_prog_6deef7357e7b4530", 1);
  bpf.module = "bpf";
  CHECK(text(symbols.resolve(bpf)) == "! not-text");
  SymbolOptions none;
  none.none = true;
  OwnStore silent(none, {});
  CHECK(text(silent.resolve(ref("outer"))) == "! no-symbols");
}

TEST_CASE("an address alone needs the kernel's offset", "[symbols]") {
  Kernel613 k;
  const auto mark = k.index->find("mark_outer").front();
  SymbolRef bare;
  bare.address = mark.address + 0x7000000;
  bare.pc = PcKind::exact;
  OwnStore without(k.options, {});
  CHECK(text(without.resolve(bare)) == "! no-kernel-offset");
  KernelIdentity identity;
  identity.kernel_offset = 0x7000000;
  OwnStore with(k.options, identity);
  CHECK(text(with.resolve(bare)) == fmt::format("outer chain.c:{}", line_of("chain.c", "MARK(outer)")));
  // A line that prints an address beside its symbol gives the offset away.
  SymbolRef both = k.sized("outer", 0, 0);
  both.address = k.index->find("outer").front().address + 0x7000000;
  OwnStore derived(k.options, {});
  derived.check({&both});
  CHECK(text(derived.resolve(bare)) == fmt::format("outer chain.c:{}", line_of("chain.c", "MARK(outer)")));
}

// As crash(8) prints the frames of a stack.
TEST_CASE("names with addresses somewhere in them give the kernel's offset away, where all agree", "[symbols]") {
  constexpr std::uint64_t moved = 0x2bc00000, vfs_write = 0xffffffff810000e0, ksys_write = 0xffffffff81000120,
                          do_syscall_64 = 0xffffffff81000080;
  SymbolOptions options;
  options.vmlinux = TESTDATA "/demo/vmlinux";
  const auto named = [](const char* name, std::uint64_t address) {
    SymbolRef out;
    out.symbol = name;
    out.address = address;
    return out;
  };
  const auto resolved = [&](const std::vector<SymbolRef>& refs) {
    OwnStore symbols(options, {});
    std::vector<const SymbolRef*> pointers;
    for (const auto& one : refs) pointers.push_back(&one);
    symbols.check(pointers);
    return text(symbols.resolve(refs.front()));
  };
  std::vector<SymbolRef> refs{named("vfs_write", vfs_write + 0x30 + moved),
                              named("ksys_write", ksys_write + 0x40 + moved),
                              named("do_syscall_64", do_syscall_64 + 0x28 + moved)};
  CHECK(resolved(refs).starts_with("vfs_write "));
  CHECK(resolved({refs[0], refs[1]}) == "! no-kernel-offset");           // too few
  CHECK(resolved({refs[0], refs[1], refs[1]}) == "! no-kernel-offset");  // the same ones again
  auto other = refs;
  other[2].address = do_syscall_64 + 0x28 + 2 * moved;
  CHECK(resolved(other) == "! no-kernel-offset");  // one that disagrees
  other[2].address = do_syscall_64 + 0x41 + moved;
  CHECK(resolved(other) == "! no-kernel-offset");  // behind the function's end: another kernel's file
  other[2].address = do_syscall_64 + 0x40 + moved;
  CHECK(resolved(other).starts_with("vfs_write "));  // a call may be a function's last instruction
}

// As crash(8) prints the frames of a module, and the function of an exception.
TEST_CASE("frames of a module give away where it was loaded, where all agree", "[symbols]") {
  constexpr std::uint64_t loaded = 0xffffffffc0a1b000;
  SymbolOptions options;
  options.vmlinux = TESTDATA "/demo/vmlinux";
  options.modules = {TESTDATA "/demo"};
  auto elf = std::move(*debuginfo::ElfFile::open(TESTDATA "/demo/courier.ko"));
  debuginfo::SymbolIndex index(*elf);
  const auto base = loaded - (index.find("courier_submit").front().address & ~std::uint64_t{0xfff});
  const auto at = [&](const char* name, std::uint64_t offset) {
    SymbolRef out;
    out.symbol = name;
    out.module = "courier";
    out.address = index.find(name).front().address + base + offset;
    return out;
  };
  const auto resolved = [&](const std::vector<SymbolRef>& refs) {
    OwnStore symbols(options, {});
    std::vector<const SymbolRef*> pointers;
    for (const auto& one : refs) pointers.push_back(&one);
    symbols.check(pointers);
    return text(symbols.resolve(refs.front()));
  };
  std::string named = resolved({[&] {
    auto exact = at("courier_write", 0x3e);
    exact.address.reset();
    exact.offset = 0x3e;
    return exact;
  }()});
  REQUIRE_FALSE(named.starts_with("!"));  // by its offset
  auto pc = at("courier_submit", 0xe);
  pc.offset = 0xe;
  pc.pc = PcKind::exact;
  CHECK(resolved({at("courier_write", 0x3e), pc}) == named);             // an exception's function has both
  CHECK(resolved({at("courier_write", 0x3e)}) == "! no-module-offset");  // one small function may fit by accident
  auto other = pc;
  *other.address += 0x1000;
  CHECK(resolved({at("courier_write", 0x3e), pc, other}) == "! no-module-offset");  // one that disagrees
  other = pc;
  *other.address += 0x10;
  CHECK(resolved({at("courier_write", 0x3e), other}) == "! no-module-offset");  // no page begins there
  auto beyond = at("courier_write", 0x3e);
  *beyond.address += 0x2000;
  CHECK(resolved({beyond, pc}) == "! no-module-offset");  // another build's file

  OwnStore symbols(options, {});
  auto unnamed = pc;
  unnamed.module.clear();
  CHECK(symbols.module_of(unnamed, {"courier"}) == "courier");
  unnamed.symbol = "vfs_write";  // the kernel has one
  CHECK(symbols.module_of(unnamed, {"courier"}).empty());
  unnamed = other;
  unnamed.module.clear();
  CHECK(symbols.module_of(unnamed, {"courier"}).empty());
}

TEST_CASE("kallsyms gives run-time addresses their names", "[symbols]") {
  Kernel613 k;
  const auto mark = k.index->find("mark_outer").front();
  std::ofstream(k.dir / "kallsyms") << fmt::format(
      "{:016x} T mark_outer\n{:016x} T behind\nffffffffc0000000 t six_fn\t[six]\n", 0xffffffff99000000,
      0xffffffff99000000 + mark.size);
  k.options.kallsyms = k.dir / "kallsyms";
  OwnStore symbols(k.options, {});
  SymbolRef bare;
  bare.address = 0xffffffff99000000;
  bare.pc = PcKind::exact;
  CHECK(text(symbols.resolve(bare)) == fmt::format("outer chain.c:{}", line_of("chain.c", "MARK(outer)")));
  std::ofstream(k.dir / "hidden") << "0000000000000000 T _text\n0000000000000000 T schedule\n";
  k.options.kallsyms = k.dir / "hidden";
  OwnStore hidden(k.options, {});
  hidden.check({});
  REQUIRE(hidden.verdicts().size() == 1);
  CHECK(hidden.verdicts()[0].evidence.front().find("kptr_restrict") != std::string::npos);
}

TEST_CASE("modules are found by name in any packing", "[symbols]") {
  const std::pair<const char*, const char*> packers[] = {{"true", "my-mod.ko"},
                                                         {"gzip -f", "my-mod.ko.gz"},
                                                         {"xz -f", "my-mod.ko.xz"},
                                                         {"zstd -qf --rm", "my-mod.ko.zst"},
                                                         {"cp -f my-mod.ko my-mod.ko.debug && rm", "my-mod.ko.debug"}};
  for (const auto& [packer, file] : packers) {
    DYNAMIC_SECTION(file) {
      const TempDir dir;
      REQUIRE(build(dir, {"", "gcc", "-gdwarf-5"}));
      fs::create_directories(dir / "lib/kernel/drivers");
      fs::rename(dir / "six.ko", dir / "lib/kernel/drivers/my-mod.ko");
      if (!run(fmt::format("cd {}/lib/kernel/drivers && {} my-mod.ko && test -e {}", dir.path(), packer, file))) {
        WARN("skipped: no " << packer);
        continue;
      }
      SymbolOptions options;
      options.modules = {dir / "lib"};
      OwnStore symbols(options, {});
      SymbolRef r = ref("mark_exit");
      r.module = "my_mod";
      CHECK(text(symbols.resolve(r)) == fmt::format("in_exit chain.c:{}", line_of("chain.c", "MARK(exit)")));
    }
  }
}

TEST_CASE("a stripped file leads to its separate debug file", "[symbols]") {
  const TempDir dir;
  REQUIRE(build(dir, {"", "gcc", "-gdwarf-5"}));
  REQUIRE(
      run(fmt::format("cd {} && objcopy --only-keep-debug vmlinux vmlinux.dbg && objcopy --strip-debug "
                      "--add-gnu-debuglink=vmlinux.dbg vmlinux",
                      dir.path())));
  SymbolOptions options;
  options.vmlinux = dir / "vmlinux";
  OwnStore symbols(options, {});
  CHECK(text(symbols.resolve(ref("mark_hot"))) == fmt::format("in_hot chain.c:{}", line_of("chain.c", "MARK(hot)")));
  fs::remove(dir / "vmlinux.dbg");
  OwnStore bare(options, {});
  CHECK(text(bare.resolve(ref("mark_hot"))) == "! no-debug-info");
}
