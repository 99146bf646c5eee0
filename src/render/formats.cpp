#include <algorithm>

#include "render/json.hpp"
#include "render/text.hpp"
#include "unoops/render.hpp"

namespace unoops {

namespace {

constexpr Format table[] = {
    {"text", "the annotated report", make_text},
    {"json", "one JSON object a report a line", make_json},
};

}  // namespace

std::span<const Format> formats() { return table; }

const Format* find_format(std::string_view id) {
  const auto at = std::ranges::find(table, id, &Format::id);
  return at == std::end(table) ? nullptr : &*at;
}

}  // namespace unoops
