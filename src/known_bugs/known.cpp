#include "unoops/known.hpp"

#include <algorithm>
#include <vector>

#include "base/printable.hpp"
#include "base/read_file.hpp"
#include "facts/frames.hpp"
#include "known_bugs/rules.hpp"
#include "report/questions.hpp"

namespace unoops {

using namespace known_bugs;

class KnownRules::Impl {
 public:
  std::vector<Rule> rules;
};

KnownRules::KnownRules(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
KnownRules::KnownRules(KnownRules&&) noexcept = default;
KnownRules& KnownRules::operator=(KnownRules&&) noexcept = default;
KnownRules::~KnownRules() = default;

Expected<KnownRules> KnownRules::parse(std::string_view toml, const std::string& path) {
  auto rules = read_rules(toml, path);
  if (!rules) return tl::unexpected(rules.error());
  auto impl = std::make_unique<Impl>();
  impl->rules = std::move(*rules);
  return KnownRules(std::move(impl));
}

Expected<KnownRules> KnownRules::read(const std::string& path) {
  constexpr std::size_t most = std::size_t{16} << 20;  // a team writes them by hand
  const auto text = base::read_file(path, most);
  if (!text) return tl::unexpected(Error{path + ": cannot be read: " + text.error().message});
  return parse(*text, path);
}

void KnownRules::tell(Report& r) const {
  const auto rule = std::ranges::find_if(impl_->rules, [&](const Rule& one) { return matches(one, r); });
  if (rule == impl_->rules.end()) return r.known.reset();
  r.known = rule->says;
  r.known->regressed = should_have(r.kernel.release, r.known->fixed_in);
}

Severity severity_of(const Report& r) {
  return r.known && !r.known->regressed ? r.known->severity.value_or(r.severity) : r.severity;
}

bool passes_gates(const Report& r) {
  return r.known && !r.known->regressed && (r.known->ignored || !r.known->severity);
}

namespace {

// TOML's basic string.
std::string quoted(std::string_view text) {
  std::string out = "\"";
  for (const char c : clean(text)) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + '"';
}

}  // namespace

std::string known_rule(const Report& r) {
  std::string out = "[[known]]\n";
  const auto line = [&](std::string_view key, std::string_view value, bool is_rule = true) {
    if (!value.empty()) out += std::string(is_rule ? "" : "# ") + std::string(key) + " = " + quoted(value) + "\n";
  };
  line("bug", r.title.empty() ? "(no title)" : r.title);
  line("signature", r.signature);
  if (r.signature.empty()) line("title", r.title);
  // What a wider or narrower rule could ask for, and what a team may have to say.
  line("kind", r.kind ? r.kind->id : std::string_view(), false);
  if (const auto* frame = culprit_frame(r)) {
    line("function", source_name(frame->ref.symbol), false);
    line("module", frame->ref.module, false);
  }
  line("release", r.kernel.release, false);
  return out + "# link = \"https://...\"\n# fixed_in = \"...\"\n# severity = \"notice\"\n# ignore = true\n";
}

}  // namespace unoops
