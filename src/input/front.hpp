// What stands before a line's text, which is much the same from line to line.
#pragma once

#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

#include "base/rooms.hpp"
#include "input/plain_line.hpp"
#include "input/rows.hpp"
#include "input/transport.hpp"

namespace unoops::input {

struct Span {
  std::size_t begin = 0, end = 0;
  std::string_view of(std::string_view line) const { return line.substr(begin, end - begin); }
};

// The bytes with which a line begins. Digits of its numbers may be any digits in the lines that follow, `any` may be
// anything, all else has to be the same.
class Front {
 public:
  void set(std::string_view bytes, std::initializer_list<Span> numbers, Span any = {});
  void clear() { size_ = 0; }
  bool fits(std::string_view line) const { return line.size() >= size_ + 8 && fits(line.data()); }
  bool fits(const char* line) const {  // which has at least so many bytes
    if (size_ == 0) return false;
    for (const auto& eight : eights_) {
      std::uint64_t its = 0;
      std::memcpy(&its, line, 8);
      line += 8;
      constexpr std::uint64_t six = 0x0606060606060606, tens = 0x1010101010101010;
      const std::uint64_t low = its & eight.digits;
      if (((eight.bytes ^ its) & eight.same) != 0 || ((low + (six & eight.digits)) & tens) != 0) return false;
    }
    return true;
  }
  std::size_t size() const { return size_; }

 private:
  std::size_t size_ = 0;
  struct Eight {
    std::uint64_t bytes = 0, same = 0, digits = 0;  // which bits are as in `bytes`, which bytes are digits
  };
  std::vector<Eight> eights_;
};

// Up to the host, where there is one: the day, the clock, the host.
class WallFront {
 public:
  // Learns it from a line that the transports have read.
  void learn(std::string_view line, const Memory&);
  bool fits(std::string_view line, const Memory& memory) const {
    return (!has_host() || host_ == memory.host) && front_.fits(line);
  }
  std::size_t size() const { return front_.size(); }
  Span time() const { return time_; }
  bool has_host() const { return !host_.empty(); }

 private:
  void set(std::string_view line, std::size_t size, std::string_view time, std::string_view host);
  Front front_;
  Span time_;
  std::string host_;
};

// All that stood before the text of the line before: while lines begin so, no transport need be asked.
class LastFront {
 public:
  // 8 and more are of user space (include/linux/kern_levels.h: facility * 8 + level).
  bool fits(std::string_view line) const {
    return front_.fits(line) && (level_.end == 0 || line[level_.begin] < '8') &&
           (bracket_.end == 0 || is_padded_caller(bracket_.of(line)));
  }
  std::size_t size() const { return front_.size(); }
  PlainLine::Form form() const { return form_; }
  // From a line that read_plain() has read; false: others can't be read like it.
  bool learn(std::string_view line, const PlainLine&, const WallFront&);
  // What read_plain() would make of a line that fits, and whose words are plain.
  PlainLine read(std::string_view line) const;
  // Has read_plain() made the same of it?
  bool is_of(std::string_view line, const PlainLine&) const;
  // Of two lines that fit: does the kernel's time not fall from the one to the other, and is its record the next one?
  bool goes_on(const char* line, const char* next) const;

 private:
  Front front_;
  PlainLine::Form form_ = PlainLine::Form::none;
  Span caller_, time_, sequence_;
  Span bracket_;  // what holds a caller that may be another in the next line, with the blanks before it
  Span level_;    // the digit of a priority, where it is the kernel's
};

}  // namespace unoops::input
