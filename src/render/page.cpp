#include "render/page.hpp"

#include <algorithm>
#include <vector>

#include "base/printable.hpp"

namespace unoops::render {

namespace {

std::string_view sgr(Style style) {
  switch (style) {
    case Style::plain:
      return "";
    case Style::bold:
      return "\x1b[1m";
    case Style::dim:
      return "\x1b[2m";
    case Style::red:
      return "\x1b[1;31m";
    case Style::yellow:
      return "\x1b[1;33m";
    case Style::green:
      return "\x1b[32m";
    case Style::cyan:
      return "\x1b[36m";
  }
  return "";
}

// The end of what fits in `room` columns: at a blank, or behind a comma where that leaves less of the line empty. A path,
// an identifier or a number is never broken: what is longer than the line runs over its end.
std::size_t break_at(std::string_view text, std::size_t room) {
  if (text.size() <= room) return text.size();  // no character takes more columns than bytes
  const auto joins = [](char c) { return c == ',' || c == '|' || c == ';'; };
  std::size_t at = 0, used = 0, blank = 0, joint = 0;
  while (at < text.size()) {
    const bool plain = text[at] >= ' ' && text[at] <= '~';
    const auto length = plain ? 1 : std::max<std::size_t>(utf8_length(text, at), 1);
    const auto step = plain ? 1 : display_width(text.substr(at, length));
    const bool is_joint = at > 0 && joins(text[at - 1]);
    if (used + step > room) {
      if (text[at] == ' ') return at;
      if (blank > at / 2 || (blank && !joint)) return blank;
      if (joint || is_joint) return joint ? joint : at;
    }
    if (text[at] == ' ') blank = at;
    if (is_joint) joint = at;
    used += step;
    at += length;
  }
  return at;
}

}  // namespace

std::string padded(std::string text, std::size_t width) {
  const auto have = display_width(text);
  text.append(have < width ? width - have : 1, ' ');
  return text;
}

void Page::paint(std::string& out, Style style, std::string_view text) const {
  const bool painted = color_ && style != Style::plain && !text.empty();
  if (painted) out += sgr(style);
  out += text;
  if (painted) out += "\x1b[0m";
}

std::string Page::paint(Style style, std::string_view text) const {
  std::string out;
  paint(out, style, text);
  return out;
}

void Page::line(std::string_view text) {
  out_ += text;
  end_line();
}

void Page::end_line() {
  while (!out_.empty() && out_.back() == ' ') out_.pop_back();
  out_ += '\n';
}

void Page::spread(std::string_view left, Style style, std::string_view right) {
  const auto l = display_width(left), r = display_width(right);
  if (right.empty()) return line(paint(style, left));
  if (l + r + 2 <= width_)
    return line(paint(style, left) + std::string(width_ - l - r, ' ') + paint(Style::dim, right));
  line(paint(style, left));
  line(std::string(r < width_ ? width_ - r : 0, ' ') + paint(Style::dim, right));
}

void Page::wrap(std::string_view text, std::string_view first, std::size_t hanging, std::string_view right,
                Style label) {
  const auto right_width = display_width(right);
  const auto label_width = display_width(first);
  paint(out_, label, first);
  std::size_t used = label_width;
  do {
    const auto room_all = width_ > used + 10 ? width_ - used : 10;
    const auto room = right.empty() || room_all < right_width + 20 ? room_all : room_all - right_width - 2;
    const auto end = break_at(text, room);
    out_ += text.substr(0, end);
    if (!right.empty()) {
      const auto have = used + display_width(text.substr(0, end));
      out_.append(have + right_width + 2 <= width_ ? width_ - have - right_width : 2, ' ');
      paint(out_, Style::dim, right);
      right = {};
    }
    end_line();
    text.remove_prefix(end);
    while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
    if (!text.empty()) out_.append(hanging, ' ');
    used = hanging;
  } while (!text.empty());
}

void Page::labelled(std::string_view label, std::string_view text, std::string_view right) {
  constexpr std::size_t column = 8;
  wrap(text, label.empty() ? std::string(column, ' ') : padded(std::string(label), column), column, right, Style::bold);
}

void Page::paragraph(std::string_view text, std::size_t indent, std::size_t hanging) {
  while (!text.empty() && text.front() == ' ') {  // the log's own indentation counts
    text.remove_prefix(1);
    ++indent;
    ++hanging;
  }
  indent = std::min(indent, width_ / 2);
  wrap(text, std::string(indent, ' '), std::min(hanging, width_ / 2), {}, Style::plain);
}

}  // namespace unoops::render
