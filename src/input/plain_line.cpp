#include "input/plain_line.hpp"

#include <algorithm>
#include <array>

#include "base/text.hpp"
#include "input/clock.hpp"
#include "input/cut_lines.hpp"
#include "input/front.hpp"
#include "input/residue.hpp"
#include "input/rows.hpp"

namespace unoops::input {
namespace {

constexpr std::size_t shortest = 16, longest = longest_plain_line;

// Behind a page's markup, or a pager's mark?
bool may_end_in_markup(std::string_view text) { return text.ends_with('>') || text.ends_with('}'); }

// Would the reader clean something off? A tab is no reason.
bool is_clean(const MarkedLine& line) {
  if (!may_end_in_markup(line.bytes) && !line.odd) return true;
  std::string scratch;
  const auto cleaned = clean(line.bytes, scratch);
  return cleaned.text.data() == line.bytes.data() && cleaned.text.size() == line.bytes.size() && !cleaned.level;
}

constexpr std::array<bool, 256> table_of(std::string_view bytes) {
  std::array<bool, 256> out{};
  for (const char c : bytes) out[static_cast<unsigned char>(c)] = true;
  return out;
}

constexpr std::uint8_t of_host = 1, of_name = 2;
constexpr auto classes = [] {
  std::array<std::uint8_t, 256> out{};
  for (int c = 0; c < 128; ++c) {
    const char byte = static_cast<char>(c);
    const bool host = is_word(byte) || std::string_view(".-:,@").find(byte) != std::string_view::npos;
    const bool name = is_word(byte) || std::string_view("-./@()").find(byte) != std::string_view::npos;
    out[static_cast<std::size_t>(c)] = static_cast<std::uint8_t>((host ? of_host : 0) | (name ? of_name : 0));
  }
  return out;
}();

std::size_t run_of(std::uint8_t wanted, std::string_view text) {
  std::size_t n = 0;
  while (n < text.size() && (classes[static_cast<unsigned char>(text[n])] & wanted) != 0) ++n;
  return n;
}

// A text's first word, and what stands behind it: a host that journalctl printed?
bool may_be_host(std::string_view word, std::string_view behind, const Memory& memory) {
  const bool names_kernel = behind.starts_with('k') && (behind.starts_with("kern") || behind.starts_with("klog"));
  return names_kernel || (!memory.host.empty() && word == memory.host);
}

// What vendors and journalctl print behind the kernel's time (android.cpp, journal_monotonic): may the text begin so?
bool may_have_context(std::string_view text, const Memory& memory) {
  const char first = text.front(), next = text.size() > 1 ? text[1] : '\0';
  switch (first) {
    case ' ':
    case '\t':
    case '[': {
      const auto rest = trim_left(text);
      if (first == ' ' && next == '(') return true;
      const auto inside = trim_left(rest.substr(std::min<std::size_t>(rest.size(), is_upper(rest.front()) ? 2 : 1)));
      const bool bracket = rest.front() == '[' || (rest.size() > 1 && is_upper(rest.front()) && rest[1] == '[');
      return bracket && !inside.empty() && is_digit(inside.front());
    }
    case '.':
    case '-':
      return next == '(';
    case '(':
      return true;
    default:
      break;
  }
  if (is_upper(first) && (next == '[' || (first == 'C' && is_digit(next)))) return true;
  const auto host = run_of(of_host, text);
  if (host == 0 || host + 1 >= text.size() || text[host] != ' ' || text[host - 1] == ':') return false;
  return may_be_host(text.substr(0, host), text.substr(host + 1), memory);
}

// Would the reader take off what a terminal's or a log's width has left of the last word?
bool is_cut(std::string_view text) {
  std::string_view cut;
  return !text.empty() && std::string_view(".> \t").find(text.back()) != std::string_view::npos &&
         without_cut_word(text, cut).size() != text.size();
}

// Does the reader hand out these words as they are, as one line?
bool is_plain_text(std::string_view text) {
  if (text.empty() || text.front() == '\\' || text.front() == '^' || text.ends_with('=')) return false;
  if (is_blank(text.front()) && text.find_first_not_of(" \t") == std::string_view::npos) return false;
  if (is_cut(text)) return false;
  return find_glued_prefix(text, 0) == std::string_view::npos;
}

// "[mem 0x1000-0x1fff]", "[drm] text": no stamp, time or caller begins with a small letter.
bool is_named_bracket(std::string_view text) {
  return text.size() > 1 && text[0] == '[' && text[1] >= 'a' && text[1] <= 'z';
}

bool bears_programs_tag(std::string_view text) {
  const auto name = run_of(of_name, text);
  return name != 0 && name < text.size() && text[name] == '[' && is_programs(text);
}

// The kernel's own prefix without a level, where `s` begins with a time; its blank is taken, too.
bool take_time(Scanner& s, PlainLine& out) {
  std::int64_t us = 0;
  if (!bracketed_seconds(s, us)) return false;
  out.time_us = us;
  Scanner behind = s;
  behind.lit(" ");
  if (caller_id(behind, out.caller)) s = behind;
  s.lit(" ");
  return true;
}

bool take_text(std::string_view text, const Memory& memory, PlainLine& out) {
  static constexpr std::string_view tab = "\\x09";  // as /dev/kmsg writes it
  const bool indented = out.form == PlainLine::Form::kmsg && text.starts_with(tab);
  if (!is_plain_text(indented ? text.substr(tab.size()) : text) || (out.time_us && may_have_context(text, memory)))
    return false;
  out.text = text;
  out.kernel = out.kernel && !bears_programs_tag(text);
  return true;
}

// "[    1.234567] text", "<6>[    1.234567] text"
bool read_printk(std::string_view line, const Memory& memory, PlainLine& out) {
  Scanner s(line);
  if (LogLine marked; level_mark(s, marked)) out.kernel = marked.kernel;
  out.form = PlainLine::Form::printk;
  return take_time(s, out) && take_text(s.rest(), memory, out);
}

// Behind a time of another clock: the kernel's own prefix may follow, and nothing that looks like half of one.
bool take_behind_record(Scanner s, const Memory& memory, PlainLine& out) {
  if (s.peek() == '<') return false;
  if (s.peek() == '[' && !take_time(s, out)) {
    std::string_view caller;
    if (caller_id(s, caller)) return false;
  }
  return take_text(s.rest(), memory, out);
}

// "kernel: text", "sshd[99]: text" behind a host that is known (syslog.cpp, host_and_tag)
bool take_tag(Scanner& s, PlainLine& out) {
  static constexpr auto of_program = [](char c) { return !is_blank(c) && c != ':' && c != '['; };
  std::string_view program, id;
  if (!s.run(of_program, program)) return false;
  if (s.lit("[") && (!s.run(is_word, id) || !s.lit("]"))) return false;
  if (!s.lit(":") || (!s.at_end() && s.peek() != ' ' && s.peek() != '[')) return false;
  s.lit(" ");
  out.kernel = is_kernel_tag(program);
  return !out.kernel || !s.rest().starts_with(program);
}

bool read_wall(std::string_view line, const Memory& memory, const WallFront& front, PlainLine& out) {
  if (!front.fits(line, memory)) return false;
  Scanner s(line.substr(front.size()));
  out.form = PlainLine::Form::wall;
  if (!front.has_host()) return s.lit(" ") && take_behind_record(s, memory, out) && !out.time_us;
  if (s.peek() == ' ' || !take_tag(s, out)) return false;
  return (out.kernel || s.peek() != '[') && take_behind_record(s, memory, out);
}

// "6,339,5140900,-;text", "6,339,5140900,-,caller=T1;text"
bool read_kmsg(std::string_view line, const Memory& memory, PlainLine& out) {
  Scanner s(line);
  unsigned priority = 0;
  std::int64_t us = 0;
  if (!s.dec(priority) || !s.lit(",") || !s.dec(out.sequence) || !s.lit(",") || !s.dec(us) || us < 0 || !s.lit(",-"))
    return false;
  if (s.lit(",caller=") && !s.run([](char c) { return c != ',' && c != ';'; }, out.caller)) return false;
  if (!s.lit(";")) return false;
  out.form = PlainLine::Form::kmsg;
  out.kernel = priority < 8;
  out.time_us = us;
  // Its text is no prefix's; the transports behind a record are asked, and these need a bracket, a level or a place.
  return (s.peek() != '[' || is_named_bracket(s.rest())) && s.peek() != '<' && take_text(s.rest(), memory, out);
}

}  // namespace

bool is_plain_words(std::string_view text, const TextMarks& marks, const Memory& memory) {
  static constexpr auto odd_begins = table_of(" \t\\<[.-("), odd_ends = table_of(">}= \t");
  const auto begin = static_cast<std::size_t>(text.data() - marks.block().data()), end = begin + text.size();
  if (text.size() < 2 || marks.has_odd(begin, end)) return false;
  const char first = text.front(), last = text.back();
  if (odd_begins[static_cast<unsigned char>(first)] || odd_ends[static_cast<unsigned char>(last)]) return false;
  if ((first == 'C' && is_digit(text[1])) || (first == 'k' && text.starts_with("kern"))) return false;
  if (last == '.' && is_cut(text)) return false;
  const auto word = text.find(' ');
  if (word != std::string_view::npos && may_be_host(text.substr(0, word), text.substr(word + 1), memory)) return false;
  auto at = marks.bracket(begin, end);
  if (at < end && at - begin < word) return false;  // a program's tag, or a vendor's context
  for (; at < end; at = marks.bracket(at + 1, end)) {
    const char next = marks.block()[at + 1];
    if (is_digit(next) || next == ' ') return find_glued_prefix(text, at - begin) == std::string_view::npos;
  }
  return true;
}

bool is_plain_behind(const MarkedLine& line, std::size_t front, PlainLine::Form form, const Memory& memory) {
  const auto text = line.bytes.substr(front);
  if (line.bytes.size() < shortest || text.empty() || text.front() == '<') return false;
  if (text.front() == '[' && !is_named_bracket(text)) {  // no caller behind a time that the line before had none behind
    std::string_view caller;
    if (Scanner s(text); form != PlainLine::Form::printk || caller_id(s, caller)) return false;
  }
  return is_plain_text(text) && !may_have_context(text, memory) && !bears_programs_tag(text) && is_clean(line);
}

bool has_control_byte(const MarkedLine& line) {
  return line.odd &&
         std::ranges::any_of(line.bytes, [](char c) { return c < ' ' || static_cast<unsigned char>(c) >= 0x80; });
}

bool take_plain_message(const MarkedLine& text, PlainLine& out) {
  if (!is_clean(text) || !is_plain_text(text.bytes)) return false;
  out.text = text.bytes;
  out.kernel = out.kernel && !bears_programs_tag(text.bytes);
  return true;
}

bool read_plain_dictionary(const MarkedLine& marked, PlainLine& out) {
  const auto line = marked.bytes;
  out = {};
  out.form = PlainLine::Form::kmsg_more;
  out.kernel = false;
  return line.size() <= longest && is_kmsg_dictionary(line) && !line.ends_with('=') && is_clean(marked);
}

bool read_plain(const MarkedLine& marked, const Memory& memory, const WallFront& front, PlainLine& out) {
  const auto line = marked.bytes;
  if (line.size() < shortest || line.size() > longest || memory.no_blank) return false;
  out = {};
  const char first = line[0], second = line[1];
  const bool time = first == '[' && (second == ' ' || is_digit(second));
  const bool level = first == '<' && is_digit(second) && line[2] == '>' && line[3] == '[';
  const bool record = is_digit(first) && (second == ',' || line[2] == ',');
  const bool fits = time || level ? read_printk(line, memory, out)
                    : record      ? read_kmsg(line, memory, out)
                                  : read_wall(line, memory, front, out);
  return fits && is_clean(marked);
}

std::vector<std::string_view> plain_line_refuses() {
  return {"=3D",  // quoted_printable.cpp
          "#00",
          "#01",
          "#02",
          "#03",  // escapes.cpp
          " Part0",
          " Part1",
          " Part2",
          " Part3",
          " Part4",
          " Part5",
          " Part6",
          " Part7",
          " Part8",
          " Part9",              // pstore.cpp
          "message repeated "};  // syslog.cpp
}

}  // namespace unoops::input
