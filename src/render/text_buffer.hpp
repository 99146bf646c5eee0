// A text that grows at its end: by hundreds of pieces of a few bytes for each report, so none of them may cost a call.
#pragma once

#include <cstring>
#include <string>
#include <string_view>

#include "base/rooms.hpp"

namespace unoops::render {

class TextBuffer {
 public:
  void operator+=(char c) {
    make_room(1);
    room_[size_++] = c;
  }
  void operator+=(std::string_view text) {
    make_room(text.size());
    std::memcpy(room_.data() + size_, text.data(), text.size());
    size_ += text.size();
  }
  std::size_t size() const { return size_; }
  char back() const { return room_[size_ - 1]; }
  bool ends_with(std::string_view end) const { return text().ends_with(end); }
  void cut(std::size_t size) { size_ = size; }
  std::string_view text() const { return std::string_view(room_).substr(0, size_); }

 private:
  void make_room(std::size_t more) {
    if (room_.size() - size_ < more) room_.resize(2 * (size_ + more));
  }
  std::string room_;
  std::size_t size_ = 0;
};

}  // namespace unoops::render
