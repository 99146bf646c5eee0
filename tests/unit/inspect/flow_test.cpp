// The data flow on functions of a few instructions each. What they work on is said by flow(struct dev *dev, struct
// queue *queue) of testdata/debuginfo/variables.s, at 0x2000: DWARF names the two when the function begins, the rest
// follows from the code.
#include "inspect/flow.hpp"

#include <map>

#include "../debuginfo/dwarf_file.hpp"
#include "arch/arch.hpp"
#include "catch.hpp"
#include "machine/disassembler.hpp"

namespace unoops::test {
namespace {

using namespace inspect;

constexpr std::uint64_t start = 0x2000;

class StubProgram : public Program {
 public:
  struct Symbol {
    std::string name;
    std::uint64_t size;
  };
  std::map<std::uint64_t, Symbol> symbols = {
      {0x3000, {"__fentry__", 16}},
      {0x3010, {"panic", 16}},
      {0x3020, {"__x86_return_thunk", 16}},
      {0x5000, {"table", 0x40}},
  };
  std::map<std::uint64_t, debuginfo::Relocation> targets;  // by the address of the field

  std::optional<debuginfo::Relocation> relocation(std::uint64_t address, unsigned bytes) override {
    const auto at = targets.lower_bound(address);
    if (at == targets.end() || at->first >= address + bytes) return std::nullopt;
    return at->second;
  }
  std::optional<NamedPlace> symbol_at(std::uint64_t address) override {
    auto at = symbols.upper_bound(address);
    if (at == symbols.begin() || address - (--at)->first >= at->second.size) return std::nullopt;
    return NamedPlace{at->second.name, address - at->first};
  }
  std::span<const std::uint8_t> code(std::uint64_t, std::uint64_t) override { return {}; }
};

const machine::Isa& x86_64() {
  const machine::Isa* isa = arch::row_of(find_arch("x86_64"))->isa;
  REQUIRE(isa);
  return *isa;
}

class Flowing {
 public:
  explicit Flowing(std::string_view hex, std::map<std::uint64_t, debuginfo::Relocation> targets = {}) {
    for (std::size_t at = 0; at + 2 <= hex.size(); at += 3)
      code_.push_back(static_cast<std::uint8_t>(std::stoi(std::string(hex.substr(at, 2)), nullptr, 16)));
    program_.targets = std::move(targets);
    function_ = {&x86_64(), "flow", start, code_, file_.unit(), &program_};
    flow_ = std::make_unique<FunctionFlow>(function_, disassembler_, types_, nodes_, &unit_);
    REQUIRE(flow_->ready());
  }
  // The best that is known of a register before the instruction at that offset.
  std::string at(std::uint64_t offset, std::string_view reg) const {
    REQUIRE(flow_->at(start + offset));
    for (Reg r = 0; r < 16; ++r)
      if (x86_64().name(r) == reg) {
        const Value v = flow_->before(start + offset).regs[r];
        return v.empty() ? "nothing" : text(*v.begin());
      }
    return "no such register";
  }
  FunctionFlow& flow() const { return *flow_; }

 private:
  static std::string text(const Alternative& a) {
    if (!a.node) return a.stride ? fmt::format("n*{:#x}", a.stride) : fmt::format("{:#x}", a.offset);
    std::string out = a.node->kind == Node::Kind::frame      ? "cfa"
                      : a.node->kind == Node::Kind::argument ? fmt::format("argument {}", a.node->offset)
                      : named(*a.node)                       ? expression(*a.node)
                                                             : "a " + type_name(a.node->type);
    if (a.offset) out += fmt::format("{}{:#x}", a.offset < 0 ? "-" : "+", a.offset < 0 ? -a.offset : a.offset);
    if (a.stride) out += fmt::format("+n*{:#x}", a.stride);
    return out;
  }

  DwarfFile file_{assemble, "variables.s"};
  UnitIndex unit_{file_.unit()};
  machine::Disassembler disassembler_{x86_64()};
  Types types_;
  Nodes nodes_;
  StubProgram program_;
  std::vector<std::uint8_t> code_;
  Function function_;
  std::unique_ptr<FunctionFlow> flow_;
};

}  // namespace

TEST_CASE("what the function begins with", "[flow]") {
  const Flowing f("c3");
  CHECK(f.at(0, "rdi") == "dev");
  CHECK(f.at(0, "rsi") == "queue");
  CHECK(f.at(0, "rdx") == "argument 2");
  CHECK(f.at(0, "rsp") == "cfa-0x8");
  CHECK(f.at(0, "rbx") == "nothing");
}

TEST_CASE("copies keep their name, halves of pointers do not", "[flow]") {
  // mov %rdi,%rbx; lea 0x8(%rbx),%rax; sub $0x8,%rax; mov %edi,%ecx; ret
  const Flowing f("48 89 fb 48 8d 43 08 48 83 e8 08 89 f9 c3");
  CHECK(f.at(3, "rbx") == "dev");
  CHECK(f.at(7, "rax") == "dev+0x8");
  CHECK(f.at(11, "rax") == "dev");
  CHECK(f.at(13, "rcx") == "nothing");
}

TEST_CASE("loads through pointers go from member to member", "[flow]") {
  // mov 0x10(%rdi),%rax; mov (%rax),%rax; mov 0x8(%rsi),%ecx; mov 0x60(%rdi),%rdx; mov 0x10(%rdi),%r8d; ret
  const Flowing f("48 8b 47 10 48 8b 00 8b 4e 08 48 8b 57 60 44 8b 47 10 c3");
  CHECK(f.at(4, "rax") == "dev->queue");
  CHECK(f.at(7, "rax") == "dev->queue->owner");
  CHECK(f.at(10, "rcx") == "queue->len");
  CHECK(f.at(14, "rdx") == "nothing");  // past the end of a struct dev
  CHECK(f.at(18, "r8") == "nothing");   // half of a pointer
}

TEST_CASE("elements of arrays", "[flow]") {
  // mov 0x28(%rdi,%rcx,8),%rax; mov $0x2,%ecx; mov 0x28(%rdi,%rcx,8),%rdx; ret
  const Flowing f("48 8b 44 cf 28 b9 02 00 00 00 48 8b 54 cf 28 c3");
  CHECK(f.at(5, "rax") == "dev->slots[]");
  CHECK(f.at(15, "rdx") == "dev->slots[2]");
}

TEST_CASE("what both ways to a place agree on stays", "[flow]") {
  // test %rsi,%rsi; je b; mov 0x10(%rdi),%rax; jmp f; b: mov 0x10(%rdi),%rax; f: ret
  const Flowing f("48 85 f6 74 06 48 8b 47 10 eb 04 48 8b 47 10 c3");
  CHECK(f.at(15, "rax") == "dev->queue");
  CHECK(f.at(15, "rdi") == "dev");
}

TEST_CASE("ways that disagree leave the type, or nothing", "[flow]") {
  // ... mov 0x10(%rdi),%rax (a queue) or mov 0x8(%rdi),%rax (a dev)
  CHECK(Flowing("48 85 f6 74 06 48 8b 47 10 eb 04 48 8b 47 08 c3").at(15, "rax") == "nothing");
  // ... mov 0x8(%rdi),%rax or mov (%rsi),%rax: two devs
  CHECK(Flowing("48 85 f6 74 06 48 8b 47 08 eb 03 48 8b 06 c3").at(14, "rax") == "a struct dev *");
  // mov 0x10(%rdi),%rax; cmove %rsi,%rax; ret
  CHECK(Flowing("48 8b 47 10 48 0f 44 c6 c3").at(8, "rax") == "a struct queue *");
}

TEST_CASE("loops settle", "[flow]") {
  // mov %rdi,%rax; 3: mov 0x8(%rax),%rax; test %rax,%rax; jne 3; ret
  const Flowing list("48 89 f8 48 8b 40 08 48 85 c0 75 f7 c3");
  CHECK(list.at(3, "rax") == "a struct dev *");
  CHECK(list.at(12, "rax") == "a struct dev *");
  // mov %rsi,%rax; 3: add $0x10,%rax; cmp %rcx,%rax; jne 3; ret
  const Flowing array("48 89 f0 48 83 c0 10 48 39 c8 75 f7 c3");
  CHECK(array.at(3, "rax") == "queue+n*0x10");
  CHECK(array.at(12, "rax") == "queue+0x10+n*0x10");
}

TEST_CASE("calls change what the ABI lets them", "[flow]") {
  // mov %rdi,%rbx; call 8; ret
  const Flowing f("48 89 fb e8 00 00 00 00 c3");
  CHECK(f.at(8, "rbx") == "dev");
  CHECK(f.at(8, "rdi") == "nothing");
  CHECK(f.at(8, "rax") == "nothing");
  // call 5, which DWARF says is get_dev(); ret
  CHECK(Flowing("e8 00 00 00 00 c3").at(5, "rax") == "get_dev()");
  // call __fentry__; ret
  CHECK(Flowing("e8 fb 0f 00 00 c3").at(5, "rdi") == "dev");
}

TEST_CASE("calls that do not come back, and the return thunk, end their way", "[flow]") {
  // test %rsi,%rsi; je c; xor %edi,%edi; call panic; c: mov 0x10(%rdi),%rax; ret
  CHECK(Flowing("48 85 f6 74 07 31 ff e8 04 10 00 00 48 8b 47 10 c3").at(12, "rdi") == "dev");
  // test %rsi,%rsi; je c; xor %edi,%edi; jmp __x86_return_thunk; c: mov 0x10(%rdi),%rax; ret
  CHECK(Flowing("48 85 f6 74 07 31 ff e9 14 10 00 00 48 8b 47 10 c3").at(12, "rdi") == "dev");
  // test %rsi,%rsi; je 9; xor %edi,%edi; ud2; 9: ret
  CHECK(Flowing("48 85 f6 74 04 31 ff 0f 0b c3").at(9, "rdi") == "dev");
}

TEST_CASE("what is spilled to the stack comes back", "[flow]") {
  // sub $0x18,%rsp; mov %rdi,0x8(%rsp); call e; mov 0x8(%rsp),%rbx; ret
  const Flowing f("48 83 ec 18 48 89 7c 24 08 e8 00 00 00 00 48 8b 5c 24 08 c3");
  CHECK(f.at(4, "rsp") == "cfa-0x20");
  CHECK(f.at(19, "rbx") == "dev");
  // push %rdi; pop %rbx; ret
  const Flowing pushed("57 5b c3");
  CHECK(pushed.at(2, "rbx") == "dev");
  CHECK(pushed.at(2, "rsp") == "cfa-0x8");
  // push %rbp; mov %rsp,%rbp; mov %rdi,-0x8(%rbp); mov -0x8(%rbp),%rax; leave; ret
  const Flowing framed("55 48 89 e5 48 89 7d f8 48 8b 45 f8 c9 c3");
  CHECK(framed.at(12, "rax") == "dev");
  CHECK(framed.at(13, "rsp") == "cfa-0x8");
}

TEST_CASE("a spilled value that was written over is gone", "[flow]") {
  // mov %rdi,-0x8(%rsp); movl $0x1,-0x4(%rsp); mov -0x8(%rsp),%rbx; ret
  CHECK(Flowing("48 89 7c 24 f8 c7 44 24 fc 01 00 00 00 48 8b 5c 24 f8 c3").at(18, "rbx") == "nothing");
  // mov %rdi,-0x8(%rsp); movups %xmm0,-0x10(%rsp); mov -0x8(%rsp),%rbx; ret
  CHECK(Flowing("48 89 7c 24 f8 0f 11 44 24 f0 48 8b 5c 24 f8 c3").at(15, "rbx") == "nothing");
}

TEST_CASE("global variables by their addresses", "[flow]") {
  // mov 0x5008(%rip),%rax; mov $0x5000,%rdi; mov 0x10(%rdi),%rdx; ret
  const Flowing f("48 8b 05 01 30 00 00 48 c7 c7 00 50 00 00 48 8b 57 10 c3");
  CHECK(f.at(7, "rax") == "table.next");
  CHECK(f.at(18, "rdx") == "table.queue");
}

TEST_CASE("global variables by the relocations of a module", "[flow]") {
  // mov table+0x8(%rip),%rax; mov $table,%rdi; mov 0x10(%rdi),%rdx; ret
  const Flowing f("48 8b 05 00 00 00 00 48 c7 c7 00 00 00 00 48 8b 57 10 c3",
                  {{start + 3, {.addend = 4, .symbol = "table"}}, {start + 10, {.symbol = "table"}}});
  CHECK(f.at(7, "rax") == "table.next");
  CHECK(f.at(18, "rdx") == "table.queue");
  // a symbol that the unit does not declare is no number either
  CHECK(Flowing("48 8b 05 00 00 00 00 c3", {{start + 3, {.addend = 4, .symbol = "elsewhere"}}}).at(7, "rax") ==
        "nothing");
}

TEST_CASE("code that only a static key's nop leads to knows what holds at the nop", "[flow]") {
  // mov 0x5008(%rip),%rax; push %rbx; pop %rbx; nopl 0x0(%rax,%rax,1); ret; f: mov 0x10(%rax),%rax; ret
  const Flowing f("48 8b 05 01 30 00 00 53 5b 0f 1f 44 00 00 c3 48 8b 40 10 c3");
  CHECK(f.at(15, "rax") == "table.next");
  CHECK(f.at(19, "rax") == "table.next->queue");
}

TEST_CASE("a breakpoint behind a return leads nowhere", "[flow]") {
  // test %rsi,%rsi; je 8; ret; int3; int3; 8: mov 0x10(%rdi),%rax; ret
  CHECK(Flowing("48 85 f6 74 03 c3 cc cc 48 8b 47 10 c3").at(8, "rdi") == "dev");
}

TEST_CASE("tags in a pointer's low bits, and exchanges", "[flow]") {
  // and $-8,%rdi; ret
  CHECK(Flowing("48 83 e7 f8 c3").at(4, "rdi") == "dev");
  // mov 0x10(%rdi),%rax; lock cmpxchg %rcx,(%rsi); ret
  CHECK(Flowing("48 8b 47 10 f0 48 0f b1 0e c3").at(9, "rax") == "nothing");
}

TEST_CASE("instructions by their addresses", "[flow]") {
  const Flowing f("48 89 fb c3");
  REQUIRE(f.flow().at(start + 3));
  CHECK_FALSE(f.flow().at(start + 1));
  REQUIRE(f.flow().ending_at(start + 3));
  CHECK(f.flow().ending_at(start + 3)->address == start);
  CHECK_FALSE(f.flow().ending_at(start + 2));
}

}  // namespace unoops::test
