#include "source/c_text.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace unoops::source {
namespace {

constexpr std::size_t most_lines = 12;      // of a macro's call
constexpr std::size_t most_bytes = 1000;    // of it
constexpr std::size_t most_of_body = 4000;  // lines of a function or a struct

// The line without comments that end on it and without what strings and characters hold.
std::string code_of(std::string_view line) {
  std::string out(line);
  for (std::size_t i = 0; i < out.size(); ++i) {
    if (out.compare(i, 2, "//") == 0) return out.substr(0, i);
    if (out.compare(i, 2, "/*") == 0) {
      const auto end = out.find("*/", i + 2);
      if (end == std::string::npos) return out.substr(0, i);
      std::fill(out.begin() + static_cast<std::ptrdiff_t>(i), out.begin() + static_cast<std::ptrdiff_t>(end) + 2, ' ');
    } else if (out[i] == '"' || out[i] == '\'') {
      const char quote = out[i];
      for (++i; i < out.size() && out[i] != quote; ++i) {
        if (out[i] == '\\' && i + 1 < out.size()) out[i++] = '_';
        out[i] = '_';
      }
    }
  }
  return out;
}

std::string one_line(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const bool blank = is_blank(c) || c == '\n' || c == '\r' || c == '\\';
    if (blank && (out.empty() || out.back() == ' ' || out.back() == '(')) continue;
    if (c == ')' && out.ends_with(' ')) out.pop_back();
    out += blank ? ' ' : c;
  }
  return std::string(trim(out));
}

bool is_check(std::string_view name) {
  return name.find("WARN") != std::string_view::npos || name == "BUG" ||
         name.find("BUG_ON") != std::string_view::npos || name.find("ASSERT") != std::string_view::npos ||
         name.starts_with("lockdep_assert");
}

// From behind the opening bracket, whose line and column these are, to the closing one. `words`: with what strings hold.
bool read_brackets(const Lines& lines, std::size_t line, std::size_t column, std::string& words, std::size_t& last) {
  int depth = 1;
  for (last = line; last < lines.size() && last < line + most_lines && words.size() < most_bytes; ++last) {
    const auto code = code_of(lines[last]);
    for (std::size_t i = last == line ? column : 0; i < code.size(); ++i) {
      depth += code[i] == '(' ? 1 : code[i] == ')' ? -1 : 0;
      if (depth == 0) return true;
      words += code[i] == '_' ? lines[last][i] : code[i];
    }
    words += ' ';
  }
  return false;
}

// The checks that begin on this line.
std::vector<MacroCall> checks_on(const Lines& lines, std::size_t line) {
  std::vector<MacroCall> out;
  const auto code = code_of(lines[line]);
  for (std::size_t i = 0; i < code.size();) {
    if (!is_word(code[i])) {
      ++i;
      continue;
    }
    auto end = i;
    while (end < code.size() && is_word(code[end])) ++end;
    const auto open = code.find_first_not_of(" \t", end);
    const std::string_view name(code.data() + i, end - i);
    MacroCall call{std::string(name), {}, line, line, i};
    i = end;
    if (open == std::string::npos || code[open] != '(' || !is_check(name)) continue;
    if (read_brackets(lines, line, open + 1, call.arguments, call.last)) {
      call.arguments = one_line(call.arguments);
      out.push_back(std::move(call));
    }
  }
  return out;
}

// "static int foo(struct x *a," → "foo"; a macro that makes a function ("SYSCALL_DEFINE3(") has none.
std::string name_before_bracket(std::string_view text) {
  const auto open = text.find('(');
  if (open == std::string_view::npos || open == 0) return {};
  auto end = open;
  while (end > 0 && is_blank(text[end - 1])) --end;
  auto begin = end;
  while (begin > 0 && is_word(text[begin - 1])) --begin;
  const auto name = text.substr(begin, end - begin);
  const bool is_macro = std::ranges::all_of(name, [](char c) { return is_upper(c) || is_digit(c) || c == '_'; });
  return name.empty() || is_macro ? std::string() : std::string(name);
}

// The words of a comment without its marks.
std::string comment_words(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    auto line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(text.size(), line.size() + 1));
    line = trim(line);
    for (const std::string_view mark : {"/**", "/*", "//", "*/", "*"})
      if (line.starts_with(mark)) line = trim(line.substr(mark.size()));
    if (line.ends_with("*/")) line = trim(line.substr(0, line.size() - 2));
    out += std::string(line) + " ";
  }
  return one_line(out);
}

// "@head: next entry to read", to the next member, blank line or end of the comment
std::string kernel_doc(const Lines& lines, std::size_t first, std::size_t last, std::string_view member) {
  const auto mark = "@" + std::string(member) + ":";
  for (auto i = first; i <= last && i < lines.size(); ++i) {
    const auto at = lines[i].find(mark);
    if (at == std::string::npos) continue;
    std::string text = lines[i].substr(at + mark.size());
    for (auto k = i + 1; k <= last && text.find("*/") == std::string::npos; ++k) {
      const auto more = comment_words(lines[k]);
      if (more.empty() || more.starts_with('@')) break;
      text += "\n" + lines[k];
    }
    return comment_words(text);
  }
  return {};
}

// Does the line declare it: "u32 head;", "struct x *head, *tail;", "u8 buf[32];"?
bool declares(std::string_view code, std::string_view member) {
  for (auto at = code.find(member); at != std::string_view::npos; at = code.find(member, at + 1)) {
    const auto end = at + member.size();
    if (at == 0 || is_word(code[at - 1]) || (end < code.size() && is_word(code[end]))) continue;
    const auto next = code.find_first_not_of(" \t", end);
    const bool ends = next == std::string_view::npos || code[next] == ';' || code[next] == ',' || code[next] == '[' ||
                      code[next] == ':' || code[next] == ')' || code[next] == '_';
    if (ends && trim(code.substr(0, at)).find_first_not_of('*') != std::string_view::npos) return true;
  }
  return false;
}

// "u32 head;  /* next entry to read */", or the comment's own lines above
std::string beside(const Lines& lines, std::size_t line) {
  const auto& text = lines[line];
  const auto code = code_of(text);
  const auto semicolon = code.rfind(';');
  if (semicolon != std::string::npos)
    for (const std::string_view open : {"/*", "//"})
      if (const auto at = text.find(open, semicolon); at != std::string::npos) {
        std::string words = text.substr(at);
        for (auto k = line + 1;
             open == "/*" && words.find("*/") == std::string::npos && k < line + 4 && k < lines.size(); ++k)
          words += "\n" + lines[k];
        return comment_words(words);
      }
  if (line == 0 || !trim(lines[line - 1]).ends_with("*/") || trim(code_of(lines[line - 1])).ends_with(';')) return {};
  auto first = line - 1;
  while (first > 0 && first + most_lines > line && lines[first].find("/*") == std::string::npos) --first;
  if (!trim(lines[first]).starts_with("/*")) return {};
  std::string words;
  for (auto k = first; k < line; ++k) words += lines[k] + "\n";
  return comment_words(words);
}

// What stands before the bracket that opens a function's body: its type, name and arguments, on one line.
struct Header {
  std::string text;
  std::size_t first = 0;  // the line where it begins
};
Header header_above(const Lines& lines, std::size_t bracket) {
  Header out{{}, bracket};
  for (auto k = bracket; k-- > 0 && k + most_lines > bracket; out.first = k) {
    const auto line_code = code_of(lines[k]);
    const auto code = trim(line_code);
    if (code.ends_with("*/") || code.empty() || code.ends_with(';') || code.ends_with('}') || code.starts_with('#'))
      break;
    out.text = std::string(code) + " " + out.text;
  }
  return out;
}

}  // namespace

std::optional<MacroCall> check_at(const Lines& lines, std::size_t line) {
  if (line >= lines.size()) return std::nullopt;
  for (auto from = line + 1; from-- > 0 && from + most_lines > line;) {
    auto calls = checks_on(lines, from);
    std::erase_if(calls, [&](const MacroCall& call) { return call.last < line; });
    if (calls.size() > 1) return std::nullopt;
    if (calls.size() == 1) return calls.front();
  }
  return std::nullopt;
}

std::string first_argument(std::string_view arguments) {
  int depth = 0;
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const char c = arguments[i];
    depth += c == '(' || c == '[' || c == '{' ? 1 : c == ')' || c == ']' || c == '}' ? -1 : 0;
    if (c == ',' && depth == 0) return std::string(trim(arguments.substr(0, i)));
  }
  return std::string(trim(arguments));
}

std::string if_before(const Lines& lines, const MacroCall& call) {
  for (auto line = call.first + 1; line-- > 0 && line + 4 > call.first;) {
    const auto code = code_of(lines[line]);
    const auto limit = line == call.first ? call.column : std::string::npos;
    const auto at = code.rfind("if (", limit);
    if (at == std::string::npos) continue;
    std::string condition;
    std::size_t last = 0;
    if (!read_brackets(lines, line, at + 4, condition, last) || last > call.first) return {};
    std::string between;  // nothing but "{" may stand there
    for (auto k = last; k <= call.first; ++k)
      between += code_of(lines[k]).substr(0, k == call.first ? call.column : std::string::npos) + " ";
    const auto close = between.rfind(')');
    if (one_line(between.substr(close == std::string::npos ? 0 : close + 1)).find_first_not_of("{ ") !=
        std::string::npos)
      return {};
    auto words = one_line(condition);
    for (const std::string_view hint : {"unlikely(", "likely("})
      if (words.starts_with(hint) && words.ends_with(')'))
        words = words.substr(hint.size(), words.size() - hint.size() - 1);
    return words;
  }
  return {};
}

std::string function_at(const Lines& lines, std::size_t line) {
  for (auto i = std::min(line, lines.size()); i-- > 0 && i + most_of_body > line;) {
    if (lines[i].starts_with('}')) return {};
    if (lines[i].starts_with('{')) return name_before_bracket(header_above(lines, i).text);
  }
  return {};
}

std::optional<LineSpan> function_lines(const Lines& lines, std::string_view function) {
  std::optional<LineSpan> found;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (!lines[i].starts_with('{')) continue;
    const auto header = header_above(lines, i);
    if (name_before_bracket(header.text) != function) continue;
    auto last = i;
    while (last < lines.size() && !lines[last].starts_with('}')) ++last;
    if (found || last == lines.size()) return std::nullopt;
    found = {header.first, last};
  }
  return found;
}

std::string member_comment(const Lines& lines, std::string_view type, std::string_view member) {
  const auto open = std::string(type) + " {";
  const auto at = std::ranges::find_if(lines, [&](const std::string& text) { return trim(text).starts_with(open); });
  if (at == lines.end() || member.empty()) return {};
  const auto first = static_cast<std::size_t>(at - lines.begin());
  auto above = first;  // a kernel-doc comment ends right above
  while (above > 0 && above + 200 > first && lines[above - 1].starts_with(above == first ? " */" : " *")) --above;
  if (above < first)
    if (auto words = kernel_doc(lines, above, first - 1, member); !words.empty()) return words;
  int depth = 0;
  for (auto i = first; i < lines.size() && i < first + most_of_body; ++i) {
    const auto code = code_of(lines[i]);
    if (depth >= 1 && !trim(lines[i]).starts_with('*') && declares(code, member)) {
      const auto inside = kernel_doc(lines, i > most_lines ? i - most_lines : 0, i, member);
      return inside.empty() ? beside(lines, i) : inside;
    }
    depth += static_cast<int>(std::ranges::count(code, '{') - std::ranges::count(code, '}'));
    if (depth <= 0) break;
  }
  return {};
}

}  // namespace unoops::source
