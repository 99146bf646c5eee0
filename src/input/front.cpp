#include "input/front.hpp"

#include <algorithm>
#include <bit>
#include <cstring>

#include "base/text.hpp"

namespace unoops::input {
namespace {

// Of eight bytes of which each is a digit, a blank or 0.
std::uint64_t eight_digits(std::uint64_t bytes) {
  bytes &= 0x0f0f0f0f0f0f0f0f;
  bytes = (bytes * 10 + (bytes >> 8)) & 0x00ff00ff00ff00ff;
  bytes = (bytes * 100 + (bytes >> 16)) & 0x0000ffff0000ffff;
  return (bytes * 10'000 + (bytes >> 32)) & 0xffffffff;
}

// Of all digits: "   12.345678" is 12,345,678 microseconds.
std::uint64_t number_in(std::string_view text) {
  constexpr std::size_t places = 6;
  if (std::endian::native == std::endian::little && text.size() > places + 1 && text.size() <= places + 9 &&
      text[text.size() - places - 1] == '.') {
    std::uint64_t whole = 0, part = 0;
    const auto digits = text.size() - places - 1;
    std::memcpy(&part, text.data() + text.size() - 8, 8);
    std::memcpy(&whole, text.data(), 8);
    return eight_digits(whole << 8 * (8 - digits)) * 1'000'000 + eight_digits(part >> 16 << 16);
  }
  std::uint64_t out = 0;
  for (const char c : text) {
    const auto digit = static_cast<unsigned char>(c - '0');
    if (digit < 10) out = out * 10 + digit;
  }
  return out;
}

// The bytes as a number that is greater where they stand later in the order of text.
std::uint64_t rank_of(const char* at) {
  std::uint64_t bytes = 0;
  std::memcpy(&bytes, at, 8);
  return std::endian::native == std::endian::little ? __builtin_bswap64(bytes) : bytes;
}

// The same of up to eight bytes, of a text behind which more stands.
std::uint64_t digits_of(std::string_view text) { return rank_of(text.data()) >> 8 * (8 - text.size()); }

// Is the second number less? Both have their digits in the same places.
bool falls(std::string_view one, std::string_view other) {
  if (one.size() > 16) return other < one;
  if (one.size() < 8) return digits_of(other) < digits_of(one);
  const auto first = rank_of(one.data()), second = rank_of(other.data());
  return second != first ? second < first
                         : rank_of(other.data() + other.size() - 8) < rank_of(one.data() + one.size() - 8);
}

// Is the second number one more? Both have their digits in the same places, and eight bytes can be read of each.
bool is_successor(std::string_view one, std::string_view other) {
  if (one.size() <= 8 && digits_of(other) - digits_of(one) == 1) return true;  // but where a digit is carried
  return number_in(other) == number_in(one) + 1;
}

// From `from` on between the two.
Span between(std::string_view line, std::size_t from, char begins, char ends) {
  const auto begin = line.find(begins, from);
  const auto end = begin == std::string_view::npos ? begin : line.find(ends, begin + 1);
  return end == std::string_view::npos ? Span{} : Span{begin + 1, end};
}

// "[  T123]": where the bracket pads it to a width of its own (print_caller), the callers of other lines fit into it.
Span bracket_of(Span caller, std::string_view front) {
  if (caller.end == 0 || caller.end >= front.size() || front[caller.end] != ']') return {};
  const auto open = front.rfind('[', caller.begin);
  return open == std::string_view::npos ? Span{} : Span{open + 1, caller.end};
}

Span place_of(std::string_view part, std::string_view line) {
  if (part.empty()) return {};
  const auto begin = static_cast<std::size_t>(part.data() - line.data());
  return {begin, begin + part.size()};
}

}  // namespace

void Front::set(std::string_view bytes, std::initializer_list<Span> numbers, Span any) {
  size_ = bytes.size();
  eights_.assign((size_ + 7) / 8, {});
  for (std::size_t i = 0; i < size_; ++i) {
    const bool digit = is_digit(bytes[i]) && std::ranges::any_of(numbers, [&](const Span& number) {
                         return i >= number.begin && i < number.end;
                       });
    if (i >= any.begin && i < any.end) continue;
    Eight& eight = eights_[i / 8];
    reinterpret_cast<unsigned char*>(&eight.bytes)[i % 8] = static_cast<unsigned char>(bytes[i]);
    reinterpret_cast<unsigned char*>(&eight.same)[i % 8] = digit ? 0xf0 : 0xff;
    reinterpret_cast<unsigned char*>(&eight.digits)[i % 8] = digit ? 0x0f : 0;
  }
}

void WallFront::set(std::string_view line, std::size_t size, std::string_view time, std::string_view host) {
  host_ = host;
  time_ = place_of(time, line);
  front_.set(line.substr(0, size), {time_});
}

void WallFront::learn(std::string_view line, const Memory& memory) {
  if (line.empty() || (memory.host.empty() && !line.starts_with('['))) return;
  Memory copy = memory;
  std::string caller, room;
  Peel peel{.rest = Scanner(line), .line = {}, .memory = &copy, .caller = &caller, .room = &room, .kmsg = {}};
  if (line.starts_with('[')) {
    if (printk_prefix(peel) || structure_line(peel) || !dmesg_ctime(peel)) return;
    const auto wall = peel.line.wall_time;
    const auto size = static_cast<std::size_t>(wall.data() + wall.size() - line.data()) + 1;
    if (line.size() <= size || line[size - 1] != ']' || line[size] != ' ') return;  // "<    0.000123>" is no part of it
    return set(line, size, wall, {});
  }
  if (!is_word(line.front())) return;
  if (structure_line(peel) || rfc5424(peel) || kmsg_record(peel) || !syslog_line(peel)) return;
  const auto wall = peel.line.wall_time, host = peel.line.host;
  const bool begins = wall.data() == line.data() && host.data() == wall.data() + wall.size() + 1;
  if (!begins || host != memory.host || copy.host != memory.host || copy.no_host != memory.no_host) return;
  if (host == "stdout" || host == "stderr" || is_digit(host.front())) return;  // a container's (partial.cpp)
  if (host.find(':') != std::string_view::npos) return;
  set(line, wall.size() + 1 + host.size() + 1, wall, host);
}

bool LastFront::learn(std::string_view line, const PlainLine& plain, const WallFront& wall) {
  using Form = PlainLine::Form;
  static constexpr std::size_t longest = 128;
  const auto size = static_cast<std::size_t>(plain.text.data() - line.data());
  if (!plain.kernel || plain.form == Form::json || plain.form == Form::kmsg_more || size > longest) return false;
  front_.clear();
  const auto front = line.substr(0, size);
  form_ = plain.form;
  caller_ = place_of(plain.caller, line);
  bracket_ = bracket_of(caller_, front);
  time_ = sequence_ = level_ = {};
  if (form_ == Form::kmsg) {
    sequence_ = between(front, 0, ',', ',');
    if (sequence_.begin == 2) level_ = {0, 1};
    time_ = between(front, sequence_.end, ',', ',');
    if (number_in(sequence_.of(front)) != plain.sequence) return false;
  } else if (plain.time_us) {
    if (form_ == Form::printk && front.starts_with('<')) level_ = {1, 2};
    time_ = between(front, form_ == Form::wall ? wall.size() : 0, '[', ']');
  }
  // A time of three or nine places is not the number of its digits.
  if (plain.time_us && number_in(time_.of(front)) != static_cast<std::uint64_t>(*plain.time_us)) return false;
  front_.set(front, {level_, time_, sequence_, form_ == Form::wall ? wall.time() : Span{}}, bracket_);
  return is_of(line, plain);
}

PlainLine LastFront::read(std::string_view line) const {
  PlainLine out;
  out.form = form_;
  out.text = line.substr(front_.size());
  out.caller = bracket_.end != 0 ? trim_left(bracket_.of(line)) : caller_.of(line);
  if (time_.end != 0) out.time_us = static_cast<std::int64_t>(number_in(time_.of(line)));
  if (sequence_.end != 0) out.sequence = number_in(sequence_.of(line));
  return out;
}

bool LastFront::is_of(std::string_view line, const PlainLine& plain) const {
  if (!plain.kernel || plain.form != form_ || !fits(line)) return false;
  const auto own = read(line);
  return own.text.data() == plain.text.data() && own.caller == plain.caller && own.time_us == plain.time_us &&
         own.sequence == plain.sequence;
}

bool LastFront::goes_on(const char* line, const char* next) const {
  const std::string_view one(line, front_.size()), other(next, front_.size());
  if (sequence_.end != 0 && !is_successor(sequence_.of(one), sequence_.of(other))) return false;
  return time_.end == 0 || !falls(time_.of(one), time_.of(other));
}

}  // namespace unoops::input
