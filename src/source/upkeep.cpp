#include "source/upkeep.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "report/fact_names.hpp"
#include "report/questions.hpp"
#include "source/history.hpp"
#include "source/maintainers.hpp"

namespace unoops::source {
namespace {

constexpr std::chrono::seconds limit{10};  // for all that git is asked of a tree in one run
constexpr std::size_t most_asked = 64;     // functions, or files

struct Blamed {
  std::string file, function;
};

// A header's inline function is blamed with the function that it was inlined into, because people look after that.
Blamed place_in(const std::vector<Location>& chain) {
  const auto is_code = [](const Location& at) { return !at.file.ends_with(".h"); };
  const auto at = std::ranges::find_if(chain, is_code);
  if (at != chain.end()) return {at->file, at->function};
  return chain.empty() ? Blamed{} : Blamed{chain.front().file, chain.front().function};
}

std::string plain_name(const Frame* frame) {
  return frame ? frame->ref.symbol.substr(0, frame->ref.symbol.find('.')) : "";
}

// The frame to look at, else the place that the headline names.
Blamed blamed_by(const Report& r) {
  const auto* frame = look_frame(r);
  if (frame) {
    const auto* chain = std::get_if<std::vector<Location>>(&frame->lookup);
    auto place = place_in(chain && !chain->empty() ? *chain : frame->printed);
    if (place.function.empty()) place.function = plain_name(frame);
    if (!place.file.empty()) return place;
  }
  const auto named = r.fact(fact::place);
  const auto& check = r.site.check;  // may be in a function that was inlined into the one that the headline names
  return {std::string(named.substr(0, named.rfind(':'))), check ? check->function : plain_name(frame)};
}

}  // namespace

void UpkeepReader::read(Report& r) {
  if (!trees_.is_open()) return;
  const auto blamed = blamed_by(r);
  const auto place = blamed.file.empty() ? SourceTree::Place{} : trees_.place_of(blamed.file);
  if (place.name.empty()) return;
  r.upkeep.maintainers = maintainers(place.name);
  if (!blamed.function.empty() && asks_git(place.dir)) r.upkeep.later = later(r.kernel, place, blamed.function);
}

const std::vector<Maintainers>& UpkeepReader::maintainers(const std::string& file) {
  const auto known = maintainers_.find(file);
  if (known != maintainers_.end()) return known->second;
  if (maintainers_.size() >= most_asked) maintainers_.clear();
  return maintainers_[file] = maintainers_of(trees_.lines_of("MAINTAINERS"), file);
}

const std::optional<LaterCommits>& UpkeepReader::later(const Kernel& kernel, const SourceTree::Place& place,
                                                       const std::string& function) {
  static const std::optional<LaterCommits> nothing;
  const auto key = fmt::format("{}\n{}\n{}\n{}\n{}", kernel.release, kernel.version, place.dir, place.name, function);
  const auto known = asked_.find(key);
  if (known != asked_.end()) return known->second;
  auto& git = clones_.try_emplace(place.dir, place.dir, limit).first->second;
  if (asked_.size() >= most_asked || !git.has_time()) return nothing;
  return asked_[key] = later_commits(git, kernel, place.name, function);
}

}  // namespace unoops::source
