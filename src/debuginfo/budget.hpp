// What the reading of one symbol file, and of the files that it leads to, may cost: a few bytes of a hostile file can ask for
// endless work or memory. Both bounds grow with the file, so no file that a compiler made comes near them.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/rooms.hpp"

namespace unoops::debuginfo {

class Budget {
 public:
  // Another file's bytes count, too.
  void grow(std::uint64_t file_bytes);

  // Memory that is kept for as long as the file is open, in bytes. False: nothing of the file may be used any more.
  bool keep(std::uint64_t bytes) {
    kept_ += bytes;
    return kept_ <= memory_ || refuse("its debug information unfolds to more than its size allows");
  }
  // Entries, bytes of programs, and the like that are passed, a few nanoseconds each. Counted from renew() on. False: as
  // above.
  bool work(std::uint64_t steps) {
    worked_ += steps;
    return worked_ <= work_ || refuse("its debug information takes more steps than its size allows");
  }
  // Of a new report, which asks for other places.
  void renew() { worked_ = 0; }
  std::uint64_t memory_left() const { return kept_ < memory_ ? memory_ - kept_ : 0; }

  // Always false. The first reason counts.
  bool refuse(std::string_view why);
  bool spent() const { return !why_.empty(); }
  const std::string& why() const { return why_; }  // empty: nothing

 private:
  std::uint64_t memory_ = 0, kept_ = 0, work_ = 0, worked_ = 0;
  std::string why_;
};

}  // namespace unoops::debuginfo
