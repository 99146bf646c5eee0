#include <fmt/format.h>

#include "render/html_page.hpp"
#include "render/html_report.hpp"
#include "render/view.hpp"
#include "unoops/version.hpp"

namespace unoops::render {

namespace {

// Whether reports are of more than one.
struct Several {
  bool hosts = false, files = false;
};

// Behind the title: which machine and log, where the page is about several, and what the report goes on with.
std::string note_of(const PageRow& r, Several several) {
  std::string out;
  const auto add = [&](std::string_view text) { (out += out.empty() ? "" : ", ") += text; };
  if (several.hosts && !r.host.empty()) add(r.host);
  if (several.files && !r.file.empty()) add(std::string_view(r.file).substr(r.file.rfind('/') + 1));
  if (r.follows) add(fmt::format("follows {}", *r.follows));
  if (!r.bug.empty()) add(fmt::format("{}: {}", r.known, r.bug));
  return out.empty() ? out : " <span class=\"note\">" + escaped(out) + "</span>";
}

std::string index_row(const PageRow& r, std::string_view note) {
  const std::string when = !r.wall_time.empty() ? r.wall_time : r.time_us ? time_text(*r.time_us) : std::string();
  return fmt::format(
      "<tr class=\"{0}\"><td class=\"number\">{1}</td><td class=\"number\">{2}</td><td class=\"number\">{3}</td>"
      "<td class=\"severity\">{0}</td><td><a href=\"#r{1}\">{4}</a>{5}</td></tr>\n",
      severity_id(r.severity), r.number, r.boot, escaped(when), escaped(r.title), note);
}

std::string index_of_page(const std::vector<PageReport>& all) {
  std::string out =
      "<nav class=\"scroll\" aria-label=\"Reports\">\n<table>\n<thead><tr><th>#</th><th>boot</th><th>time</th>"
      "<th>severity</th><th>title</th></tr></thead>\n<tbody>\n";
  Several several;
  for (const auto& one : all) {
    several.hosts |= one.row.host != all.front().row.host;
    several.files |= one.row.file != all.front().row.file;
  }
  for (const auto& one : all) out += index_row(one.row, note_of(one.row, several));
  return out + "</tbody>\n</table>\n</nav>\n";
}

}  // namespace

std::string page_head(std::string_view title, const PageAssets& assets) {
  return fmt::format(
      "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
      "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src '{}'; script-src '{}'; "
      "base-uri 'none'; form-action 'none'\">\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
      "<meta name=\"generator\" content=\"unoops {}\">\n<title>{}</title>\n<style>{}</style>\n</head>\n",
      assets.style_hash, assets.script_hash, version, title, assets.style);
}

std::string page_script(const PageAssets& assets) { return fmt::format("<script>{}</script>\n", assets.script); }

void write_document(std::ostream& out, const std::vector<PageReport>& all, const std::string& heading) {
  // A tab, a bookmark and a printed sheet of one report are called as it is.
  out << page_head(all.size() == 1 ? escaped(all.front().row.title) : heading, document_assets) << "<body>\n<h1>"
      << heading << "</h1>\n";
  if (all.size() > 1) out << index_of_page(all);
  out << "<main>\n";
  for (const auto& one : all) out << one.article;
  out << "</main>\n<footer>unoops " << version;
  if (all.size() > 1) out << "<span class=\"keys\"><kbd>j</kbd> <kbd>k</kbd> next and previous report</span>";
  out << "</footer>\n" << page_script(document_assets) << "</body>\n</html>\n";
}

}  // namespace unoops::render
