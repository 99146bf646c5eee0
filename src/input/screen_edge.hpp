// Lines that a terminal broke at its last column: copies from tmux, from the screens of iDRAC and IPMI.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "base/rooms.hpp"
#include "input/broken_words.hpp"
#include "unoops/raw_line.hpp"

namespace unoops::input {

// No line is wider than the screen, and a broken one is as wide; its rest has no prefix, and goes on where the line
// ends, mostly in the midst of a word. A screen of 80 columns is left to the Unwrapper, which tells it from a mail's
// margin.
class ScreenEdge {
 public:
  using Deliver = std::function<void(const RawLine&)>;
  using IsBare = std::function<bool(std::string_view text)>;  // without any transport's prefix
  ScreenEdge(Deliver deliver, IsBare is_bare, BeginsLine begins_line)
      : deliver_(std::move(deliver)), is_bare_(std::move(is_bare)), begins_line_(std::move(begins_line)) {}

  void take(const RawLine&);
  void flush();  // hands out what waits
  bool waits() const { return waits_; }
  // A narrower line is only handed on; one as wide waits for the next, and is handed on where that has a prefix.
  bool is_wider(std::size_t width) const { return width > widest_; }
  bool may_wait(std::size_t width) const;
  bool is_as_wide(std::size_t width) const { return width >= widest_; }  // one of both

 private:
  bool goes_on_with(std::string_view rest);
  bool may_be_broken(std::string_view text) const;

  Deliver deliver_;
  IsBare is_bare_;
  BeginsLine begins_line_;
  std::size_t widest_ = 0;  // of all lines
  bool proven_ = false;     // that is the screen's width
  RawLine raw_;             // the line that waits,
  std::string text_;        // with what was joined
  std::size_t width_ = 0;   // of its last part
  bool waits_ = false;
};

}  // namespace unoops::input
