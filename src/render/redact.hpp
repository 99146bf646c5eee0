// Takes out of reports what tells about a machine and its people: kernel addresses, host and hardware names, paths of
// users. Equal addresses stay equal within a run.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/rooms.hpp"
#include "unoops/render.hpp"

namespace unoops::render {

class Redactor {
 public:
  Report report(const Report&);

  // Any text of the log: a line that is passed through, too. `bits`: of the machine, 0 not known.
  std::string text(std::string_view, int bits = 0);

  // A name that is taken out wherever it stands from now on.
  void hide(std::string_view name, std::string_view shown_as);

 private:
  std::uint64_t address(std::uint64_t value, const Report&);
  std::uint64_t stand_in(std::uint64_t value);
  std::string without_addresses(std::string_view, int bits);
  std::string instruction(std::string_view text);
  void code(Report&);
  void places(Report&);

  std::map<std::uint64_t, std::uint64_t> stand_ins_;
  std::vector<std::pair<std::string, std::string>> names_;
  bool low_kernel_ = false;  // s390 and others map the kernel at small addresses
};

// Hands redacted copies on.
std::unique_ptr<Renderer> make_redacting(std::unique_ptr<Renderer> inner);

}  // namespace unoops::render
