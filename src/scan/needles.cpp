#include "scan/needles.hpp"

#include <algorithm>
#include <iterator>
#include <tuple>

#include "facts/troubles.hpp"
#include "input/plain_line.hpp"
#include "kinds/kind.hpp"
#include "parse/landmarks.hpp"
#include "parse/prelude.hpp"
#include "unoops/version.hpp"

namespace unoops::scan {
namespace {

// Where the one is, is the other, and it needs no less?
bool stands_for(const Needle& one, const Needle& other) {
  return one.needs >= other.needs && one.text.size() < other.text.size() &&
         other.text.find(one.text) != std::string_view::npos;
}

}  // namespace

std::vector<Needle> needles() {
  std::vector<Needle> out;
  const auto add = [&](std::string_view text) { out.push_back({text, Needs::parser}); };
  for (const Kind* kind : kind_rows()) {
    for (const auto& header : kind->headers) add(header.needle);
    if (kind->remainder) add(kind->remainder_needle);
  }
  for (const auto& row : trouble_rows()) add(row.needle);
  for (const auto& landmark : landmarks()) add(landmark.needle);  // the banner and the command line, too
  for (const auto needle : prelude_needles()) add(needle);
  for (const auto needle : input::plain_line_refuses()) out.push_back({needle, Needs::reader});
  out.push_back({input::record_escape, Needs::unescaping});
  out.push_back({"+0x", Needs::frame});  // grammar/frame_line
  std::ranges::sort(out, {}, [](const Needle& one) { return std::tuple(one.text, -static_cast<int>(one.needs)); });
  const auto alike = [](const Needle& one, const Needle& other) { return one.text == other.text; };
  out.erase(std::unique(out.begin(), out.end(), alike), out.end());
  return out;
}

std::vector<Needle> fewest_needles() {
  const auto all = needles();
  std::vector<Needle> out;
  std::ranges::copy_if(all, std::back_inserter(out), [&](const Needle& needle) {
    return std::ranges::none_of(all, [&](const Needle& one) { return stands_for(one, needle); });
  });
  return out;
}

}  // namespace unoops::scan

std::vector<std::string_view> unoops::search_needles() {
  std::vector<std::string_view> out;
  for (const auto& needle : scan::fewest_needles()) out.push_back(needle.text);
  return out;
}
