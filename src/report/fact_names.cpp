#include "report/fact_names.hpp"

#include <algorithm>
#include <array>

namespace unoops::report::fact {
namespace {

constexpr bool is_typed(const FactName& name) { return name.type != FactType::text; }

// Those that are not plain words, by their names: a report's JSON asks for every fact that it has.
consteval auto typed_facts() {
  std::array<FactName, std::ranges::count_if(all, is_typed)> out{};
  std::ranges::copy_if(all, out.begin(), is_typed);
  std::ranges::sort(out, {}, &FactName::id);
  return out;
}
constexpr auto typed = typed_facts();

}  // namespace

FactType type_of(std::string_view id) {
  const auto at = std::ranges::lower_bound(typed, id, {}, &FactName::id);
  return at != typed.end() && at->id == id ? at->type : FactType::text;
}

}  // namespace unoops::report::fact
