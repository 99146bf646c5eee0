#include "inspect/value.hpp"

#include <cstdint>
#include <limits>

#include "catch.hpp"

using namespace unoops::inspect;

namespace {

Alternative first(const Value& v) { return v.empty() ? Alternative{} : *v.begin(); }

}  // namespace

TEST_CASE("numbers and unknown multiples") {
  CHECK(plus(Value::number(8), 4).constant() == 12);
  CHECK(times(Value::number(3), 16).constant() == 48);
  const Value index = times(Value(), 16);
  CHECK_FALSE(index.constant());
  CHECK(first(index).stride == 16);
  CHECK(first(times(index, 2)).stride == 32);
}

TEST_CASE("numbers wrap around as in the processor") {
  constexpr std::int64_t least = std::numeric_limits<std::int64_t>::min(),
                         most = std::numeric_limits<std::int64_t>::max();
  Nodes nodes;
  const Node* node = nodes.argument(0);
  CHECK(plus(Value::number(most), 1).constant() == least);
  CHECK(times(Value::number(least), -1).constant() == least);
  CHECK(times(Value::number(1LL << 62), 4).constant() == 0);
  const Value far = plus(Value({node, most, least}), times(Value(), least), 1);
  CHECK(first(far).node == node);
  CHECK_FALSE(nodes.meet(far, Value({node, least, least})).empty());
  CHECK(first(plus(far, most)).offset == -2);
}

TEST_CASE("a pointer plus an index keeps its place within the element") {
  Nodes nodes;
  const Value pointer({nodes.argument(0), 8, 0});
  const Value sum = plus(plus(pointer, times(Value(), 16), 1), 8);
  CHECK(first(sum).node == nodes.argument(0));
  CHECK(first(sum).stride == 16);
  CHECK(first(sum).offset == 16);  // of the lowest index
  CHECK(plus(pointer, Value({nodes.argument(1), 0, 0}), 1).empty());
}

TEST_CASE("where two ways meet only what agrees stays") {
  Nodes nodes;
  const Value a({nodes.argument(0), 8, 0}), b({nodes.argument(0), 24, 0}), c({nodes.argument(1), 8, 0});
  CHECK(nodes.meet(a, a) == a);
  CHECK(nodes.meet(a, c).empty());
  CHECK(first(nodes.meet(a, b)).stride == 16);  // a loop's pointer that steps by 16
  CHECK(first(nodes.meet(a, b)).offset == 8);
  CHECK(nodes.meet(Value::number(1), Value::number(2)).empty());
}

TEST_CASE("two elements of an array are any of its elements") {
  Nodes nodes;
  Variable dev;
  dev.name = "dev";
  const Node* v = nodes.variable(dev);
  const Node* first_slot = nodes.load(*v, 0x40, 0, {".slot[0].tg", 0x40, {}, false});
  const Node* third = nodes.load(*v, 0x60, 0, {".slot[2].tg", 0x60, {}, false});
  const Node* any = nodes.element(*first_slot, *third);
  REQUIRE(any);
  CHECK(expression(*any) == "dev->slot[].tg");
  CHECK(any->offset == 0x40);
  CHECK(any->stride == 0x20);
  const Node* of_first = nodes.load(*first_slot, 8, 0, {".funcs", 8, {}, false});
  const Node* of_third = nodes.load(*third, 8, 0, {".funcs", 8, {}, false});
  CHECK(expression(*first(nodes.meet(Value({of_first, 0, 0}), Value({of_third, 0, 0}))).node) ==
        "dev->slot[].tg->funcs");
  CHECK_FALSE(nodes.element(*first_slot, *nodes.load(*v, 0x48, 0, {".slot[0].hubp", 0x48, {}, false})));
}

TEST_CASE("expressions as a programmer writes them") {
  Nodes nodes;
  Variable dev;
  dev.name = "dev";
  const Node* v = nodes.variable(dev);
  const Node* queue = nodes.load(*v, 0x40, 0, {".port.tx", 0x40, {}, false});
  CHECK(expression(*queue) == "dev->port.tx");
  CHECK(expression(*nodes.load(*queue, 24, 16, {".desc[].len", 24, {}, false})) == "dev->port.tx->desc[].len");
  CHECK(expression(*nodes.load(*v, 0, 0, {"", 0, {}, false})) == "*dev");
  CHECK(expression(*nodes.load(*v, 8, 0, {"[2]", 8, {}, false})) == "dev[2]");
  const Node* table = nodes.object("kf_tables", {}, nullptr, false, false);
  CHECK(expression(*nodes.load(*table, 8, 0, {"[1]", 8, {}, false})) == "kf_tables[1]");
  CHECK(expression(*nodes.load(*table, 8, 0, {".fn", 8, {}, false})) == "kf_tables.fn");
  CHECK_FALSE(named(*nodes.load(*nodes.argument(0), 8, 0, {".fn", 8, {}, false})));
  CHECK(nodes.load(*v, 0x40, 0, {".port.tx", 0x40, {}, false}) == queue);
}

TEST_CASE("own variables come before chains, chains before variables of inlined functions") {
  Nodes nodes;
  Variable own, deep;
  own.name = "dev";
  deep.name = "q";
  deep.depth = 2;
  Value v({nodes.variable(deep), 0, 0});
  v.add({nodes.load(*nodes.variable(own), 0, 0, {".queue", 0, {}, false}), 0, 0});
  CHECK(first(v).node->kind == Node::Kind::load);
  v.add({nodes.variable(own), 0, 0});
  CHECK(first(v).node->text == "dev");
}
