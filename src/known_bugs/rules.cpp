#include "known_bugs/rules.hpp"

#include <fnmatch.h>

#include <algorithm>

#include "facts/frames.hpp"
#include "report/questions.hpp"

namespace unoops::known_bugs {
namespace {

bool is_pattern(std::string_view words) { return words.find_first_of("*?[") != std::string_view::npos; }

bool fits(const std::string& pattern, const std::string& text) {
  return pattern == text || (is_pattern(pattern) && ::fnmatch(pattern.c_str(), text.c_str(), 0) == 0);
}

bool any_fits(const std::vector<std::string>& patterns, const std::string& text) {
  return patterns.empty() ||
         std::ranges::any_of(patterns, [&](const std::string& pattern) { return fits(pattern, text); });
}

// A title's words may be a part of it.
bool title_fits(const std::vector<std::string>& titles, const std::string& title) {
  return titles.empty() || std::ranges::any_of(titles, [&](const std::string& words) {
           return fits(words, title) || (!is_pattern(words) && title.find(words) != std::string::npos);
         });
}

}  // namespace

bool matches(const Rule& rule, const Report& r) {
  if (!any_fits(rule.signatures, r.signature) || !title_fits(rule.titles, r.title)) return false;
  if (!any_fits(rule.kinds, r.kind ? std::string(r.kind->id) : std::string())) return false;
  const auto* frame = culprit_frame(r);
  if (!any_fits(rule.functions, frame ? source_name(frame->ref.symbol) : std::string())) return false;
  if (!any_fits(rule.modules, frame ? frame->ref.module : std::string())) return false;
  return rule.releases.empty() ||
         std::ranges::any_of(rule.releases, [&](const ReleaseRange& range) { return range.holds(r.kernel.release); });
}

}  // namespace unoops::known_bugs
