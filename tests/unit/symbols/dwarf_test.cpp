// Every form of DWARF that kernels come with answers line by line.
#include <dwarf.h>

#include "fixture.hpp"
#include "symbols/code_view.hpp"

using namespace unoops;
using namespace unoops::symbols;
using namespace unoops::test;

namespace {

// What libdw is expected to see of the units that it is handed (inspect's variables).
enum class Libdw { variables, functions };

struct Form {
  Build build;
  Libdw libdw = Libdw::variables;
};

const std::string both_compressed(const char* way) {
  return fmt::format(
      "for f in vmlinux six.ko; do objcopy --compress-debug-sections={} $f && readelf -SW $f | grep -q ' C '; done",
      way);
}

// A second file that shares names and types: what both have goes to common.debug.
const char* const dwz_alternate =
    "cp vmlinux other && dwz -m common.debug vmlinux other && readelf -SW vmlinux | grep -q gnu_debugaltlink";
const char* const dwz_by_build_id_path =
    "cp vmlinux other && dwz -m common.debug -M /nowhere/common.debug vmlinux other && readelf -SW vmlinux | grep -q "
    "gnu_debugaltlink";
const char* const dwz_supplement =
    "cp vmlinux other && dwz --dwarf-5 -m common.debug vmlinux other && readelf -SW vmlinux | grep -q debug_sup";
const char* const dwz_partial = "dwz vmlinux && readelf --debug-dump=info vmlinux | grep -q DW_TAG_partial_unit";

// gcc and clang, DWARF 3 to 5, with .debug_aranges and without, compressed in all ways, split, by dwz, optimised at
// link time.
const Form forms[] = {
    {{"gcc, DWARF 4", "gcc", "-gdwarf-4"}},
    {{"gcc, DWARF 5", "gcc", "-gdwarf-5"}},
    {{"gcc, DWARF 3", "gcc", "-gdwarf-3 -gstrict-dwarf"}},
    {{"gcc, -g1", "gcc", "-gdwarf-5 -g1"}, Libdw::functions},
    {{"gcc, compressed by zlib", "gcc", "-gdwarf-5 -gz=zlib"}},
    {{"gcc, linked file and module compressed by zlib", "gcc", "-gdwarf-5", both_compressed("zlib")}},
    {{"gcc, DWARF 4 compressed by zlib", "gcc", "-gdwarf-4", both_compressed("zlib")}},
    {{"gcc, compressed by zstd", "gcc", "-gdwarf-5", both_compressed("zstd")}},
    {{"gcc, .zdebug sections", "gcc", "-gdwarf-4",
      "objcopy --compress-debug-sections=zlib-gnu vmlinux && readelf -SW vmlinux | grep -q zdebug_info"}},
    {{"gcc, no .debug_aranges", "gcc", "-gdwarf-5",
      "for f in vmlinux six.ko; do objcopy -R .debug_aranges -R .rela.debug_aranges $f; done"}},
    {{"gcc, function sections", "gcc", "-gdwarf-5 -ffunction-sections"}},
    {{"gcc, split DWARF 5", "gcc", "-gdwarf-5 -gsplit-dwarf"}},
    {{"gcc, split DWARF 4", "gcc", "-gdwarf-4 -gsplit-dwarf"}},
    {{"gcc, 32 bits (REL)", "gcc", "-gdwarf-5 -m32"}},
    {{"gcc, link-time optimisation", "gcc", "-gdwarf-5 -flto -ffat-lto-objects"}},
    {{"gcc, dwz with partial units", "gcc", "-gdwarf-5", dwz_partial}},
    {{"gcc, dwz with an alternate file, DWARF 5", "gcc", "-gdwarf-5", dwz_alternate}},
    {{"gcc, dwz with an alternate file, DWARF 4", "gcc", "-gdwarf-4", dwz_alternate}},
    {{"gcc, dwz's alternate file moved beside", "gcc", "-gdwarf-5", dwz_by_build_id_path}},
    // libdw 0.188 finds no names in it.
    {{"gcc, dwz with a supplementary file of DWARF 5", "gcc", "-gdwarf-5", dwz_supplement}, Libdw::functions},
    {{"clang, DWARF 4", "clang", "-gdwarf-4"}},
    {{"clang, DWARF 5 (no .debug_aranges)", "clang", "-gdwarf-5"}},
    {{"clang, .debug_aranges", "clang", "-gdwarf-5 -gdwarf-aranges"}},
    {{"clang, compressed by zlib", "clang", "-gdwarf-5", both_compressed("zlib")}},
    {{"clang, compressed by zstd", "clang", "-gdwarf-5", both_compressed("zstd")}},
    {{"clang, dwz with an alternate file", "clang", "-gdwarf-4", dwz_alternate}},
    {{"clang, split DWARF 4", "clang", "-gdwarf-4 -gsplit-dwarf"}},
    {{"clang, split DWARF 5", "clang", "-gdwarf-5 -gsplit-dwarf"}},
    {{"clang, .dwp", "clang", "-gdwarf-5 -gsplit-dwarf",
      "llvm-dwp -e vmlinux -o vmlinux.dwp && cp vmlinux.dwp six.ko.dwp && rm -f *.dwo"}},
};

std::optional<Dwarf_Die> child(Dwarf_Die parent, int tag, std::string_view name) {
  Dwarf_Die die;
  if (dwarf_child(&parent, &die) != 0) return std::nullopt;
  do {
    const char* own = dwarf_diename(&die);
    if (dwarf_tag(&die) == tag && own && name == own) return die;
  } while (dwarf_siblingof(&die, &die) == 0);
  return std::nullopt;
}

std::optional<Dwarf_Die> function_at(Dwarf_Die unit, std::uint64_t address) {
  Dwarf_Die die;
  if (dwarf_child(&unit, &die) != 0) return std::nullopt;
  do {
    if (dwarf_tag(&die) == DW_TAG_subprogram && dwarf_haspc(&die, address) > 0) return die;
  } while (dwarf_siblingof(&die, &die) == 0);
  return std::nullopt;
}

std::string name_of(Dwarf_Die die) {
  const char* name = dwarf_diename(&die);
  return name ? name : "";
}

// The parameter of outer(int n): its name, its type, and that it lives somewhere at the function's first byte.
void check_libdw(FileStore& symbols, const std::string& module, Libdw expected) {
  SymbolRef r = ref("outer");
  r.module = module;
  const auto view = code_view(symbols, r);
  REQUIRE(view);
  auto function = view->cu ? function_at(*view->cu, view->start) : std::nullopt;
  REQUIRE(function);
  CHECK(name_of(*function) == "outer");
  if (expected == Libdw::functions) return;
  auto parameter = child(*function, DW_TAG_formal_parameter, "n");
  REQUIRE(parameter);
  Dwarf_Attribute attribute;
  Dwarf_Die type;
  REQUIRE(dwarf_attr_integrate(&*parameter, DW_AT_type, &attribute));
  REQUIRE(dwarf_formref_die(&attribute, &type));
  CHECK(name_of(type) == "int");
  REQUIRE(dwarf_attr(&*parameter, DW_AT_location, &attribute));
  Dwarf_Op* ops = nullptr;
  std::size_t count = 0;
  CHECK(dwarf_getlocation_addr(&attribute, view->start, &ops, &count, 1) == 1);
}

void check_everything(FileStore& symbols, const std::string& module) {
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
  for (const auto& [b, libdw] : forms) {
    DYNAMIC_SECTION(b.name) {
      const TempDir dir;
      if (!have(b.compiler) || !build(dir, b)) {
        WARN("skipped: " << b.compiler << " can't build it here");
        continue;
      }
      SymbolOptions options;
      options.vmlinux = dir / "vmlinux";
      options.modules = {dir.path()};
      OwnStore symbols(options, {});
      INFO("linked");
      check_everything(symbols, "");
      INFO("relocatable");
      check_everything(symbols, "six");
      INFO("libdw");
      check_libdw(symbols, "", libdw);
      check_libdw(symbols, "six", libdw);
    }
  }
}

TEST_CASE("libdw opens no file of dwz that we have not opened", "[symbols]") {
  // The path in vmlinux leads out of the roots; or to a FIFO, whose writer never comes.
  for (const bool fifo : {false, true}) {
    const TempDir dir, outside;
    const auto place = fifo ? dir / "common.debug" : outside / "common.debug";
    const Build b{
        "", "gcc", "-gdwarf-5",
        fmt::format(
            "cp vmlinux other && dwz -m common.debug -M {} vmlinux other && mv common.debug {}.kept && mv {}.kept {}",
            place, place, place, place)};
    if (!have("gcc") || !build(dir, b)) {
      WARN("skipped: dwz is not installed");
      return;
    }
    if (fifo) REQUIRE(run(fmt::format("rm {} && mkfifo {}", place, place)));
    SymbolOptions options;
    options.vmlinux = dir / "vmlinux";
    OwnStore symbols(options, {});
    const auto view = code_view(symbols, ref("outer"));
    REQUIRE(view);
    REQUIRE(view->cu);
    Dwarf* const shared = dwarf_getalt(dwarf_cu_getdwarf(view->cu->cu));
    REQUIRE(shared);  // else libdw has looked for it
    Dwarf_Off next = 0;
    std::size_t header = 0;
    CHECK(dwarf_nextcu(shared, 0, &next, &header, nullptr, nullptr, nullptr) != 0);  // it has no units
  }
}

TEST_CASE("columns and the inlined flag come with the levels", "[symbols]") {
  const TempDir dir;
  REQUIRE(build(dir, forms[1].build));
  SymbolOptions options;
  options.vmlinux = dir / "vmlinux";
  OwnStore symbols(options, {});
  const Lookup& found = symbols.resolve(ref("mark_innermost"));
  const auto& chain = std::get<std::vector<Location>>(found);
  REQUIRE(chain.size() == 3);
  CHECK(chain[0].inlined);
  CHECK(chain[1].inlined);
  CHECK_FALSE(chain[2].inlined);
  CHECK(chain[1].column == 3);
  CHECK(chain[2].column == 3);
}

TEST_CASE("functions below namespaces and types, with the names of Rust", "[symbols]") {
  for (const char* compiler : {"g++ -gdwarf-4", "g++ -gdwarf-5", "clang++ -gdwarf-4", "clang++ -gdwarf-5"}) {
    DYNAMIC_SECTION(compiler) {
      const TempDir dir;
      if (!run(fmt::format("cd {} && {} -c -O2 -std=c++17 -ffreestanding -fno-pic -o rust.o {}/rust_like.cpp && ld "
                           "-Ttext=0x1000000 -e "
                           "_start -o vmlinux rust.o",
                           dir.path(), compiler, source_dir))) {
        WARN("skipped: " << compiler << " can't build it here");
        continue;
      }
      SymbolOptions options;
      options.vmlinux = dir / "vmlinux";
      OwnStore symbols(options, {});
      const std::string lock = "<kernel::sync::Mutex>::lock rust_like.cpp:";
      CHECK(text(symbols.resolve(ref("mark_lock"))) ==
            fmt::format("{}{}", lock, line_of("rust_like.cpp", "MARK(lock)")));
      CHECK_THAT(
          text(symbols.resolve(ref("mark_bump"))),
          Catch::Matchers::EndsWith(fmt::format(" rust_like.cpp:{} < {}{}", line_of("rust_like.cpp", "MARK(bump)"),
                                                lock, line_of("rust_like.cpp", "call bump"))));
    }
  }
}

TEST_CASE("a line table without DIEs still gives lines: assembler", "[symbols]") {
  const TempDir dir;
  std::ofstream(dir / "entry.S") << "\t.text\n\t.globl asm_entry\n\t.type asm_entry, "
                                    "@function\nasm_entry:\n\tnop\n\tret\n\t.size asm_entry, .-asm_entry\n";
  REQUIRE(run(fmt::format("cd {} && gcc -c -g entry.S && ld -e asm_entry -o vmlinux entry.o", dir.path())));
  SymbolOptions options;
  options.vmlinux = dir / "vmlinux";
  OwnStore symbols(options, {});
  CHECK(text(symbols.resolve(ref("asm_entry"))) == "asm_entry entry.S:5");
  CHECK(text(symbols.resolve(ref("asm_entry", 1))) == "asm_entry entry.S:6");
}

TEST_CASE("a damaged file is an answer, not a crash", "[symbols]") {
  const TempDir dir;
  REQUIRE(
      build(dir, {"", "gcc", "-gdwarf-5", "cp six.ko packed.ko && objcopy --compress-debug-sections=zlib packed.ko"}));
  for (const std::string file : {"vmlinux", "six.ko", "packed.ko"}) {
    std::ifstream in(dir / file, std::ios::binary);
    const std::string good((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
    unsigned seed = 1;
    const auto random = [&](std::size_t below) {
      seed = seed * 1103515245 + 12345;
      return (seed >> 8) % below;
    };
    for (std::size_t round = 0; round < 150; ++round) {
      std::string bad = good;
      if (round % 5 == 0) bad.resize(good.size() * round / 150);
      // Many bytes break the headers, few what stands behind them.
      for (std::size_t i = 0; i <= round % 40 && !bad.empty(); ++i)
        bad[random(bad.size())] = static_cast<char>(random(256));
      fs::create_directories(dir / "damaged");
      std::ofstream(dir / (file == "vmlinux" ? "bad" : "damaged/six.ko"), std::ios::binary) << bad;
      SymbolOptions options;
      options.vmlinux = dir / (file == "vmlinux" ? "bad" : "vmlinux");
      options.modules = {dir / "damaged"};
      OwnStore symbols(options, {});
      for (const char* name : {"mark_innermost", "outer", "type_show", "in_hot"}) {
        SymbolRef r = ref(name);
        if (file != "vmlinux") r.module = "six";
        (void)symbols.resolve(r);
        (void)code_views(symbols, r);
      }
    }
  }
  SUCCEED();
}
