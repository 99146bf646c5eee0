// What a call of NULL called, and what a waiting call waits for, by testdata/debuginfo/calls.c.
#include "compiled_kernel.hpp"

namespace unoops::test {

TEST_CASE("a called pointer by its member", "[calls]") {
  each_compiler("calls.c", [](Kernel& k) {
    CHECK(k.called("member") == "dev->ops->start");
    CHECK(k.called("untyped") == "dev->ops->raw");
  });
}

TEST_CASE("of a union only a function's pointer is called; of several the union stands for them", "[calls]") {
  each_compiler("calls.c", [](Kernel& k) {
    CHECK(k.called("in_union") == "dev->destroy");
    CHECK(k.called("hooked") == "dev->hook");
  });
}

TEST_CASE("where no type tells the member, offsets lead to the pointer", "[calls]") {
  each_compiler("calls.c", [](Kernel& k) { CHECK(k.called("cast") == "*(dev->priv + 0x10)"); });
}

TEST_CASE("an array's element whose first round stands apart", "[calls]") {
  each_compiler("calls.c", [](Kernel& k) { CHECK(k.called("walk") == "dev->slot[]->start"); });
}

TEST_CASE("of a copy's two pointers the one that was bad is followed into the caller", "[calls]") {
  each_compiler("calls.c", [](Kernel& k) {
    CHECK(k.handed("memcpy", "RSI", "copies") == "dev->ops to memcpy");
    CHECK(k.handed("memcpy", "RDI", "copies") == "dev->priv to memcpy");
  });
}

TEST_CASE("a lock by the expression that the call took it from", "[calls]") {
  each_compiler("calls.c", [](Kernel& k) {
    CHECK(k.wanted("mutex_lock", {"waits"}) == "&user->lock (struct mutex) by waits");
    CHECK(k.wanted("mutex_lock", {"waits_for_table"}) == "&table_lock (struct mutex) by waits_for_table");
    CHECK(k.wanted("mutex_lock", {"hands_on", "asks"}) == "&user->lock (struct mutex) by asks");
    CHECK(k.wanted("mutex_lock", {"hands_on"}) == "lock (struct mutex) by hands_on");
  });
}

}  // namespace unoops::test
