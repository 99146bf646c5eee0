#include "base/wall_clock.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <ctime>
#include <string>

#include "base/text.hpp"

namespace unoops::base {
namespace {

constexpr Microseconds second = 1'000'000, minute = 60 * second, hour = 60 * minute, day = 24 * hour;

// Takes what it looks for off the front, or leaves the text as it was.
class Words {
 public:
  explicit Words(std::string_view text) : rest_(text) {}
  bool at_end() const { return rest_.empty(); }
  bool lit(std::string_view words) {
    if (!rest_.starts_with(words)) return false;
    rest_.remove_prefix(words.size());
    return true;
  }
  bool any(std::string_view letters) {
    if (rest_.empty() || letters.find(rest_.front()) == std::string_view::npos) return false;
    rest_.remove_prefix(1);
    return true;
  }
  Words& blanks() {
    while (lit(" ")) {
    }
    return *this;
  }
  bool number(int& out, std::size_t least, std::size_t most) {
    std::size_t n = 0;
    while (n < rest_.size() && n <= most && is_digit(rest_[n])) ++n;
    if (n < least || n > most) return false;
    std::from_chars(rest_.data(), rest_.data() + n, out);
    rest_.remove_prefix(n);
    return true;
  }
  // What stands behind the point of a number, in millionths.
  void fraction(Microseconds& out) {
    Words ahead = *this;
    if (!ahead.any(".,") || ahead.rest_.empty() || !is_digit(ahead.rest_.front())) return;
    Microseconds value = 0, unit = second;
    for (; !ahead.rest_.empty() && is_digit(ahead.rest_.front()); ahead.rest_.remove_prefix(1)) {
      unit /= 10;
      value += unit * (ahead.rest_.front() - '0');
    }
    out += value;
    *this = ahead;
  }
  template <std::size_t Size>
  bool one_of(const std::array<std::string_view, Size>& names, int& index) {
    for (std::size_t i = 0; i < Size; ++i)
      if (lit(names[i])) return index = static_cast<int>(i), true;
    return false;
  }
  std::string_view letters() {
    std::size_t n = 0;
    while (n < rest_.size() && (lower(rest_[n]) >= 'a' && lower(rest_[n]) <= 'z')) ++n;
    const auto out = rest_.substr(0, n);
    rest_.remove_prefix(n);
    return out;
  }

 private:
  std::string_view rest_;
};

constexpr auto months = std::to_array<std::string_view>(
    {"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"});
constexpr auto days = std::to_array<std::string_view>({"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"});

// A moment as it is printed: what is not is empty.
struct Printed {
  std::optional<int> year;
  int month = 0, of_month = 0, hours = 0, minutes = 0, seconds = 0;
  Microseconds fraction = 0;
  std::optional<int> zone;  // minutes east of UTC
};

bool is_possible(const Printed& p) {
  return p.month >= 0 && p.month < 12 && p.of_month >= 1 && p.of_month <= 31 && p.hours < 24 && p.minutes < 60 &&
         p.seconds <= 60;
}

std::tm parts_of(Microseconds moment) {
  const auto seconds = static_cast<std::time_t>(moment / second);
  std::tm out{};
  ::localtime_r(&seconds, &out);
  return out;
}

std::optional<Microseconds> seconds_of(const Printed& p, int year) {
  std::tm tm{};
  tm.tm_year = year - 1900;
  tm.tm_mon = p.month;
  tm.tm_mday = p.of_month;
  tm.tm_hour = p.hours;
  tm.tm_min = p.minutes;
  tm.tm_sec = p.seconds;
  tm.tm_isdst = -1;
  const auto seconds = p.zone ? ::timegm(&tm) - *p.zone * 60 : ::mktime(&tm);
  if (tm.tm_mon != p.month) return std::nullopt;  // the 30th of February
  return static_cast<Microseconds>(seconds) * second + p.fraction;
}

std::optional<Microseconds> moment_of(const Printed& p, Microseconds now) {
  if (!is_possible(p)) return std::nullopt;
  if (p.year) return seconds_of(p, *p.year);
  // The 29th of February may be eight years ago.
  const int this_year = parts_of(now).tm_year + 1900;
  for (int year = this_year + 1; year > this_year - 8; --year)
    if (const auto found = seconds_of(p, year); found && *found <= now + day) return found;
  return std::nullopt;
}

bool clock(Words& s, Printed& p) {
  Words ahead = s;
  if (!ahead.number(p.hours, 1, 2) || !ahead.lit(":") || !ahead.number(p.minutes, 2, 2)) return false;
  if (ahead.lit(":")) {
    if (!ahead.number(p.seconds, 2, 2)) return false;
    ahead.fraction(p.fraction);
  }
  s = ahead;
  return true;
}

// "Z", "+01:00", "+0100", "+01", " UTC"
void zone(Words& s, Printed& p) {
  Words ahead = s;
  ahead.lit(" ");
  int hours = 0, minutes = 0;
  const bool west = ahead.lit("-");
  if (ahead.lit("Z") || ahead.lit("UTC")) {
    p.zone = 0;
  } else if ((west || ahead.lit("+")) && ahead.number(hours, 2, 2)) {
    ahead.lit(":");
    ahead.number(minutes, 2, 2);
    p.zone = (west ? -1 : 1) * (hours * 60 + minutes);
  } else if (Words digits = s; (digits.lit("+") || digits.lit("-")) && digits.number(hours, 4, 4)) {
    p.zone = (s.lit("-") ? -1 : 1) * (hours / 100 * 60 + hours % 100);
    ahead = digits;
  } else {
    return;
  }
  s = ahead;
}

// "2026-11-28", and the time behind it, if there is one
bool iso(Words s, Printed& p, bool needs_time) {
  int year = 0;
  if (!s.number(year, 4, 4) || !s.lit("-") || !s.number(p.month, 2, 2) || !s.lit("-") || !s.number(p.of_month, 2, 2))
    return false;
  p.year = year;
  --p.month;
  if (s.at_end()) return !needs_time;
  if (!s.any("T ") || !clock(s, p)) return false;
  zone(s, p);
  return s.at_end();
}

// "Nov 28 09:30:12", "Nov  8 2026 09:30:12", "Sat Nov 28 09:30:12 2026", "Nov28 09:30"
bool by_name(Words s, Printed& p) {
  int weekday = 0, year = 0;
  if (s.one_of(days, weekday) && !s.lit(" ")) return false;
  if (!s.one_of(months, p.month) || !s.blanks().number(p.of_month, 1, 2) || !s.lit(" ")) return false;
  if (Words ahead = s; ahead.number(year, 4, 4) && ahead.lit(" ")) {
    p.year = year;
    s = ahead;
  }
  if (!clock(s, p)) return false;
  zone(s, p);  // date(1) has it in front of the year
  if (!p.year && s.lit(" ")) {
    if (!s.number(year, 4, 4)) return false;
    p.year = year;
  }
  zone(s, p);
  return s.at_end();
}

// "1736154672.345678": ten digits
std::optional<Microseconds> epoch(std::string_view text) {
  std::int64_t seconds = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
  if (error != std::errc{} || seconds < 0 || seconds > 253'402'300'799) return std::nullopt;
  Microseconds out = seconds * second;
  Words rest(text.substr(static_cast<std::size_t>(end - text.data())));
  rest.fraction(out);
  return rest.at_end() ? std::optional(out) : std::nullopt;
}

Microseconds midnight(Microseconds now, int days_on) {
  std::tm tm = parts_of(now);
  tm.tm_mday += days_on;
  tm.tm_hour = tm.tm_min = tm.tm_sec = 0;
  tm.tm_isdst = -1;
  return static_cast<Microseconds>(::mktime(&tm)) * second;
}

// "1h30min", "2 days": systemd.time(7). Nothing: it is no span.
std::optional<Microseconds> span_of(Words s) {
  struct Unit {
    std::string_view names;
    Microseconds length;
  };
  static constexpr auto units = std::to_array<Unit>({{" s sec second seconds ", second},
                                                     {" m min minute minutes ", minute},
                                                     {" h hr hour hours ", hour},
                                                     {" d day days ", day},
                                                     {" w week weeks ", 7 * day},
                                                     {" M month months ", 30 * day + 10 * hour + 30 * minute},
                                                     {" y year years ", 365 * day + 6 * hour}});
  Microseconds out = 0;
  if (s.blanks().at_end()) return std::nullopt;
  while (!s.blanks().at_end()) {
    int count = 0;
    if (!s.number(count, 1, 8)) return std::nullopt;
    const auto name = " " + std::string(s.blanks().letters()) + " ";
    const auto unit =
        std::ranges::find_if(units, [&](const Unit& u) { return u.names.find(name) != std::string::npos; });
    if (unit == units.end()) return std::nullopt;
    out += count * unit->length;
  }
  return out;
}

}  // namespace

std::optional<Microseconds> wall_clock(std::string_view text, Microseconds now) {
  Printed p;
  if (iso(Words(text), p, true)) return moment_of(p, now);
  p = {};
  if (by_name(Words(text), p)) return moment_of(p, now);
  constexpr std::size_t digits = 10;  // of a log's seconds since 1970
  return text.size() > digits && (text[digits] == '.') ? epoch(text) : std::nullopt;
}

std::optional<Microseconds> moment(std::string_view words, Microseconds now) {
  words = trim(words);
  if (const auto printed = wall_clock(words, now)) return printed;
  if (words == "now") return now;
  if (words == "today") return midnight(now, 0);
  if (words == "yesterday") return midnight(now, -1);
  if (words == "tomorrow") return midnight(now, 1);
  if (words.starts_with('@')) return epoch(words.substr(1));
  if (words.starts_with('-') || words.starts_with('+')) {
    const auto span = span_of(Words(words.substr(1)));
    return span ? std::optional(words.front() == '-' ? now - *span : now + *span) : std::nullopt;
  }
  if (constexpr std::string_view ago = " ago"; words.ends_with(ago)) {
    const auto span = span_of(Words(words.substr(0, words.size() - ago.size())));
    return span ? std::optional(now - *span) : std::nullopt;
  }
  Printed p;
  if (iso(Words(words), p, false)) return moment_of(p, now);
  const std::tm today = parts_of(now);
  p = {};
  p.year = today.tm_year + 1900;
  p.month = today.tm_mon;
  p.of_month = today.tm_mday;
  Words s(words);
  return clock(s, p) && s.at_end() ? moment_of(p, now) : std::nullopt;
}

}  // namespace unoops::base
