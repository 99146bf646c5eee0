// The name of a bad pointer, from the code and the DWARF that both compilers make of testdata/debuginfo/naming.c.
#include "compiled_kernel.hpp"

namespace unoops::test {

TEST_CASE("chains of members, link by link", "[naming]") {
  each_compiler("naming.c", [](Kernel& k) {
    CHECK(k.cause("chain", 0x40) == "dev (struct dev).queue");
    CHECK(k.cause("chain", 0x18) == "dev->queue (struct queue).head");
    CHECK(k.cause("chain", 0x28) == "dev->queue->head (struct parcel).weight");
  });
}

TEST_CASE("elements of arrays, and global variables", "[naming]") {
  each_compiler("naming.c", [](Kernel& k) {
    CHECK(k.cause("indexed", 0x28) == "dev->slot[] (struct parcel).weight");
    CHECK(k.cause("global", 0x40) == "devices[2] (struct dev).queue");
    CHECK(k.cause("global", 0x28) == "devices[2]->queue->head (struct parcel).weight");
  });
}

TEST_CASE("in an inlined function the caller's words are better", "[naming]") {
  each_compiler("naming.c",
                [](Kernel& k) { CHECK(k.cause("inlined", 0x28) == "dev->queue->head (struct parcel).weight"); });
}

TEST_CASE("a function without DWARF is explained by its caller", "[naming]") {
  each_compiler("naming.c", [](Kernel& k) {
    CHECK(k.cause("bare", 0x28) == "nothing");
    CHECK(k.cause("bare", 0x28, "caller") == "dev->queue->head (struct parcel)");  // what of it, only bare() knows
  });
}

TEST_CASE("where the type does not tell, nothing is said", "[naming]") {
  each_compiler("naming.c", [](Kernel& k) { CHECK(k.cause("ambiguous", 0x28) == "nothing"); });
}

}  // namespace unoops::test
