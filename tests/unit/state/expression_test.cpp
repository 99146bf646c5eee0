// Expressions of members: how they are taken apart.
#include "state/expression.hpp"

#include "catch.hpp"

namespace unoops::test {

using state::Expression;

TEST_CASE("expression: a variable and steps from it, and nothing else") {
  const auto e = Expression::of("dev->port.tx->desc[3].len");
  REQUIRE(e);
  CHECK(e->root() == "dev");
  REQUIRE(e->steps() == 5);
  CHECK(e->prefix(0) == "dev");
  CHECK(e->prefix(2) == "dev->port.tx");
  CHECK(e->prefix(4) == "dev->port.tx->desc[3]");
  CHECK(e->prefix(5) == "dev->port.tx->desc[3].len");
  CHECK(e->container(5) == 2);
  CHECK(e->container(2) == 0);
  CHECK(Expression::of("req")->steps() == 0);
  for (const char* other : {"", "*p", "list_first_entry(head, struct req, node)", "a[i]", "a[1", "a-", "a->", "a.b->",
                            "a b", "a[99999999999999999999]"})
    CHECK_FALSE(Expression::of(other));
}

}  // namespace unoops::test
