// The two forms of a page: few reports stand one below the other as markup; many are a list that opens them.
#pragma once

#include <cstddef>
#include <map>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

#include "base/rooms.hpp"
#include "render/html_assets.hpp"
#include "render/html_pool.hpp"
#include "render/html_row.hpp"

namespace unoops::render {

struct PageReport {
  PageRow row;
  std::string article;
};

// Up to <body>, with a policy that lets nothing in but the style and the script of this program.
std::string page_head(std::string_view title, const PageAssets&);
std::string page_script(const PageAssets&);

// Whole without the script, which only moves from report to report and unfolds what is printed.
// `heading`: how many they are.
void write_document(std::ostream&, const std::vector<PageReport>&, const std::string& heading);

// Writes as reports come, so that any number of them needs the same memory. They stand in the page as data: rows in JSON,
// and the lines of the articles' markup, each once (LinePool). The script draws what is seen. Without it the page has
// the titles and how many there are of each.
class ListPage {
 public:
  explicit ListPage(std::ostream&);
  void add(const PageReport&);
  void finish(const std::string& heading);

 private:
  struct Group {
    std::size_t order = 0, incidents = 0;
    Severity worst = Severity::notice;
    std::string title;
  };

  void write_chunk();
  void count(const PageRow&);
  std::string without_script(const std::string& heading) const;

  std::ostream& out_;
  LinePool lines_;
  WordPool words_;
  std::string rows_;
  std::size_t bytes_ = 0;
  std::map<std::string, Group> groups_;
  std::size_t ungrouped_ = 0;
};

}  // namespace unoops::render
