// Bytes → lines. Chunking never changes the result.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <utility>

#include "base/rooms.hpp"
#include "unoops/raw_line.hpp"

namespace unoops::input {

// Cuts bytes into lines. A line longer than limits::line_bytes comes in pieces, `continued` behind the first.
class LineSplitter {
 public:
  using Sink = std::function<void(const RawLine&)>;
  explicit LineSplitter(Sink sink) : sink_(std::move(sink)) {}
  void feed(std::string_view bytes);
  void finish();  // the source ended: hands out an unended last line
  std::uint64_t lines() const { return number_; }
  std::uint64_t offset() const { return offset_; }  // of the next line's first byte
  bool at_line() const { return rest_.empty() && !in_line_; }
  // Whole lines that nobody needs to see.
  void skip(std::uint64_t lines, std::uint64_t bytes) { number_ += lines, offset_ += bytes; }

 private:
  void hand_out(std::string_view bytes, bool ended);
  Sink sink_;
  std::string rest_;
  std::uint64_t number_ = 0, offset_ = 0;
  bool in_line_ = false;
};

}  // namespace unoops::input
