// Every form of DWARF that kernels come with answers line by line.
#include "fixture.hpp"

using namespace unoops;
using namespace unoops::test;

namespace {

const Build builds[] = {
    {"gcc, DWARF 4", "gcc", "-gdwarf-4"},
    {"gcc, DWARF 5", "gcc", "-gdwarf-5"},
    {"gcc, DWARF 3", "gcc", "-gdwarf-3 -gstrict-dwarf"},
    {"gcc, -g1", "gcc", "-gdwarf-5 -g1"},
    {"gcc, compressed by zlib", "gcc", "-gdwarf-5 -gz=zlib"},
    {"gcc, old compressed sections", "gcc", "-gdwarf-4 -gz=zlib-gnu"},
    {"gcc, linked file compressed", "gcc", "-gdwarf-5",
     "objcopy --compress-debug-sections=zlib vmlinux && objcopy --compress-debug-sections=zlib six.ko"},
    {"gcc, compressed by zstd", "gcc", "-gdwarf-5",
     "objcopy --compress-debug-sections=zstd vmlinux && objcopy --compress-debug-sections=zstd six.ko"},
    {"gcc, no .debug_aranges", "gcc", "-gdwarf-5", "objcopy -R .debug_aranges -R .rela.debug_aranges vmlinux"},
    {"gcc, function sections", "gcc", "-gdwarf-5 -ffunction-sections"},
    {"gcc, split DWARF 5", "gcc", "-gdwarf-5 -gsplit-dwarf"},
    {"gcc, split DWARF 4", "gcc", "-gdwarf-4 -gsplit-dwarf"},
    {"gcc, 32 bits (REL)", "gcc", "-gdwarf-5 -m32"},
    {"gcc, link-time optimisation", "gcc", "-gdwarf-5 -flto -ffat-lto-objects"},
    {"clang, DWARF 4", "clang", "-gdwarf-4"},
    {"clang, DWARF 5 (no .debug_aranges)", "clang", "-gdwarf-5"},
    {"clang, split DWARF 5", "clang", "-gdwarf-5 -gsplit-dwarf"},
    {"clang, .dwp", "clang", "-gdwarf-5 -gsplit-dwarf",
     "llvm-dwp -e vmlinux -o vmlinux.dwp && cp vmlinux.dwp six.ko.dwp && rm -f *.dwo"},
};

void check_everything(KernelSymbols& symbols, const std::string& module) {
  const auto at = [&](const std::string& symbol) {
    SymbolRef r = ref(symbol);
    r.module = module;
    return text(symbols.resolve(r));
  };
  const unsigned inlined = line_of("chain.c", "call innermost"), called = line_of("chain.c", "call middle");
  CHECK(at("mark_innermost") == fmt::format("innermost chain.c:{} < middle chain.c:{} < outer chain.c:{}",
                                            line_of("chain.c", "MARK(innermost)"), inlined, called));
  CHECK(at("mark_middle") ==
        fmt::format("middle chain.c:{} < outer chain.c:{}", line_of("chain.c", "MARK(middle)"), called));
  CHECK(at("mark_outer") == fmt::format("outer chain.c:{}", line_of("chain.c", "MARK(outer)")));
  for (const std::string section : {"init", "exit", "unlikely", "noinstr", "hot"})
    CHECK(at("mark_" + section) ==
          fmt::format("in_{} chain.c:{}", section, line_of("chain.c", "MARK(" + section + ")")));
}

}  // namespace

TEST_CASE("every form of DWARF answers line by line", "[symbols]") {
  for (const Build& b : builds) {
    DYNAMIC_SECTION(b.name) {
      const TempDir dir;
      if (!have(b.compiler) || !build(dir, b)) {
        WARN("skipped: " << b.compiler << " can't build it here");
        continue;
      }
      SymbolOptions options;
      options.vmlinux = dir / "vmlinux";
      options.modules = {dir.path()};
      KernelSymbols symbols(options, {});
      INFO("linked");
      check_everything(symbols, "");
      INFO("relocatable");
      check_everything(symbols, "six");
    }
  }
}

TEST_CASE("columns and the inlined flag come with the levels", "[symbols]") {
  const TempDir dir;
  REQUIRE(build(dir, builds[1]));
  SymbolOptions options;
  options.vmlinux = dir / "vmlinux";
  KernelSymbols symbols(options, {});
  const Lookup& found = symbols.resolve(ref("mark_innermost"));
  const auto& chain = std::get<std::vector<Location>>(found);
  REQUIRE(chain.size() == 3);
  CHECK(chain[0].inlined);
  CHECK(chain[1].inlined);
  CHECK_FALSE(chain[2].inlined);
  CHECK(chain[1].column == 3);
  CHECK(chain[2].column == 3);
}

TEST_CASE("a line table without DIEs still gives lines: assembler", "[symbols]") {
  const TempDir dir;
  std::ofstream(dir / "entry.S") << "\t.text\n\t.globl asm_entry\n\t.type asm_entry, "
                                    "@function\nasm_entry:\n\tnop\n\tret\n\t.size asm_entry, .-asm_entry\n";
  REQUIRE(run(fmt::format("cd {} && gcc -c -g entry.S && ld -e asm_entry -o vmlinux entry.o", dir.path())));
  SymbolOptions options;
  options.vmlinux = dir / "vmlinux";
  KernelSymbols symbols(options, {});
  CHECK(text(symbols.resolve(ref("asm_entry"))) == "asm_entry entry.S:5");
  CHECK(text(symbols.resolve(ref("asm_entry", 1))) == "asm_entry entry.S:6");
}

TEST_CASE("a damaged file is an answer, not a crash", "[symbols]") {
  const TempDir dir;
  REQUIRE(build(dir, builds[1]));
  std::ifstream in(dir / "vmlinux", std::ios::binary);
  const std::string good((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
  unsigned seed = 1;
  for (int round = 0; round < 200; ++round) {
    std::string bad = good;
    if (round % 4 == 0) bad.resize(good.size() * static_cast<std::size_t>(round) / 200);
    for (int i = 0; i < 40 && !bad.empty(); ++i) {
      seed = seed * 1103515245 + 12345;
      bad[(seed >> 4) % bad.size()] = static_cast<char>(seed >> 24);
    }
    std::ofstream(dir / "bad", std::ios::binary) << bad;
    SymbolOptions options;
    options.vmlinux = dir / "bad";
    KernelSymbols symbols(options, {});
    for (const char* name : {"mark_innermost", "outer", "type_show", "in_hot"}) (void)symbols.resolve(ref(name));
  }
  SUCCEED();
}
