#include "base/first_bytes.hpp"

#include <string>
#include <vector>

#include "catch.hpp"

using unoops::base::FirstBytes;

TEST_CASE("no text that begins one of the words is told to begin none") {
  const std::vector<std::string> words = {"#", "R:", "DMA", "CPU: ", "Call Trace:", "pc "};
  FirstBytes first;
  for (const auto& word : words) first.add(word);
  first.add("");
  for (const auto& word : words)
    for (const char* behind : {"", "x", " 0123456789"}) CHECK(first.may_begin(word + behind));
}

TEST_CASE("of other texts most are told to begin none") {
  FirstBytes first;
  for (const char* word : {"#", "R:", "DMA", "CPU: ", "Call Trace:"}) first.add(word);
  unsigned taken = 0;
  for (int i = 1000; i != 2000; ++i) taken += first.may_begin("usb " + std::to_string(i)) ? 1 : 0;
  for (int i = 1000; i != 2000; ++i) taken += first.may_begin(std::to_string(i) + " bytes") ? 1 : 0;
  CHECK(taken < 20);
}
