// The Code bytes of a log against a file's text.
#pragma once

#include "base/rooms.hpp"
#include "debuginfo/debug_file.hpp"
#include "unoops/report.hpp"

namespace unoops::symbols {

struct CodeMatch {
  std::size_t equal = 0, compared = 0;
  double ratio() const { return compared == 0 ? 0 : static_cast<double>(equal) / static_cast<double>(compared); }
};

// `pc`: where the fault's byte lies in the file. Bytes that a relocation or the kernel itself fills are not compared.
CodeMatch compare_code(DebugFile&, std::uint64_t pc, const Code&);

}  // namespace unoops::symbols
