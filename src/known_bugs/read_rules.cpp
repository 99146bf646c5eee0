// TOML → rules. toml++ reads it: headers alone, so that the program needs no library more at run time.
#define TOML_EXCEPTIONS 0
#define TOML_HEADER_ONLY 1
#include <fmt/format.h>
#include <toml++/toml.h>

#include <algorithm>
#include <array>

#include "known_bugs/rules.hpp"

namespace unoops::known_bugs {
namespace {

using Strings = std::vector<std::string>;

class Reader {
 public:
  explicit Reader(const std::string& path) : path_(path) {}

  Expected<std::vector<Rule>> read(std::string_view text) {
    auto parsed = toml::parse(text, path_);
    if (!parsed) return fail(parsed.error().source(), std::string(parsed.error().description()));
    const toml::table& file = parsed.table();
    for (const auto& [key, value] : file)
      if (key.str() != "known")
        return fail(value.source(), fmt::format("'{}' is no table of rules: [[known]] is", key.str()));
    const auto* all = file.get_as<toml::array>("known");
    std::vector<Rule> rules;
    if (!all && file.contains("known")) return fail(file.get("known")->source(), "rules are tables: [[known]]");
    for (std::size_t i = 0; all && i < all->size(); ++i) {
      const auto* table = all->get(i)->as_table();
      if (!table) return fail(all->get(i)->source(), "rules are tables: [[known]]");
      rules.push_back(rule(*table));
      if (!wrong_.empty()) return tl::unexpected(Error{wrong_});
    }
    return rules;
  }

 private:
  tl::unexpected<Error> fail(const toml::source_region& at, const std::string& what) {
    return tl::unexpected(Error{place(at) + ": " + what});
  }
  std::string place(const toml::source_region& at) const { return fmt::format("{}:{}", path_, at.begin.line); }
  void complain(const toml::node& at, const std::string& what) {
    if (wrong_.empty()) wrong_ = place(at.source()) + ": " + what;
  }

  Rule rule(const toml::table& table) {
    Rule out;
    out.says.rule = place(table.source());
    for (const auto& [key, value] : table) take(out, key.str(), value);
    if (out.says.bug.empty()) complain(table, "the rule does not say what is known: bug = \"...\"");
    if (out.signatures.empty() && out.titles.empty() && out.kinds.empty() && out.functions.empty() &&
        out.modules.empty() && out.releases.empty())
      complain(table, "the rule matches everything: give it a signature, title, kind, function, module or release");
    return out;
  }

  void take(Rule& out, std::string_view key, const toml::node& value) {
    struct Words {
      std::string_view key;
      Strings Rule::*member;
    };
    static constexpr auto matched = std::to_array<Words>({{"signature", &Rule::signatures},
                                                          {"title", &Rule::titles},
                                                          {"kind", &Rule::kinds},
                                                          {"function", &Rule::functions},
                                                          {"module", &Rule::modules}});
    struct Said {
      std::string_view key;
      std::string Known::*member;
    };
    static constexpr auto said =
        std::to_array<Said>({{"bug", &Known::bug}, {"link", &Known::link}, {"fixed_in", &Known::fixed_in}});
    const auto is_key = [&](const auto& row) { return row.key == key; };
    if (const auto row = std::ranges::find_if(matched, is_key); row != matched.end())
      out.*row->member = strings(key, value);
    else if (const auto words = std::ranges::find_if(said, is_key); words != said.end())
      out.says.*words->member = string(key, value);
    else if (key == "release")
      for (const auto& range : strings(key, value)) add_range(out, range, value);
    else if (key == "severity")
      set_severity(out, string(key, value), value);
    else if (key == "ignore")
      out.says.ignored = boolean(key, value);
    else
      complain(value, fmt::format("'{}' is no key of a rule (signature, title, kind, function, module, release; bug, "
                                  "link, fixed_in, severity, ignore)",
                                  key));
    if (key == "kind") check_kinds(out.kinds, value);
  }

  std::string string(std::string_view key, const toml::node& value) {
    const auto* text = value.as_string();
    if (!text || text->get().empty()) complain(value, fmt::format("{} takes words in quotes", key));
    return text ? text->get() : std::string();
  }
  bool boolean(std::string_view key, const toml::node& value) {
    const auto* answer = value.as_boolean();
    if (!answer) complain(value, fmt::format("{} takes true or false", key));
    return answer && answer->get();
  }
  Strings strings(std::string_view key, const toml::node& value) {
    const auto* list = value.as_array();
    if (!list) return {string(key, value)};
    if (list->empty()) complain(value, fmt::format("{} is an empty list, which matches nothing", key));
    Strings out;
    for (const auto& one : *list) out.push_back(string(key, one));
    return out;
  }

  void add_range(Rule& out, const std::string& words, const toml::node& value) {
    if (auto range = ReleaseRange::read(words))
      out.releases.push_back(std::move(*range));
    else
      complain(value, fmt::format("'{}' is no release, pattern or range (\">= 6.1, < 6.1.121\")", words));
  }
  void set_severity(Rule& out, const std::string& word, const toml::node& value) {
    out.says.severity = severity_from_id(word);
    if (!out.says.severity) complain(value, fmt::format("severity is notice, warning, error or fatal, not '{}'", word));
  }
  void check_kinds(const Strings& kinds, const toml::node& value) {
    for (const auto& kind : kinds)
      if (kind.find_first_of("*?[") == std::string::npos && !find_kind(kind))
        complain(value, fmt::format("'{}' is no kind (unoops --help)", kind));
  }

  const std::string& path_;
  std::string wrong_;  // the first thing that is
};

}  // namespace

Expected<std::vector<Rule>> read_rules(std::string_view toml, const std::string& path) {
  return Reader(path).read(toml);
}

}  // namespace unoops::known_bugs
