#include <algorithm>

#include "render/html.hpp"
#include "render/json.hpp"
#include "render/redact.hpp"
#include "render/summary.hpp"
#include "render/text.hpp"
#include "render/title.hpp"
#include "unoops/render.hpp"

namespace unoops::render {

namespace {

using Make = std::unique_ptr<Renderer> (*)(std::ostream&, const RenderOptions&);

// What is redacted never reaches a format.
template <Make make>
std::unique_ptr<Renderer> made(std::ostream& out, const RenderOptions& options) {
  auto renderer = make(out, options);
  return options.redact ? make_redacting(std::move(renderer)) : std::move(renderer);
}

constexpr Format table[] = {
    {"text", "the annotated report", made<make_text>},
    {"json", "one JSON object a report a line", made<make_json>},
    {"annotate", "the log, with file:line behind each symbol", nullptr},
    {"title", "one line a report", made<make_title>, false, true},
    {"summary", "reports grouped by signature", made<make_summary>, false, true},
    {"html", "one self-contained page", made<make_html>},
};

}  // namespace

}  // namespace unoops::render

namespace unoops {

using namespace render;

std::span<const Format> formats() { return table; }

const Format* find_format(std::string_view id) {
  const auto at = std::ranges::find(table, id, &Format::id);
  return at == std::end(table) ? nullptr : &*at;
}

}  // namespace unoops
