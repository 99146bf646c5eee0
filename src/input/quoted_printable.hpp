// Mails as they travel: =20, =3D, and a '=' at the line's end that joins it with the next. Believed only where the
// mail's own heading says so, since kernel text is full of '='.
#pragma once

#include <string>
#include <string_view>

#include "unoops/log_line.hpp"

namespace unoops::input {

class QuotedPrintable {
 public:
  // The line, decoded (in own room). True: whole; false: it goes on with the next line.
  bool decode(RawLine&);
  bool on() const { return on_; }
  void look_for_heading(std::string_view line);

 private:
  std::string joined_;
  RawLine first_;
  bool on_ = false, open_ = false;
};

}  // namespace unoops::input
