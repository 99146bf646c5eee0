// The words of the closed lists are those that docs/report.schema.json promises.
#include <algorithm>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "catch.hpp"
#include "unoops/report.hpp"

namespace unoops::test {

namespace {

using Words = std::vector<std::string>;

Words promised(const std::string& pointer) {
  std::ifstream file(TESTDATA "/../docs/report.schema.json");
  auto words = nlohmann::json::parse(file).at(nlohmann::json::json_pointer(pointer)).get<Words>();
  std::ranges::sort(words);
  return words;
}

// The words of all values up to the last one; what has none is not printed.
template <class Enum>
Words printed(std::string_view (*id)(Enum), Enum last) {
  Words words;
  for (int value = 0; value <= static_cast<int>(last); ++value)
    if (const auto word = id(static_cast<Enum>(value)); !word.empty()) words.emplace_back(word);
  std::ranges::sort(words);
  words.erase(std::unique(words.begin(), words.end()), words.end());  // two values may be printed as one word
  return words;
}

}  // namespace

TEST_CASE("closed lists of words are those of the schema") {
  CHECK(printed(access_id, Access::execute) == promised("/properties/fault/properties/access/enum"));
  CHECK(printed(address_class_id, AddressClass::unknown) ==
        promised("/properties/fault/properties/address_class/enum"));
  CHECK(printed(operation_id, Operation::execute) == promised("/properties/site/properties/operation/enum"));
  CHECK(printed(severity_id, Severity::fatal) == promised("/properties/severity/enum"));
  CHECK(printed(defect_id, DefectKind::no_trace) == promised("/properties/defects/items/properties/kind/enum"));
}

}  // namespace unoops::test
