// Takes out of reports what tells about a machine and its people: addresses (by numbers, redact_numbers.hpp), and what
// the table of redact_text.hpp lists. Equal addresses stay equal within a run. Names of commands and functions stay: a
// report is not understood without them. docs/redaction.md is what users are promised.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/rooms.hpp"
#include "render/redact_numbers.hpp"
#include "render/redact_text.hpp"
#include "unoops/render.hpp"

namespace unoops::render {

class Redactor {
 public:
  Report report(const Report&);

  // Any text of the log: a line that is passed through, too.
  std::string text(std::string_view, const Machine& = {});

  // The line of a log that its transport says to be of `host`, and without its colours.
  std::string line_of(std::string_view line, std::string_view host);

  // A name that is taken out wherever it stands from now on.
  void hide(std::string_view name, std::string_view shown_as);

 private:
  std::uint64_t stand_in(std::uint64_t value);
  void hide_host(std::string_view name);
  std::optional<Secret> known_name(const Spot&) const;
  std::string without_secrets(std::string_view);
  std::string without_addresses(std::string_view, const Machine&);
  std::string instruction(std::string_view text);
  void code(Report&);
  void code_words(Report&);

  std::map<std::uint64_t, std::uint64_t> stand_ins_;
  std::map<std::string, std::string, std::less<>> names_;  // and what is shown for them
  std::deque<std::string> in_order_;                       // of names_, the oldest first
};

// Hands redacted copies on.
std::unique_ptr<Renderer> make_redacting(std::unique_ptr<Renderer> inner);

}  // namespace unoops::render
