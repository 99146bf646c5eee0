// Takes out of reports what tells about a machine and its people: addresses, host and hardware names, the kernel's
// command line, paths of users, identifiers of machines and networks. Equal addresses stay equal within a run. Names of
// commands stay: a report is not understood without them.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/rooms.hpp"
#include "render/redact_numbers.hpp"
#include "unoops/render.hpp"

namespace unoops::render {

class Redactor {
 public:
  Report report(const Report&);

  // Any text of the log: a line that is passed through, too.
  std::string text(std::string_view, const Machine& = {});

  // The line of a log that its transport says to be of `host`.
  std::string line_of(std::string_view line, std::string_view host);

  // A name that is taken out wherever it stands from now on.
  void hide(std::string_view name, std::string_view shown_as);

 private:
  std::uint64_t address(std::uint64_t value);
  std::uint64_t stand_in(std::uint64_t value);
  std::string without_addresses(std::string_view, const Machine&);
  std::string instruction(std::string_view text);
  void code(Report&);
  void code_words(Report&);
  void places(Report&);

  std::map<std::uint64_t, std::uint64_t> stand_ins_;
  std::deque<std::pair<std::string, std::string>> names_;
};

// Hands redacted copies on.
std::unique_ptr<Renderer> make_redacting(std::unique_ptr<Renderer> inner);

}  // namespace unoops::render
