// One unit of DWARF, from a source of testdata/debuginfo that is compiled or assembled while the tests run.
#pragma once

#include <dwarf.h>
#include <elfutils/libdw.h>
#include <fcntl.h>
#include <unistd.h>

#include <optional>
#include <string>
#include <string_view>

#include "../symbols/fixture.hpp"
#include "debuginfo/c_types.hpp"

namespace unoops::test {

class DwarfFile {
 public:
  // The command makes `out` from the source, both given to it as {out} and {source}.
  DwarfFile(std::string_view command, const std::string& source) {
    const std::string out = dir_ / "out";
    if (!run(fmt::format(fmt::runtime(command), fmt::arg("out", out),
                         fmt::arg("source", std::string(TESTDATA) + "/debuginfo/" + source))))
      return;
    fd_ = ::open(out.c_str(), O_RDONLY | O_CLOEXEC);
    dwarf_ = dwarf_begin(fd_, DWARF_C_READ);
  }
  ~DwarfFile() {
    if (dwarf_) dwarf_end(dwarf_);
    if (fd_ >= 0) ::close(fd_);
  }
  DwarfFile(const DwarfFile&) = delete;
  DwarfFile& operator=(const DwarfFile&) = delete;

  bool made() const { return dwarf_ != nullptr; }
  Dwarf_Die unit() const {
    Dwarf_CU* cu = nullptr;
    Dwarf_Die die{};
    REQUIRE(dwarf_get_units(dwarf_, nullptr, &cu, nullptr, nullptr, &die, nullptr) == 0);
    return die;
  }
  // What the unit calls so at its top.
  Dwarf_Die die(std::string_view name, int tag) const {
    Dwarf_Die unit_die = unit(), at;
    REQUIRE(dwarf_child(&unit_die, &at) == 0);
    do {
      if (dwarf_tag(&at) == tag && debuginfo::name_of(at) == name) return at;
    } while (dwarf_siblingof(&at, &at) == 0);
    FAIL("nothing is called " << name);
    return at;
  }

 private:
  TempDir dir_;
  int fd_ = -1;
  Dwarf* dwarf_ = nullptr;
};

inline constexpr std::string_view assemble = "as -o {out} {source}";

}  // namespace unoops::test
