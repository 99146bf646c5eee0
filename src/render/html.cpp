#include "render/html.hpp"

#include <optional>
#include <vector>

#include "render/html_page.hpp"
#include "render/html_report.hpp"
#include "render/tally.hpp"

namespace unoops::render {

namespace {

// So many are read one below the other; more need a list, and are written as they come.
constexpr std::size_t most_whole = 24;
constexpr std::size_t most_whole_bytes = 1u << 20;

class HtmlRenderer final : public Renderer {
 public:
  HtmlRenderer(std::ostream& out, const RenderOptions& options)
      : out_(out), source_(options.source_dirs, options.context) {}

  void report(const Report& r) override {
    tally_.add(r);
    held_.push_back({row_of(r), html_article(r, source_)});
    bytes_ += held_.back().article.size();
    if (list_ || held_.size() > most_whole || (held_.size() > 1 && bytes_ > most_whole_bytes)) list_held();
  }

  void finish() override {
    const auto heading = tally_.heading();
    if (list_)
      list_->finish(heading);
    else
      write_document(out_, held_, heading);
  }

 private:
  void list_held() {
    if (!list_) list_.emplace(out_);
    for (const auto& one : held_) list_->add(one);
    held_.clear();
  }

  std::ostream& out_;
  SourceView source_;
  Tally tally_;
  std::vector<PageReport> held_;
  std::size_t bytes_ = 0;
  std::optional<ListPage> list_;
};

}  // namespace

std::unique_ptr<Renderer> make_html(std::ostream& out, const RenderOptions& options) {
  return std::make_unique<HtmlRenderer>(out, options);
}

}  // namespace unoops::render
