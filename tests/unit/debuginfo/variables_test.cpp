// Where variables live: every form of testdata/debuginfo/variables.s.
#include "debuginfo/variables.hpp"

#include "dwarf_file.hpp"
#include "machine/isa.hpp"

namespace unoops::test {
namespace {

using namespace debuginfo;

std::string sign(std::int64_t n) { return n < 0 ? fmt::format("-{:#x}", -n) : fmt::format("+{:#x}", n); }

// "rdi", "rbx+0x10", in the frame: "cfa-0x20"
std::string text(const Binding& b) {
  const std::string where = b.reg == machine::no_reg ? "cfa" : fmt::format("reg{}", b.reg);
  return fmt::format("{} {:#x}-{:#x} {}{}", b.variable->name, b.begin, b.end, where, b.delta ? sign(b.delta) : "");
}
std::string text(const Computed& c) {
  std::string offsets;
  for (const auto o : c.offsets) offsets += sign(o);
  return fmt::format("{} {:#x}-{:#x} reg{}{}", c.variable->name, c.begin, c.end, c.reg, offsets);
}
std::string text(const Constant& c) {
  return fmt::format("{} {:#x}-{:#x} {}", c.variable->name, c.begin, c.end, c.value);
}
template <class Items>
std::vector<std::string> texts(const Items& items) {
  std::vector<std::string> out;
  for (const auto& i : items) out.push_back(text(i));
  return out;
}
using Texts = std::vector<std::string>;

struct Places {
  DwarfFile file{assemble, "variables.s"};
  FunctionInfo info{file.unit(), file.die("places", DW_TAG_subprogram)};
};

}  // namespace

TEST_CASE("variables in registers, over the ranges of their location lists", "[debuginfo]") {
  const Places p;
  CHECK(texts(p.info.bindings()) == Texts{
                                        "dev 0x1000-0x1010 reg5",
                                        "n 0x1000-0x1040 reg4",
                                        "container 0x1000-0x1040 reg3+0x10",  // the register is 0x10 more than it
                                        "far 0x1000-0x1040 reg15",
                                        "p 0x1008-0x1018 reg1",
                                        "q 0x100c-0x1010 reg2",
                                        "dev 0x1010-0x1020 reg3",
                                    });
}

TEST_CASE("variables in the frame", "[debuginfo]") {
  CHECK(texts(Places().info.in_frame()) == Texts{"buffer 0x1000-0x1040 cfa-0x20"});
}

TEST_CASE("pointers that stand in memory and need no register", "[debuginfo]") {
  CHECK(texts(Places().info.computed()) == Texts{
                                               "loaded 0x1000-0x1040 reg5+0x8",
                                               "deep 0x1000-0x1040 reg3+0x10+0x18",
                                               "in_memory 0x1000-0x1040 reg3+0x8",
                                           });
}

TEST_CASE("pointers that the compiler knows", "[debuginfo]") {
  CHECK(texts(Places().info.constants()) ==
        Texts{"null 0x1000-0x1040 0", "error 0x1000-0x1040 -22", "fixed 0x1000-0x1040 16"});
}

TEST_CASE("parameters by number, inlined functions by depth", "[debuginfo]") {
  const Places p;
  REQUIRE(p.info.parameters().size() == 2);
  CHECK(p.info.parameters()[0]->name == "dev");
  CHECK(p.info.parameters()[0]->parameter == 0);
  CHECK(type_name(p.info.parameters()[0]->type) == "struct dev *");
  CHECK(p.info.parameters()[1]->name == "n");
  CHECK(p.info.parameters()[1]->parameter == 1);
  for (const Binding& b : p.info.bindings()) {
    const bool inlined = b.variable->name == "p" || b.variable->name == "q";
    INFO(b.variable->name);
    CHECK(b.variable->depth == (inlined ? 1 : 0));
    CHECK(b.variable->function == (inlined ? "helper" : "places"));
    if (inlined) CHECK(b.variable->parameter == -1);
  }
  CHECK(p.info.inlined_at(0x1007).empty());
  CHECK(p.info.inlined_at(0x1008) == "helper");
  CHECK(p.info.inlined_at(0x1018).empty());
}

TEST_CASE("static variables and calls, by address", "[debuginfo]") {
  const Places p;
  REQUIRE(p.info.static_at(0x6000));
  CHECK(p.info.static_at(0x6000)->name == "counter");
  CHECK_FALSE(p.info.static_at(0x6001));
  const DwarfCall* call = p.info.call_returning_to(0x1015);
  REQUIRE(call);
  CHECK(call->callee == "get_dev");
  CHECK(type_name(call->result) == "struct dev *");
  CHECK_FALSE(call->noreturn);
  REQUIRE(p.info.call_returning_to(0x103a));
  CHECK(p.info.call_returning_to(0x103a)->noreturn);
  CHECK_FALSE(p.info.call_returning_to(0x1016));
}

TEST_CASE("a unit's functions, structures and variables", "[debuginfo]") {
  const DwarfFile file(assemble, "variables.s");
  const UnitIndex unit(file.unit());
  REQUIRE(unit.function_within(0x1010, 0x1020));
  CHECK(name_of(*unit.function_within(0x1010, 0x1020)) == "places");
  REQUIRE(unit.function_within(0xff8, 0x1040));  // the tracer's nops stand before the function
  CHECK(name_of(*unit.function_within(0xff8, 0x1040)) == "places");
  CHECK_FALSE(unit.function_within(0x3000, 0x3040));
  CHECK(unit.structure("queue"));
  CHECK_FALSE(unit.structure("table"));
  CHECK(unit.variable("table"));
  CHECK_FALSE(unit.variable("counter"));  // a function's own
}

}  // namespace unoops::test
