// A page of plain text of a width: labels with hanging sentences, headings with notes at the right, columns.
#pragma once

#include <string>
#include <string_view>

#include "base/rooms.hpp"

namespace unoops::render {

enum class Style { plain, bold, dim, red, yellow, green, cyan };

class Page {
 public:
  Page(int width, bool color) : width_(static_cast<std::size_t>(width < 40 ? 40 : width)), color_(color) {}

  std::string paint(Style, std::string_view text) const;

  void line(std::string_view text = {});  // as it is
  void spread(std::string_view left, Style,
              std::string_view right);  // `right` is at the right edge; on the next line if it does not fit
  void labelled(std::string_view label, std::string_view text, std::string_view right = {});  // wrapped, hanging
  void paragraph(std::string_view text, std::size_t indent, std::size_t hanging);

  std::size_t width() const { return width_; }
  const std::string& text() const { return out_; }
  std::string take() { return std::move(out_); }

 private:
  void paint(std::string& out, Style, std::string_view text) const;
  void end_line();  // without the blanks at its end
  void wrap(std::string_view text, std::string_view first, std::size_t hanging, std::string_view right, Style label);

  std::size_t width_;
  bool color_;
  std::string out_;
};

// Blanks up to a column; at least one where the text reaches it.
std::string padded(std::string text, std::size_t width);

}  // namespace unoops::render
