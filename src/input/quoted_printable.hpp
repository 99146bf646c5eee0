// Mails as they travel: =20, =3D, and a '=' at the line's end that joins it with the next. Kernel text is full of '=':
// without the mail's own heading only these three are believed, and only once one of them cannot be anything else.
#pragma once

#include <string>
#include <string_view>

#include "base/rooms.hpp"
#include "unoops/raw_line.hpp"

namespace unoops::input {

class QuotedPrintable {
 public:
  // The line, decoded (in own room). True: whole; false: it goes on with the next line.
  bool decode(RawLine&);
  bool on() const { return mode_ != Mode::off; }
  void look_for(std::string_view line);  // the heading, or what was left without it

 private:
  std::string joined_;
  RawLine first_;
  enum class Mode : unsigned char { off, remains, whole };
  void append_decoded(std::string_view text);
  Mode mode_ = Mode::off;
  bool open_ = false;
  unsigned encoded_ = 0;  // lines
};

}  // namespace unoops::input
