#include "report/fields.hpp"

#include <fstream>
#include <nlohmann/json.hpp>
#include <set>

#include "catch.hpp"

using namespace unoops;
using namespace unoops::report;
using nlohmann::json;

namespace {

// What JSON prints beside the members, made of several of them (render/json.cpp).
const std::set<std::string> made = {"schema",        "producer",     "where",    "handed",
                                    "culprit",       "context",      "pc",       "agrees_with_fault_address",
                                    "instructions",  "notes",        "address",  "source",
                                    "address_class", "address_note", "register", "pointer",
                                    "cause"};

class Schema {
 public:
  Schema() { std::ifstream(TESTDATA "/../docs/report.schema.json") >> root_; }

  void compare_report() { compare<Report>(root_, "report", nullptr); }

 private:
  // `taken`: where the members of Owner are printed as its owner's, which names are there; else null.
  template <class Owner>
  void compare(const json& at, const std::string& path, std::set<std::string>* taken) {
    const json& node = at.contains("$ref") ? root_.at(json::json_pointer(at["$ref"].get<std::string>().substr(1))) : at;
    std::set<std::string> printed;
    detail::for_each_of(fields_of<Owner>, [&]<class Member, Privacy privacy, Print print, bool kept>(
                                              const Field<Owner, Member, privacy, print, kept>& field) {
      const std::string name(field.name);
      INFO(path << "." << name);
      if constexpr (print == Print::spread) {
        spread<Member>(node, path, printed);
      } else if constexpr (print != Print::never) {
        CHECK(printed.insert(name).second);
        REQUIRE(node["properties"].contains(name));
        descend<Member>(node["properties"][name], path + "." + name);
      }
    });
    if (taken) return taken->merge(printed);
    for (const auto& [name, description] : node["properties"].items()) {
      INFO(path << "." << name);
      CHECK((printed.contains(name) || made.contains(name)));
    }
  }

  template <class Member>
  void spread(const json& node, const std::string& path, std::set<std::string>& printed) {
    if constexpr (is_variant<Member>)
      compare<Unresolved>(node, path, &printed);
    else
      compare<Member>(node, path, &printed);
  }

  template <class Member>
  void descend(const json& node, const std::string& path) {
    if constexpr (is_list<Member>) {
      using One = typename Member::value_type;
      if constexpr (Listed<One> && !std::same_as<One, Register>) compare<One>(node["items"], path, nullptr);
    } else if constexpr (is_optional<Member>) {
      descend<typename Member::value_type>(node, path);
    } else if constexpr (Listed<Member>) {
      compare<Member>(node, path, nullptr);
    }
  }

  json root_;
};

}  // namespace

TEST_CASE("the members that JSON prints are those of docs/report.schema.json") { Schema().compare_report(); }

TEST_CASE("a value that says nothing") {
  CHECK(says_nothing(std::string()));
  CHECK(says_nothing(std::optional<int>()));
  CHECK(says_nothing(std::vector<Module>()));
  CHECK(says_nothing(Access::unknown));
  CHECK(says_nothing(false));
  CHECK_FALSE(says_nothing(std::optional<int>(0)));
  CHECK_FALSE(says_nothing(Kernel()));
}

TEST_CASE("every value of a report is visited, however deep") {
  Report r;
  r.stacks.resize(1);
  r.stacks[0].frames.resize(1);
  r.stacks[0].frames[0].lookup = std::vector<Location>(1);
  r.facts = {{"bug-type", "use-after-free"}};
  r.site.touched.emplace();
  r.panic.emplace();
  std::set<const void*> seen;
  for_each_value(r, [&](Privacy, const auto& value) { seen.insert(&value); });
  CHECK(seen.contains(&r.raw) == false);
  CHECK(seen.contains(&std::get<std::vector<Location>>(r.stacks[0].frames[0].lookup)[0].file));
  CHECK(seen.contains(&r.stacks[0].frames[0].ref.build_id));
  CHECK(seen.contains(&r.facts[0].second));
  CHECK(seen.contains(&r.site.touched->expression));
  CHECK(seen.contains(&r.panic->reason));
}
