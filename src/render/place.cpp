#include "render/place.hpp"

#include <algorithm>
#include <charconv>
#include <vector>

#include "facts/frames.hpp"
#include "report/fact_names.hpp"
#include "report/questions.hpp"

namespace unoops::render {
namespace {

// A call that never returns may be the last of its function: the address behind it is the next function's start
// (panic() at the end of foo() prints bar+0x0).
bool stands_behind(const Frame& f) { return f.reliable && f.ref.pc == PcKind::return_address && f.ref.offset == 0u; }

const std::vector<Location>* lines_of(const Frame& f) {
  const auto* chain = std::get_if<std::vector<Location>>(&f.lookup);
  if (chain && !chain->empty()) return chain;
  return f.printed.empty() ? nullptr : &f.printed;
}

}  // namespace

Place place_of(const Frame& f) {
  const auto* chain = std::get_if<std::vector<Location>>(&f.lookup);
  Place out;
  if (!stands_behind(f))
    out.function = source_name(f.ref.symbol);
  else if (chain && !chain->empty())
    out.function = chain->back().function;
  out.module = f.ref.module;
  const auto* lines = lines_of(f);
  if (!lines) return out;
  auto own = std::ranges::find_if(*lines, [](const Location& at) { return !is_kernel_header(at.file); });
  if (own == lines->end()) own = lines->begin();
  out.at = &*own;
  if (own->inlined && !own->function.empty() && own->function != out.function) {
    out.inlined_into = std::move(out.function);
    out.function = own->function;
  }
  if (own != lines->begin() && !lines->front().function.empty()) out.within = &lines->front();
  return out;
}

PrintedPlace printed_place(const Report& r) {
  const auto place = r.fact(fact::place);
  const auto colon = place.rfind(':');
  if (colon == std::string_view::npos || r.has(Trait::names_helper)) return {};
  PrintedPlace out{std::string(place.substr(0, colon)), 0};
  const auto digits = place.substr(colon + 1);
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), out.line);
  return error == std::errc{} && end == digits.data() + digits.size() ? out : PrintedPlace{};
}

}  // namespace unoops::render
