// Bytes → lines.
#include "input/line_splitter.hpp"

#include "base/limits.hpp"

namespace unoops::input {

// A line that stands whole in the caller's bytes is handed out from there; only what crosses a chunk is copied, and
// never more than limits::line_bytes of it. Pieces are cut at multiples of that bound, wherever the chunks happen to
// end.
void LineSplitter::feed(std::string_view bytes) {
  while (!bytes.empty()) {
    const std::size_t room = limits::line_bytes - rest_.size();
    const std::string_view window = bytes.substr(0, room);
    const auto newline = window.find('\n');
    if (newline == std::string_view::npos && window.size() < room) {
      rest_.append(window);
      return;
    }
    const bool ended = newline != std::string_view::npos;
    const std::string_view piece = window.substr(0, newline);
    if (rest_.empty()) {
      hand_out(piece, ended);
    } else {
      rest_.append(piece);
      hand_out(rest_, ended);
      rest_.clear();
    }
    bytes.remove_prefix(piece.size() + (ended ? 1 : 0));
  }
}

void LineSplitter::finish() {
  if (!rest_.empty()) hand_out(rest_, false);
  rest_.clear();
  in_line_ = false;
}

void LineSplitter::hand_out(std::string_view bytes, bool ended) {
  // The \n behind a piece that filled the bound exactly belongs to that piece: no empty rest is handed out for it.
  const bool empty_rest = in_line_ && bytes.empty();
  if (!in_line_) ++number_;
  if (!empty_rest) sink_(RawLine{number_, offset_, bytes, ended, in_line_});
  offset_ += bytes.size() + (ended ? 1 : 0);
  in_line_ = !ended;
}

}  // namespace unoops::input
