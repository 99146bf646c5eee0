#include "grammar/scanner.hpp"

#include "catch.hpp"

using unoops::grammar::Scanner;

TEST_CASE("a scanner's verb advances on success or does not move") {
  Scanner s("CPU: 12 PID: x");
  int cpu = 0;
  CHECK(s.lit("CPU: "));
  CHECK(s.dec(cpu));
  CHECK(cpu == 12);
  CHECK_FALSE(s.lit("PID"));
  CHECK(s.rest() == " PID: x");
  CHECK_FALSE(s.dec(cpu));
  std::string_view before;
  CHECK(s.until("PID: ", before));
  CHECK(before == " ");
  CHECK(s.rest() == "x");
}

TEST_CASE("numbers stop where their digits stop") {
  Scanner s("0x1f/0x20");
  unsigned value = 0;
  CHECK(s.hex0x(value));
  CHECK(value == 0x1f);
  CHECK(s.lit("/"));
  CHECK_FALSE(Scanner("-5").hex(value));
  CHECK_FALSE(Scanner("123456789abcdef01").hex(value));  // does not fit
}
