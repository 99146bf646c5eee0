#include "input/clock.hpp"

#include <array>

namespace unoops::input {

namespace {

template <std::size_t N>
bool one_of(Scanner& s, const std::array<std::string_view, N>& names) {
  for (const auto name : names)
    if (s.lit(name)) return true;
  return false;
}

bool fraction_of(Scanner& s) {
  Scanner ahead = s;
  std::string_view part;
  if (!(ahead.lit(".") || ahead.lit(",")) || !ahead.run(is_digit, part)) return false;
  s = ahead;
  return true;
}

bool day_of_month(Scanner& s) {
  Scanner ahead = s;
  ahead.lit(" ");
  std::string_view number;
  if (!ahead.run(is_digit, number) || number.size() > 2) return false;
  s = ahead;
  return true;
}

}  // namespace

bool day_name(Scanner& s) {
  static constexpr std::array<std::string_view, 7> names{"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};
  return one_of(s, names);
}

bool month_name(Scanner& s) {
  static constexpr std::array<std::string_view, 12> names{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                          "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  return one_of(s, names);
}

bool digits(Scanner& s, std::size_t n) {
  Scanner ahead = s;
  std::string_view number;
  if (!ahead.run(is_digit, number) || number.size() != n) return false;
  s = ahead;
  return true;
}

bool local_name(Scanner& s) {
  constexpr std::size_t longest = 24;  // bytes: "Οκτωβρίου"
  static constexpr auto is_foreign = [](char c) { return static_cast<unsigned char>(c) >= 0x80; };
  static constexpr auto is_letter = [](char c) { return is_foreign(c) || (is_word(c) && !is_digit(c) && c != '_'); };
  Scanner ahead = s;
  std::string_view number;
  std::string_view name;
  const bool numbered = ahead.run(is_digit, number);
  if (numbered && (number.size() > 2 || !is_foreign(ahead.peek()))) return false;
  if (!ahead.run(is_letter, name) || name.size() > longest) return false;
  ahead.lit(".");
  s = ahead;
  return true;
}

bool minute_time(Scanner& s) {
  static constexpr auto day = [](Scanner& t) {
    std::string_view number;
    Scanner ahead = t;
    if (!ahead.blanks().run(is_digit, number) || number.size() > 2) return false;
    t = ahead;
    return true;
  };
  Scanner ahead = s;
  if (!local_name(ahead.blanks()) || !day(ahead)) {
    ahead = s;
    if (!day(ahead)) return false;
    ahead.lit(".");
    if (!ahead.lit(" ") || !local_name(ahead)) return false;
  } else {
    ahead.lit("日") || ahead.lit("일");
  }
  if (!ahead.lit(" ") || !digits(ahead, 2) || !ahead.lit(":") || !digits(ahead, 2)) return false;
  s = ahead;
  return true;
}

bool hms(Scanner& s, bool fraction) {
  Scanner ahead = s;
  if (!digits(ahead, 2) || !ahead.lit(":") || !digits(ahead, 2) || !ahead.lit(":") || !digits(ahead, 2)) return false;
  if (fraction) fraction_of(ahead);
  s = ahead;
  return true;
}

bool date(Scanner& s) {
  Scanner ahead = s;
  if (!digits(ahead, 4) || !ahead.lit("-") || !digits(ahead, 2) || !ahead.lit("-") || !digits(ahead, 2)) return false;
  s = ahead;
  return true;
}

bool zone(Scanner& s) {
  Scanner ahead = s;
  if (ahead.lit("Z")) {
    s = ahead;
    return true;
  }
  if (!ahead.lit("+") && !ahead.lit("-")) return false;
  if (!digits(ahead, 4) && !(digits(ahead, 2) && ahead.lit(":") && digits(ahead, 2))) return false;
  s = ahead;
  return true;
}

bool iso_time(Scanner& s) {
  Scanner ahead = s;
  if (!date(ahead) || !ahead.lit("T") || !hms(ahead)) return false;
  zone(ahead);
  s = ahead;
  return true;
}

bool syslog_time(Scanner& s) {
  Scanner ahead = s;
  if (!month_name(ahead) && !local_name(ahead.blanks())) return false;
  if (!ahead.lit(" ") || !day_of_month(ahead) || !ahead.lit(" ")) return false;
  if (digits(ahead, 4) && !ahead.lit(" ")) return false;
  if (!hms(ahead)) return false;
  s = ahead;
  return true;
}

bool ctime_time(Scanner& s) {
  Scanner ahead = s;
  if (!day_name(ahead) || !ahead.lit(" ") || !month_name(ahead) || !ahead.lit(" ") || !day_of_month(ahead) ||
      !ahead.lit(" ") || !hms(ahead) || !ahead.lit(" ") || !digits(ahead, 4))
    return false;
  s = ahead;
  return true;
}

bool seconds(Scanner& s, std::int64_t& us) {
  const std::string_view text = s.rest();
  std::size_t i = 0;
  while (i < text.size() && text[i] == ' ') ++i;
  std::int64_t whole = 0;
  const std::size_t begin = i;
  for (; i < text.size() && is_digit(text[i]); ++i) {
    if (i - begin >= 11) return false;  // 3,000 years: not a time since boot
    whole = whole * 10 + (text[i] - '0');
  }
  if (i == begin || i >= text.size() || (text[i] != '.' && text[i] != ',')) return false;
  const std::size_t point = ++i;
  std::int64_t micro = 0;
  for (; i < text.size() && is_digit(text[i]); ++i)
    if (i - point < 6) micro = micro * 10 + (text[i] - '0');
  const std::size_t places = i - point;
  if (places != 6 && places != 3 && places != 9) return false;
  us = whole * 1'000'000 + (places == 3 ? micro * 1'000 : micro);
  s = Scanner(text.substr(i));
  return true;
}

}  // namespace unoops::input
