#include "cli/manual.hpp"

#include <algorithm>
#include <array>
#include <vector>

#include "base/text.hpp"

namespace unoops::cli {

extern const char* const manual_page;  // docs/unoops.1, by CMake (manual_page.cpp.in)

namespace {

using Words = std::vector<std::string_view>;

bool is_one_of(std::string_view word, std::initializer_list<std::string_view> words) {
  return std::ranges::find(words, word) != words.end();
}
bool closes(std::string_view word) { return is_one_of(word, {".", ",", ";", ":", ")", "]", "?", "!"}); }
bool opens(std::string_view word) { return is_one_of(word, {"(", "["}); }

Words words_of(std::string_view line) {
  Words words;
  while (!(line = base::trim(line)).empty()) {
    words.push_back(line.substr(0, line.find(' ')));
    line.remove_prefix(words.back().size());
  }
  return words;
}

// roff's escapes that the page uses (mandoc_char(7)).
std::string unescaped(std::string_view text) {
  static constexpr std::pair<std::string_view, std::string_view> escapes[] = {
      {"\\&", ""}, {"\\(->", "->"}, {"\\e", "\\"}, {"\\-", "-"}, {"\\ ", " "}};
  std::string out;
  while (!text.empty()) {
    const auto escape = std::ranges::find_if(escapes, [&](const auto& e) { return text.starts_with(e.first); });
    const bool found = escape != std::end(escapes);
    out += found ? escape->second : text.substr(0, 1);
    text.remove_prefix(found ? escape->first.size() : 1);
  }
  return out;
}

// A line of macros as text (mdoc(7)).
class Line {
 public:
  static std::string text(const Words& words) {
    Line line;
    line.read(words);
    return line.out_;
  }

 private:
  void put(std::string_view word) {
    if (!out_.empty() && !joined_ && !closes(word)) out_ += ' ';
    out_ += unescaped(word);
    joined_ = opens(word);
  }

  void read(const Words& words) {
    bool capital = false;
    for (std::size_t i = 0; i < words.size(); ++i) {
      const auto word = words[i];
      if (word == "Fl") {
        put("-");
        joined_ = true;
      } else if (word == "Ns") {
        joined_ = true;
      } else if (const auto quotes = quotes_of(word); !quotes.empty()) {
        return enclosed(quotes, Words(words.begin() + static_cast<std::ptrdiff_t>(i) + 1, words.end()));
      } else if (word == "Xr" && i + 2 < words.size()) {
        put(words[i + 1]);
        out_ += '(' + std::string(words[i + 2]) + ')';
        i += 2;
      } else if (word == "Nm") {
        put("unoops");
      } else if (is_one_of(word, {"Ar", "Cm", "Ic", "Pa", "Ev", "Li", "Em"})) {
        capital = word == "Ar";
        continue;
      } else {
        std::string shown(word);
        if (capital && word != "...") std::ranges::transform(shown, shown.begin(), base::upper);
        put(shown);
        continue;
      }
      capital = false;
    }
  }

  // What a macro encloses all the rest of the line in.
  static std::string_view quotes_of(std::string_view macro) {
    return macro == "Sq" || macro == "Ql" ? "''"
           : macro == "Dq"                ? "\"\""
           : macro == "Pq"                ? "()"
           : macro == "Op"                ? "[]"
                                          : "";
  }

  void enclosed(std::string_view quotes, Words words) {
    Words behind;
    while (!words.empty() && closes(words.back())) {
      behind.insert(behind.begin(), words.back());
      words.pop_back();
    }
    put(quotes.substr(0, 1));
    out_ += text(words) + quotes.back();
    joined_ = false;
    for (const auto word : behind) put(word);
  }

  std::string out_;
  bool joined_ = false;  // no blank before the next word
};

struct Paragraph {
  std::size_t indent = 4, hanging = 4;
  std::string text;
};

std::string laid_out(const std::vector<Paragraph>& paragraphs, std::size_t width) {
  std::string out;
  for (const auto& p : paragraphs) {
    std::string line(p.indent, ' ');
    bool first = true;
    const std::string_view text = p.text;
    for (std::size_t at = 0; at < text.size();) {
      const auto end = std::min(text.find(' ', at), text.size());
      if (!first && line.size() + 1 + end - at > width) {
        out += line + '\n';
        line.assign(p.hanging, ' ');
      } else if (!first) {
        line += ' ';
      }
      line += text.substr(at, end - at);
      first = end == at && first;
      at = end + 1;
    }
    while (!line.empty() && line.back() == ' ') line.pop_back();
    out += line + '\n';
  }
  return out;
}

// The lines of an item → paragraphs; lists in it have their tags before their text.
class Item {
 public:
  void line(std::string_view line) {
    if (!line.starts_with('.')) return add(unescaped(line));
    auto words = words_of(line.substr(1));
    if (words.empty()) return;
    const auto macro = words.front();
    if (macro == "Pp") {
      paragraph();
      out_.push_back({0, 0, ""});
    } else if (macro == "Bl" || macro == "El" || macro == "Bd" || macro == "Ed") {
      paragraph();
      in_list_ = macro == "Bl";
    } else if (macro == "It") {
      paragraph();
      words.erase(words.begin());
      tag(Line::text(words));
    } else if (macro == "Dl") {
      paragraph();
      words.erase(words.begin());
      add(Line::text(words));
      out_.back().indent = out_.back().hanging = 8;
      paragraph();
    } else {
      add(Line::text(words));
    }
  }
  std::vector<Paragraph> take() { return std::move(out_); }

 private:
  static constexpr std::size_t list_indent = 6, list_column = 16;

  void paragraph() { open_ = false; }

  void add(const std::string& text) {
    if (!open_) out_.push_back(in_list_ ? Paragraph{list_column, list_column, ""} : Paragraph{});
    open_ = true;
    out_.back().text += (out_.back().text.empty() || out_.back().text.back() == ' ' ? "" : " ") + text;
  }

  void tag(std::string text) {
    const bool fits = list_indent + text.size() + 2 <= list_column;
    if (fits) text.append(list_column - list_indent - text.size(), ' ');
    out_.push_back({list_indent, list_column, std::move(text)});
    open_ = fits;
  }

  std::vector<Paragraph> out_;
  bool open_ = false, in_list_ = false;
};

// "Fl f , Fl Fl format Ar format" names -f and --format.
bool names(const Words& head, std::string_view option) {
  for (std::size_t i = 0; i + 1 < head.size(); ++i) {
    if (head[i] != "Fl") continue;
    const bool is_long = head[i + 1] == "Fl";
    if (!is_long && i > 0 && head[i - 1] == "Fl") continue;
    const auto at = is_long ? i + 2 : i + 1;
    if (at < head.size() && head[at] == option) return true;
  }
  return false;
}

}  // namespace

std::string manual_entry(std::string_view page, std::string_view option, int width) {
  while (option.starts_with('-')) option.remove_prefix(1);
  int depth = 0;
  bool found = false;
  Item item;
  std::vector<Paragraph> out;
  while (!page.empty()) {
    const auto line = page.substr(0, page.find('\n'));
    page.remove_prefix(std::min(page.size(), line.size() + 1));
    if (line.starts_with(".El") && --depth == 0 && found) break;
    if (line.starts_with(".It ") && depth == 1) {
      if (found) break;
      auto head = words_of(line.substr(4));
      found = !option.empty() && names(head, option);
      if (found) out.push_back({0, 4, Line::text(head)});
      continue;
    }
    if (line.starts_with(".Bl")) ++depth;
    if (found) item.line(line);
  }
  for (auto& paragraph : item.take()) out.push_back(std::move(paragraph));
  return found ? laid_out(out, static_cast<std::size_t>(width)) : std::string();
}

std::string manual_entry(std::string_view option, int width) { return manual_entry(manual_page, option, width); }

}  // namespace unoops::cli
