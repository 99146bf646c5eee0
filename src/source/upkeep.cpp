#include "source/upkeep.hpp"

#include <algorithm>

#include "report/fact_names.hpp"
#include "report/questions.hpp"
#include "source/history.hpp"
#include "source/maintainers.hpp"

namespace unoops::source {
namespace {

constexpr std::chrono::seconds limit{10};  // for all that git is asked in one run
constexpr std::size_t most_asked = 64;     // functions

struct Place {
  std::string file, function;
};

// A header's inline function is blamed with the function that it was inlined into, because people look after that.
Place place_in(const std::vector<Location>& chain) {
  const auto is_code = [](const Location& at) { return !at.file.ends_with(".h"); };
  const auto at = std::ranges::find_if(chain, is_code);
  if (at != chain.end()) return {at->file, at->function};
  return chain.empty() ? Place{} : Place{chain.front().file, chain.front().function};
}

std::string plain_name(const Frame* frame) {
  return frame ? frame->ref.symbol.substr(0, frame->ref.symbol.find('.')) : "";
}

// The frame to look at, else the place that the headline names.
Place place_of(const Report& r) {
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

UpkeepReader::UpkeepReader(SourceTree& tree, std::string dir) : tree_(tree), git_(dir, limit), clone_(asks_git(dir)) {}

void UpkeepReader::read(Report& r) {
  if (!tree_.is_open()) return;
  const auto place = place_of(r);
  const auto file = place.file.empty() ? std::string() : tree_.name_of(place.file);
  if (file.empty()) return;
  r.upkeep.maintainers = maintainers_of(tree_.lines_of("MAINTAINERS"), file);
  if (clone_ && !place.function.empty()) r.upkeep.later = later(r.kernel, file, place.function);
}

const std::optional<LaterCommits>& UpkeepReader::later(const Kernel& kernel, const std::string& file,
                                                       const std::string& function) {
  static const std::optional<LaterCommits> nothing;
  const auto key = kernel.release + '\n' + kernel.version + '\n' + file + '\n' + function;
  const auto known = asked_.find(key);
  if (known != asked_.end()) return known->second;
  if (asked_.size() >= most_asked || git_.ran_out()) return nothing;
  return asked_[key] = later_commits(git_, kernel, file, function);
}

}  // namespace unoops::source
