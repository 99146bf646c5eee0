// The name of a bad pointer, from the code and the DWARF that both compilers make of testdata/debuginfo/naming.c.
#include <algorithm>

#include "../symbols/fixture.hpp"
#include "arch/arch.hpp"
#include "catch.hpp"
#include "inspect/inspect.hpp"
#include "machine/disassembler.hpp"
#include "report/stack_role.hpp"
#include "symbols/code_view.hpp"
#include "symbols/file_store.hpp"

namespace unoops::test {
namespace {

const machine::Isa& x86_64() {
  const machine::Isa* isa = arch::row_of(find_arch("x86_64"))->isa;
  REQUIRE(isa);
  return *isa;
}

std::string upper(std::string_view name) {
  std::string out(name);
  for (char& c : out) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c;
  return out;
}

class Kernel {
 public:
  explicit Kernel(const std::string& compiler) {
    built_ = run(fmt::format(
        "cd {} && {} -c -O2 -gdwarf-5 -ffreestanding -fno-pic -mcmodel=kernel -fcf-protection=none "
        "-fno-optimize-sibling-calls -o naming.o {}/debuginfo/naming.c && ld -Ttext=0xffffffff81000000 -e 0 "
        "-o vmlinux naming.o",
        dir_.path(), compiler, TESTDATA));
    if (!built_) return;
    SymbolOptions options;
    options.vmlinux = dir_ / "vmlinux";
    options.force = true;
    KernelIdentity identity;
    identity.arch = find_arch("x86_64");
    symbols_.emplace(options, identity);
  }
  bool built() const { return built_; }

  // The report of a NULL that the function's instruction with that displacement met; `called_from`: by whom.
  // "dev->queue (struct queue).head", "nothing"
  std::string cause(const std::string& function, std::int64_t displacement, const std::string& called_from = {}) {
    Report r;
    r.arch = find_arch("x86_64");
    r.kind = find_kind("null-pointer-dereference");
    const auto view = symbols::code_view(*symbols_, ref(function));
    REQUIRE(view);
    const auto insn = find(*view, [&](const machine::Insn& i) {
      return std::ranges::any_of(i.accesses, [&](const auto& a) { return a.mem.disp == displacement; });
    });
    r.fault.address = static_cast<std::uint64_t>(displacement);
    r.registers = {{upper(x86_64().name(insn.accesses[0].mem.base)), 0, 64}};
    r.stacks.push_back(stack("pc", function, insn.address - view->start, PcKind::exact));
    if (!called_from.empty()) {
      const auto from = symbols::code_view(*symbols_, ref(called_from));
      REQUIRE(from);
      const auto call = find(*from, [](const machine::Insn& i) { return i.flow == machine::Flow::call; });
      r.stacks.push_back(stack("Call Trace", called_from, call.end() - from->start, PcKind::return_address));
    }
    inspect::inspect_fault(r, &*symbols_);
    if (!r.site.cause) return "nothing";
    const Cause& c = *r.site.cause;
    return fmt::format("{} ({}){}{}", c.expression, c.type, c.member.empty() ? "" : ".", c.member);
  }

 private:
  template <class Wanted>
  machine::Insn find(const symbols::CodeView& view, Wanted wanted) {
    const machine::Disassembler disassembler(x86_64());
    for (std::size_t at = 0; at < view.bytes.size();) {
      auto decoded = disassembler.decode(view.bytes.subspan(at), view.start + at, false);
      REQUIRE(decoded);
      if (wanted(decoded->insn)) return decoded->insn;
      at += decoded->insn.size;
    }
    FAIL(view.function << " has no such instruction");
    return {};
  }
  static Stack stack(const std::string& label, const std::string& symbol, std::uint64_t offset, PcKind pc) {
    Stack s;
    s.label = label;
    s.role = report::role_of_label(label);
    s.frames.emplace_back();
    s.frames[0].ref = ref(symbol, offset, pc);
    return s;
  }

  TempDir dir_;
  bool built_ = false;
  std::optional<symbols::FileStore> symbols_;
};

template <class Check>
void each_compiler(Check check) {
#ifndef __x86_64__
  SUCCEED("the instructions are x86-64's");
#else
  for (const char* compiler : {"gcc", "clang"}) {
    if (!have(compiler)) continue;
    INFO(compiler);
    Kernel kernel(compiler);
    REQUIRE(kernel.built());
    check(kernel);
  }
#endif
}

}  // namespace

TEST_CASE("chains of members, link by link", "[naming]") {
  each_compiler([](Kernel& k) {
    CHECK(k.cause("chain", 0x40) == "dev (struct dev).queue");
    CHECK(k.cause("chain", 0x18) == "dev->queue (struct queue).head");
    CHECK(k.cause("chain", 0x28) == "dev->queue->head (struct parcel).weight");
  });
}

TEST_CASE("elements of arrays, and global variables", "[naming]") {
  each_compiler([](Kernel& k) {
    CHECK(k.cause("indexed", 0x28) == "dev->slot[] (struct parcel).weight");
    CHECK(k.cause("global", 0x40) == "devices[2] (struct dev).queue");
    CHECK(k.cause("global", 0x28) == "devices[2]->queue->head (struct parcel).weight");
  });
}

TEST_CASE("in an inlined function the caller's words are better", "[naming]") {
  each_compiler([](Kernel& k) { CHECK(k.cause("inlined", 0x28) == "dev->queue->head (struct parcel).weight"); });
}

TEST_CASE("a function without DWARF is explained by its caller", "[naming]") {
  each_compiler([](Kernel& k) {
    CHECK(k.cause("bare", 0x28) == "nothing");
    CHECK(k.cause("bare", 0x28, "caller") == "dev->queue->head (struct parcel)");  // what of it, only bare() knows
  });
}

TEST_CASE("where the type does not tell, nothing is said", "[naming]") {
  each_compiler([](Kernel& k) { CHECK(k.cause("ambiguous", 0x28) == "nothing"); });
}

}  // namespace unoops::test
