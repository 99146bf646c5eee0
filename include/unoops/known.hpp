// What a team knows of its bugs: a file of rules, in TOML (docs/fleet.md).
#pragma once

#include <memory>
#include <string>

#include "unoops/error.hpp"
#include "unoops/report.hpp"

namespace unoops {

class KnownRules {
 public:
  // The error's message begins with the place: "rules.toml:12: ...".
  static Expected<KnownRules> read(const std::string& path);
  static Expected<KnownRules> parse(std::string_view toml, const std::string& path);

  KnownRules(KnownRules&&) noexcept;
  KnownRules& operator=(KnownRules&&) noexcept;
  ~KnownRules();

  // Report::known, by the first rule that matches. It asks for what the log says alone: signature, title, kind, the
  // culprit's function and module, the release.
  void tell(Report&) const;

 private:
  class Impl;
  explicit KnownRules(std::unique_ptr<Impl>);
  std::unique_ptr<Impl> impl_;
};

// A rule that matches the report, as a table of such a file, with room for the team's words.
std::string known_rule(const Report&);

// The severity that filters, gates and summaries go by: the team's, where it gives one and the bug did not come back.
Severity severity_of(const Report&);
// Does a gate (--fail-on) leave it out? A bug that is known fails none, unless it came back or its rule gives a severity.
bool passes_gates(const Report&);

}  // namespace unoops
