#include "unoops/known.hpp"

#include <initializer_list>

#include "catch.hpp"
#include "known_bugs/release.hpp"

using namespace unoops;
using known_bugs::compare_releases;
using known_bugs::ReleaseRange;
using known_bugs::should_have;

namespace {

Report crash() {
  Report r;
  r.kind = find_kind("warning");
  r.severity = Severity::error;
  r.title = "WARNING in courier_submit [courier]";
  r.signature = "1:0123456789abcdef";
  r.kernel.release = "6.1.57-amd64";
  Frame frame;
  frame.ref.symbol = "courier_submit";
  frame.ref.module = "courier";
  r.stacks.emplace_back().frames.push_back(frame);
  r.culprit_stack = r.culprit_frame = 0;
  return r;
}

// Is the report known by a rule with these lines?
bool is_known(const std::string& lines, const Report& r = crash()) {
  const auto rules = KnownRules::parse("[[known]]\nbug = \"b\"\n" + lines + "\n", "rules.toml");
  REQUIRE(rules);
  Report copy = r;
  rules->tell(copy);
  return copy.known.has_value();
}

Report told(const std::string& rules, Report r = crash()) {
  const auto read = KnownRules::parse(rules, "rules.toml");
  REQUIRE(read);
  read->tell(r);
  return r;
}

std::string refused(const std::string& rules) {
  const auto read = KnownRules::parse(rules, "rules.toml");
  return read ? "" : read.error().message;
}

}  // namespace

TEST_CASE("releases are compared by their numbers") {
  CHECK(compare_releases("6.1.9", "6.1.57") < 0);
  CHECK(compare_releases("6.1", "6.1.0") == 0);
  CHECK(compare_releases("6.1.0-57-amd64", "6.1.0-56-amd64") > 0);
  CHECK(compare_releases("6.13.0-rc3", "6.13.0") < 0);
  CHECK(compare_releases("6.13-rc3", "6.13.0-rc10+") < 0);
  CHECK(compare_releases("6.13.0-rc3", "6.12.9") > 0);
  CHECK(compare_releases("5.14.0-427.13.1.el9_4.x86_64", "5.14.0-427.9.el9") > 0);
  CHECK(compare_releases("", "6.1") < 0);
}

TEST_CASE("a fix in a stable release says nothing of another series, one of Linus's tree speaks for all later ones") {
  CHECK(should_have("6.1.130", "6.1.121"));
  CHECK(should_have("6.1.0-58-amd64", "6.1.0-57-amd64"));
  CHECK(should_have("6.6.10", "6.5"));
  CHECK(should_have("6.13.0", "6.13.0-rc3"));
  CHECK(should_have("6.1.0-56-amd64", "2.6.0"));
  CHECK(should_have("3.10.0-1160.el7", "2.6.32"));
  CHECK(should_have("2.6.32.40", "2.6.32.27"));
  CHECK_FALSE(should_have("2.6.39", "2.6.32.27"));
  CHECK_FALSE(should_have("5.4.12", "4.19.3"));
  CHECK_FALSE(should_have("6.6.10", "6.1.121"));
  CHECK_FALSE(should_have("6.12.9-amd64", "6.1.0-57-amd64"));
  CHECK_FALSE(should_have("6.1.120", "6.1.121"));
  CHECK_FALSE(should_have("", "6.1"));
  CHECK_FALSE(should_have("6.1", ""));
}

TEST_CASE("releases of a rule: a series, a pattern, a range") {
  const auto holds = [](const char* words, const char* release) { return ReleaseRange::read(words)->holds(release); };
  CHECK(holds("6.1", "6.1.57-amd64"));
  CHECK(holds("6.1", "6.1"));
  CHECK_FALSE(holds("6.1", "6.12.1"));
  CHECK_FALSE(holds("6.1.57", "6.1"));
  CHECK(holds("6.1.0-*-amd64", "6.1.0-57-amd64"));
  CHECK_FALSE(holds("6.1.0-*-amd64", "6.1.0-57-arm64"));
  CHECK(holds(">= 6.1, < 6.1.121", "6.1.57"));
  CHECK_FALSE(holds(">= 6.1, < 6.1.121", "6.1.121"));
  CHECK(holds("<=6.1", "6.1"));
  CHECK_FALSE(holds("> 6.1", "6.1.0"));
  CHECK_FALSE(holds(">= 6.1", ""));
  for (const char* words : {"", "next", "6.1 or later", ">", ">= ", "6.1,", ", 6.1", ">= <6"})
    CHECK_FALSE(ReleaseRange::read(words));
}

TEST_CASE("all keys of a rule must fit, and of a list one word") {
  CHECK(is_known("signature = \"1:0123456789abcdef\""));
  CHECK_FALSE(is_known("signature = \"1:0123\""));
  CHECK(is_known("title = \"courier_submit\""));
  CHECK(is_known("title = \"WARNING in *\""));
  CHECK_FALSE(is_known("title = \"courier_*\""));
  CHECK(is_known("title = \"WARNING in courier_submit [courier]\""));
  CHECK(is_known("kind = [\"kasan\", \"warning\"]"));
  CHECK(is_known("function = \"courier_*\"\nmodule = \"courier\"\nrelease = [\"5.10\", \"6.1\"]"));
  CHECK_FALSE(is_known("function = \"courier_*\"\nmodule = \"mail\""));
  CHECK_FALSE(is_known("release = \">= 6.2\""));
  Report bare = crash();
  bare.culprit_stack.reset();
  CHECK_FALSE(is_known("function = \"*_submit\"", bare));
}

TEST_CASE("what a rule says") {
  const std::string rules =
      "[[known]]\nbug = \"other\"\nkind = \"kasan\"\n\n[[known]]\nbug = \"queue\"\nlink = \"https://b/1\"\nfixed_in = "
      "\"6.1.121\"\nkind = \"warning\"\nseverity = \"notice\"\n";
  const Report r = told(rules);
  REQUIRE(r.known);
  CHECK(r.known->bug == "queue");
  CHECK(r.known->rule == "rules.toml:5");
  CHECK_FALSE(r.known->regressed);
  CHECK(r.severity == Severity::error);
  CHECK(severity_of(r) == Severity::notice);
  CHECK_FALSE(passes_gates(r));  // its rule says how bad it is
  CHECK(passes_gates(told("[[known]]\nbug = \"b\"\nkind = \"warning\"\n")));
  CHECK_FALSE(passes_gates(crash()));
}

TEST_CASE("a bug that came back is as bad as it is") {
  Report later = crash();
  later.kernel.release = "6.1.121";
  for (const char* more : {"ignore = true", "severity = \"notice\"", ""}) {
    const Report r =
        told(std::string("[[known]]\nbug = \"b\"\nkind = \"warning\"\nfixed_in = \"6.1.121\"\n") + more, later);
    CHECK(r.known->regressed);
    CHECK(severity_of(r) == Severity::error);
    CHECK_FALSE(passes_gates(r));
  }
}

TEST_CASE("a report that no rule knows loses what another file said") {
  Report r = crash();
  r.known = Known{"old", "", "", false, {}, false, ""};
  CHECK_FALSE(told("[[known]]\nbug = \"b\"\nkind = \"kasan\"\n", r).known);
}

TEST_CASE("a file that cannot be read is said with its line") {
  CHECK(refused("[[known]]\nbug = \"b\"\nkind = \"warning\"\n") == "");
  CHECK(refused("") == "");
  CHECK(refused("[[known]]\nkind = \"warning\"\n").starts_with("rules.toml:1: the rule does not say what is known"));
  CHECK(refused("\n[[known]]\nbug = \"b\"\n").starts_with("rules.toml:2: the rule matches everything"));
  CHECK(refused("[[known]]\nbug = \"b\"\nkind = \"warming\"\n").starts_with("rules.toml:3: 'warming' is no kind"));
  CHECK(refused("[[known]]\nbug = \"b\"\nsginature = \"1:a\"\n")
            .starts_with("rules.toml:3: 'sginature' is no key of a rule"));
  CHECK(refused("[[known]]\nbug = 3\nkind = \"warning\"\n").starts_with("rules.toml:2: bug takes words in quotes"));
  CHECK(refused("[[known]]\nbug = \"b\"\ntitle = []\n").starts_with("rules.toml:3: title is an empty list"));
  CHECK(
      refused("[[known]]\nbug = \"b\"\ntitle = [\"a\", 3]\n").starts_with("rules.toml:3: title takes words in quotes"));
  CHECK(refused("[[known]]\nbug = \"b\"\nrelease = \"new\"\n").starts_with("rules.toml:3: 'new' is no release"));
  CHECK(
      refused("[[known]]\nbug = \"b\"\ntitle = \"t\"\nseverity = \"bad\"\n").starts_with("rules.toml:4: severity is"));
  CHECK(refused("[[known]]\nbug = \"b\"\ntitle = \"t\"\nignore = \"yes\"\n")
            .starts_with("rules.toml:4: ignore takes true"));
  CHECK(refused("[known]\nbug = \"b\"\n").starts_with("rules.toml:1: rules are tables: [[known]]"));
  CHECK(refused("known = 3\n").starts_with("rules.toml:1: rules are tables"));
  CHECK(refused("[[konwn]]\nbug = \"b\"\n").starts_with("rules.toml:1: 'konwn' is no table of rules"));
  CHECK(refused("[[known]]\nbug = \"b\n").starts_with("rules.toml:2: "));
  CHECK(KnownRules::read("/no/such/file").error().message ==
        "/no/such/file: cannot be read: No such file or directory");
  CHECK(KnownRules::read("/").error().message == "/: cannot be read: Is a directory");
}

TEST_CASE("the rule of a report matches it, whatever is in it") {
  Report r = crash();
  r.title = "BUG: \"quoted\" \\ and \x1b[31m in foo";
  const auto rule = known_rule(r);
  CHECK_THAT(rule, ContainsSubstring("[[known]]\nbug = ") && ContainsSubstring("\n# function = \"courier_submit\"\n"));
  CHECK(told(rule, r).known);
  r.signature.clear();
  r.title = "BUG in foo";
  CHECK(told(known_rule(r), r).known);
}
