#include "render/html.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "render/html_report.hpp"
#include "render/html_style.hpp"

namespace unoops::render {

namespace {

// As in text.cpp: past this the index covers what came so far, and reports stream.
constexpr std::size_t held_bytes = 16u << 20;

struct Held {
  std::string row, article;
  Severity severity;
};

class HtmlRenderer final : public Renderer {
 public:
  HtmlRenderer(std::ostream& out, const RenderOptions& options)
      : out_(out), source_(options.source_dirs, options.context) {}

  void report(const Report& r) override {
    held_.push_back({html_row(r), html_article(r, source_), r.severity});
    bytes_ += held_.back().row.size() + held_.back().article.size();
    if (started_ || bytes_ > held_bytes) print_held();
  }

  void finish() override {
    print_held();
    out_ << "</main>\n</body>\n</html>\n";
  }

 private:
  void print_held() {
    if (!started_) start();
    for (const auto& held : held_) out_ << held.article;
    held_.clear();
    bytes_ = 0;
  }

  void start() {
    started_ = true;
    const std::string title = held_.empty() ? "No kernel report" : counted();
    out_ << "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
         << "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>" << title
         << "</title>\n<style>" << html_style << "</style>\n</head>\n<body>\n<h1>" << title << "</h1>\n";
    if (held_.size() > 1) {
      out_ << "<nav "
              "class=\"scroll\">\n<table>\n<thead><tr><th>#</th><th>boot</th><th>time</th><th>severity</th><th>title</"
              "th></tr></thead>\n<tbody>\n";
      for (const auto& held : held_) out_ << held.row;
      out_ << "</tbody>\n</table>\n</nav>\n";
    }
    out_ << "<main>\n";
  }

  std::string counted() const {
    std::string out = fmt::format("{} kernel report{}: ", held_.size(), held_.size() == 1 ? "" : "s");
    bool first = true;
    for (const Severity s : {Severity::fatal, Severity::error, Severity::warning, Severity::notice}) {
      const auto n = std::ranges::count(held_, s, &Held::severity);
      if (!n) continue;
      out += fmt::format("{}{} {}{}", first ? "" : ", ", n, severity_id(s), n > 1 && s != Severity::fatal ? "s" : "");
      first = false;
    }
    return out;
  }

  std::ostream& out_;
  SourceView source_;
  std::vector<Held> held_;
  std::size_t bytes_ = 0;
  bool started_ = false;
};

}  // namespace

std::unique_ptr<Renderer> make_html(std::ostream& out, const RenderOptions& options) {
  return std::make_unique<HtmlRenderer>(out, options);
}

}  // namespace unoops::render
