#include "scan/needles.hpp"

#include <algorithm>
#include <iterator>

#include "facts/troubles.hpp"
#include "input/plain_line.hpp"
#include "kinds/kind.hpp"
#include "parse/landmarks.hpp"
#include "parse/prelude.hpp"
#include "unoops/version.hpp"

namespace unoops::scan {
namespace {

bool holds_another(std::string_view needle, const std::vector<std::string_view>& all) {
  return std::ranges::any_of(all, [&](std::string_view one) {
    return one.size() < needle.size() && needle.find(one) != std::string_view::npos;
  });
}

}  // namespace

std::vector<std::string_view> needles() {
  std::vector<std::string_view> out;
  for (const Kind* kind : kind_rows()) {
    for (const auto& header : kind->headers) out.push_back(header.needle);
    if (kind->remainder) out.push_back(kind->remainder_needle);
  }
  for (const auto& row : trouble_rows()) out.push_back(row.needle);
  for (const auto& landmark : landmarks()) out.push_back(landmark.needle);  // the banner and the command line, too
  const auto preludes = prelude_needles(), transports = plain_line_refuses();
  out.insert(out.end(), preludes.begin(), preludes.end());
  out.insert(out.end(), transports.begin(), transports.end());
  out.push_back("+0x");  // a frame that is nobody's (grammar/frame_line)
  std::ranges::sort(out);
  out.erase(std::unique(out.begin(), out.end()), out.end());
  return out;
}

std::vector<std::string_view> fewest_needles() {
  const auto all = needles();
  std::vector<std::string_view> out;
  std::ranges::copy_if(all, std::back_inserter(out), [&](std::string_view one) { return !holds_another(one, all); });
  return out;
}

}  // namespace unoops::scan

std::vector<std::string_view> unoops::search_needles() { return scan::fewest_needles(); }
