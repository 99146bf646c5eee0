// Lines that a mail client or a terminal broke at its right margin are put together again.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/rooms.hpp"
#include "input/broken_words.hpp"
#include "unoops/raw_line.hpp"

namespace unoops::input {

// The remainder of a broken line lacks the prefix of its neighbours; so does user space's output between two lines of
// the kernel's. They are told apart by the margin (a remainder's first word found no room on the line before), by what
// the line before lacks (a value, a module, more code bytes), and by the rest of the log: where one line goes past
// every margin, none was broken. What cannot be told from two lines waits until something can, a screenful at most.
class Unwrapper {
 public:
  using Deliver = std::function<void(const RawLine&)>;
  enum class Front : unsigned char { bare, prefix, structure };  // structure: a line of a transport's own
  using FrontOf = std::function<Front(std::string_view text)>;
  Unwrapper(Deliver deliver, FrontOf front_of, BeginsLine begins_line)
      : deliver_(std::move(deliver)), front_of_(std::move(front_of)), begins_line_(std::move(begins_line)) {
    forget_breaks();
  }

  void take(const RawLine&);
  void flush();   // hands out what waits: nothing more comes, or not soon
  void forget();  // flushes, and knows nothing of a margin any more
  // Is the log taken for one without a margin? Then a line is handed on, and only its width counts.
  bool waits() const { return in_use_ != 0; }
  bool passes() const { return not_broken_ != 0; }
  void pass(std::size_t width);

 private:
  struct Piece {
    RawLine raw;
    std::string bytes;
    bool within = false;  // it goes on in the midst of a word
  };
  // A line, and what may be its remainders.
  struct Line {
    std::vector<Piece> pieces;
    std::string text;              // of all of them, without the quote: what the next remainder has to fit
    std::size_t width = 0;         // of the last piece, with the quote
    std::size_t quote = 0;         // the quote's
    std::optional<bool> prefixed;  // asked when needed
  };
  enum class Break : unsigned char { none, doubtful, sure, within_word };

  Break break_before(const RawLine&, std::string_view text);
  Break bare_break(const Line&, std::string_view rest);
  bool fits_margin(const Line&, std::string_view rest) const;
  bool is_prefixed(Line&);
  bool is_too_long(std::string_view text);
  void begin(const RawLine&, std::string_view text);
  void join(const RawLine&, std::string_view text, Break);
  std::string_view whole(const Line&);
  bool at_screen_edge() const;
  bool in_doubt() const;
  void learn(const Line&, std::string_view rest);
  void release(bool joined);
  void forget_breaks();

  Deliver deliver_;
  FrontOf front_of_;
  BeginsLine begins_line_;
  std::vector<Line> waiting_;
  std::size_t in_use_ = 0;      // of waiting_: the rest keeps its memory
  std::size_t doubtful_ = 0;    // joins that wait for a proof
  std::size_t not_broken_ = 0;  // lines for which the log is taken as one without a margin
  // What the breaks so far have in common. A terminal breaks at its last column, wherever that is; a mail client at a
  // blank, which it takes away, or keeps at the line's end (format=flowed).
  std::size_t full_breaks_ = 0, short_breaks_ = 0, broken_words_ = 0, whole_words_ = 0;
  std::size_t margin_from_ = 0, margin_to_ = 0, widest_ = 0;  // where the margin can be
  bool keeps_blanks_ = true;
  bool proven_ = false;  // there is a margin
  std::string whole_;
};

}  // namespace unoops::input
